"""Where runs are kept, and what they are called."""

import secrets
from datetime import UTC, datetime
from pathlib import Path

from ostf_dual.files import state_folder

_TIME = "%y%m%d%H%M%S"


def new_run_id() -> str:
    """An id that sorts by time, fits into a host name, and is not used by another run of the same second."""
    return f"{datetime.now(UTC):{_TIME}}-{secrets.token_hex(2)}"


def begun_at(run_id: str) -> datetime:
    """When a run began, by its id."""
    return datetime.strptime(run_id.partition("-")[0], _TIME).replace(tzinfo=UTC)


def runs_folder() -> Path:
    """Where every run has a folder: ``$XDG_STATE_HOME/ostf-dual/runs``."""
    return state_folder() / "runs"
