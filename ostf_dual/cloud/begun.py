"""What is begun once, in a thread of its own, and answers the same to everyone from then on."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Lock
from typing import Any, TypeVar

from ostf_dual.errors import OstfError

T = TypeVar("T")
Known = tuple[str, str]
"""What it is, and whose: of the whole run where that is empty."""


class Begun:
    """Things that are under way or done, each known by a name."""

    def __init__(self, at_once: int) -> None:
        self._pool = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="workbench")
        self._things: dict[Known, Future[Any]] = {}
        self._lock = Lock()

    def once(self, known_as: Known, make: Callable[[], T]) -> "Future[T]":
        """Begin it where nobody has yet."""
        with self._lock:
            if known_as not in self._things:
                self._things[known_as] = self._pool.submit(make)
            return self._things[known_as]

    @property
    def names(self) -> tuple[Known, ...]:
        """What has been begun so far."""
        return tuple(self._things)

    def end(self) -> None:
        """Begin nothing any more; what is under way goes on."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def wait(self, timeout_s: float) -> None:
        """Wait for what is under way, for so long at most."""
        wait([future for future in self._things.values() if not future.done()], timeout=timeout_s)


def answer(future: "Future[T]") -> T:
    """What came of it. Blocks.

    Raises:
        AssertionError: What made it said "no"; the same each time.
        OstfError: It could not be made; likewise.
    """
    try:
        return future.result()
    except (AssertionError, OstfError) as error:
        # One exception object is raised for many checks: it must not gather their tracebacks.
        raise error.with_traceback(None)  # noqa: B904 - it is the same error
