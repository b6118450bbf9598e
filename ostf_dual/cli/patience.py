"""A word on standard error where what is asked lets people wait."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ostf_dual.reports.heartbeat import Heartbeat

_SILENCE_S = 5.0


@contextmanager
def patiently(doing: str) -> Iterator[None]:
    """Say what is being done, and for how long already, whenever nothing was said of it for a while."""
    began = time.monotonic()

    def say() -> None:
        sys.stderr.write(f"… {doing} ({time.monotonic() - began:.0f} s)\n")
        sys.stderr.flush()

    heartbeat = Heartbeat(say, interval_s=_SILENCE_S)
    try:
        yield
    finally:
        heartbeat.stop()
