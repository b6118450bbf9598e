"""One at a time: locks that the kernel lets go of when their holder ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ostf_dual.waiting import wait_until

_WITHIN_S = 1800.0


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Keep every other process that asks for the same out; a folder is locked as it is, a file is made."""
    if not path.is_dir():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDONLY | (0 if path.is_dir() else os.O_CREAT), 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def opened_log(path: Path) -> Iterator[IO[bytes]]:
    """Open a log to be a program's output.

    The program inherits the lock with the file: what outlived a ``lab up`` that was killed is waited for, where the
    next one would work on the same things.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("ab") as log:
        wait_until(lambda: _locked(log), bool, what=f"the program that writes {path} to end (`fuser -v {path}`)",
                   timeout_s=_WITHIN_S)  # fmt: skip
        yield log


def _locked(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
