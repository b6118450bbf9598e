"""Where runs are kept, and what they are called."""

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path


def new_run_id() -> str:
    """An id that sorts by time, fits into a host name, and is not used by another run of the same second."""
    return f"{datetime.now(UTC):%y%m%d%H%M%S}-{secrets.token_hex(2)}"


def runs_folder() -> Path:
    """Where every run has a folder: ``$XDG_STATE_HOME/ostf-dual/runs``."""
    return _home("XDG_STATE_HOME", ".local/state") / "ostf-dual" / "runs"


def cache_folder() -> Path:
    """What can be made again: ``$XDG_CACHE_HOME/ostf-dual``."""
    return _home("XDG_CACHE_HOME", ".cache") / "ostf-dual"


def _home(variable: str, default: str) -> Path:
    # The XDG specification: a relative path is invalid and is to be ignored.
    given = Path(os.environ.get(variable, ""))
    return given if given.is_absolute() else Path.home() / default
