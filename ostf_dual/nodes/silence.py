"""Hosts that are silent, remembered: who waits for them at each question waits half a minute each time."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock

from ostf_dual.errors import OstfError
from ostf_dual.nodes.shell import PATIENCE_S, TimedOutError, UnreachedError

_LONG_S = 5.0
"""Who could not be reached for so long is silent; who is unreachable at once may be asked again at once."""
AGAIN_S = 60.0
"""After so long a silent host is asked again."""


class Silences:
    """Which of several hosts are silent, since when. Threads may share it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._kept: dict[str, tuple[float, str]] = {}
        self._under_way: dict[str, list[float]] = defaultdict(list)

    @contextmanager
    def asking(self, host: str) -> Iterator[None]:
        """Ask a host.

        Raises:
            OstfError: It was silent a moment ago, and is not asked; says when it will be.
        """
        begin = self._clock()
        with self._lock:
            self._refuse_silent(host, begin)
            self._under_way[host].append(begin)
        error: OstfError | None = None
        try:
            yield
        except OstfError as raised:
            error = raised
            raise
        finally:
            with self._lock:
                self._under_way[host].remove(begin)
                self._keep(host, error, self._clock(), begin)

    def _refuse_silent(self, host: str, now: float) -> None:
        if min(self._under_way[host], default=now) < now - PATIENCE_S:
            raise OstfError(
                f"it has been asked something else {PATIENCE_S:g} s ago and more, and has not answered yet"
            )
        until, told = self._kept.get(host, (now, ""))
        if now < until:
            raise OstfError(told)

    def _keep(self, host: str, error: OstfError | None, now: float, begin: float) -> None:
        if error is None:
            self._kept.pop(host, None)
        elif now - begin >= _LONG_S and isinstance(error, TimedOutError | UnreachedError):
            at = f"{datetime.now().astimezone():%H:%M:%S}"
            told = f"silent at {at}, and asked again no sooner than {AGAIN_S:g} s later: {error}"
            self._kept[host] = now + AGAIN_S, told
