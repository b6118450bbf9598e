"""Where this project keeps files on the machine, and how it writes those that only their owner may read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def state_folder() -> Path:
    """What must not be lost: ``$XDG_STATE_HOME/ostf-dual``."""
    return _home("XDG_STATE_HOME", ".local/state") / "ostf-dual"


def environment_folder(name: str) -> Path:
    """What is remembered of the environment that was deployed under this name."""
    return state_folder() / "environments" / name


def cache_folder() -> Path:
    """What can be made again: ``$XDG_CACHE_HOME/ostf-dual``."""
    return _home("XDG_CACHE_HOME", ".cache") / "ostf-dual"


def _home(variable: str, default: str) -> Path:
    # The XDG specification: a relative path is invalid and is to be ignored.
    given = Path(os.environ.get(variable, ""))
    return given if given.is_absolute() else Path.home() / default


def private_folder(path: Path) -> None:
    """Make a folder, unless it is there, and those above it that are missing: each closed to everybody else."""
    for each in reversed((path, *path.parents)):
        if not each.exists():
            each.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def closed_to_others() -> Iterator[None]:
    """Have all that this process and its children make meanwhile be its owner's alone, files and folders."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    private_folder(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)
