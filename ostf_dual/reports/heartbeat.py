"""A sign of life in the silence."""

import threading
import time
from collections.abc import Callable

INTERVAL_S = 15.0


class Heartbeat:
    """Calls, from a thread of its own, whenever nothing has been said for a time."""

    def __init__(self, beat: Callable[[], None], *, interval_s: float = INTERVAL_S) -> None:
        self._beat, self._interval_s = beat, interval_s
        self._last = time.monotonic()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._go, daemon=True)
        self._thread.start()

    def said(self) -> None:
        """Something was said just now."""
        self._last = time.monotonic()

    def stop(self) -> None:
        """No more from now on."""
        self._stopped.set()
        self._thread.join()

    def _go(self) -> None:
        while not self._stopped.wait(self._interval_s / 4):
            if time.monotonic() - self._last >= self._interval_s:
                self.said()
                self._beat()
