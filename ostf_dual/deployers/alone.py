"""One change of a deployment at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ostf_dual.deployers.progress import Progress
from ostf_dual.files import private_folder
from ostf_dual.locks import take


@contextmanager
def alone(path: Path, progress: Progress, what: str) -> Iterator[None]:
    """Hold a lock whose file goes with what it guards; a second process waits, and says for whom.

    Args:
        path: The lock's file, which holds the process id of who has it.
        progress: Told when there is somebody to wait for.
        what: What the other is doing, as ``changing 'dual'``.
    """
    with _locked(path, progress, what) as lock:
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _locked(path: Path, progress: Progress, what: str) -> IO[str]:
    while True:
        private_folder(path.parent)
        path.touch(mode=0o600)
        lock = path.open("a+")
        if not take(lock):
            lock.seek(0)
            other = lock.read().strip() or "unknown"
            with progress.step(f"Wait for process {other}, which is {what}, to end"):
                fcntl.flock(lock, fcntl.LOCK_EX)
        # The other may have removed all that there was, the lock too.
        if path.exists() and path.samefile(f"/proc/self/fd/{lock.fileno()}"):
            return lock
        lock.close()
