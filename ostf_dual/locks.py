"""One at a time: locks that the kernel lets go of when their holder ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ostf_dual.files import private_folder


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Keep every other process that asks for the same out; a folder is locked as it is, a file is made."""
    with _opened(path) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Hold a lock, or yield False at once where another process has it."""
    with _opened(path) as descriptor:
        yield take(descriptor)


def take(file: IO[bytes] | IO[str] | int) -> bool:
    """Lock an open file for as long as it is open; False where another process has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_taken(path: Path) -> bool:
    """Whether a process has this file at this moment; False where there is none."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    if not path.is_dir():
        private_folder(path.parent)
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | (0 if path.is_dir() else os.O_CREAT), 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
