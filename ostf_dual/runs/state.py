"""Where runs are kept, and what they are called."""

import secrets
from datetime import UTC, datetime
from pathlib import Path

from ostf_dual.cloud.marks import BEGUN
from ostf_dual.files import state_folder


def new_run_id() -> str:
    """An id that sorts by time, fits into a host name, and is not used by another run of the same second."""
    return f"{datetime.now(UTC):{BEGUN}}-{secrets.token_hex(2)}"


def begun_at(run_id: str) -> datetime:
    """When a run began, by its id.

    Raises:
        ValueError: It is no id of a run.
    """
    return datetime.strptime(run_id.partition("-")[0], BEGUN).replace(tzinfo=UTC)


def runs_folder() -> Path:
    """Where every run has a folder: ``$XDG_STATE_HOME/ostf-dual/runs``."""
    return state_folder() / "runs"
