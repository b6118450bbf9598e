"""Where runs are kept, and what they are called."""

import secrets
from datetime import UTC, datetime
from pathlib import Path

from ostf_dual.files import state_folder


def new_run_id() -> str:
    """An id that sorts by time, fits into a host name, and is not used by another run of the same second."""
    return f"{datetime.now(UTC):%y%m%d%H%M%S}-{secrets.token_hex(2)}"


def runs_folder() -> Path:
    """Where every run has a folder: ``$XDG_STATE_HOME/ostf-dual/runs``."""
    return state_folder() / "runs"
