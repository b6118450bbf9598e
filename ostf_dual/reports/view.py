"""How a run is told while it goes on, and what it is told by."""

from enum import StrEnum
from typing import Protocol

from rich.console import Console

from ostf_dual.reports.events import Event


class Detail(StrEnum):
    """How much is told. QUIET: faults and the verdict. VERBOSE: every check as it ends, with its steps."""

    QUIET = "quiet"
    NORMAL = "normal"
    VERBOSE = "verbose"


class View(Protocol):
    """Told of every event, in order; ``RunEnded`` is the last one."""

    console: Console

    def tell(self, event: Event) -> None:
        """Tell what is to be told of an event."""

    def stop(self) -> None:
        """Leave the terminal to whoever writes next; nothing is told after that."""
