"""Logs of programs that may outlive the ``lab up`` which started them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ostf_dual.files import private_folder
from ostf_dual.locks import take
from ostf_dual.waiting import wait_until

_WITHIN_S = 1800.0


@contextmanager
def opened_log(path: Path) -> Iterator[IO[bytes]]:
    """Open a log to be a program's output.

    The program inherits the lock with the file: what outlived a ``lab up`` that was killed is waited for, where the
    next one would work on the same things.
    """
    private_folder(path.parent)
    with path.open("ab") as log:
        wait_until(lambda: take(log), bool, what=f"the program that writes {path} to end (`fuser -v {path}`)",
                   timeout_s=_WITHIN_S)  # fmt: skip
        yield log
