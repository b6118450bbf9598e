"""Says at every moment what is being done, and at the end where the time went."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

from ostf_dual.redaction import redacted

_HEARTBEAT_S = 15.0


class Progress:
    """Steps, also several at once; each is told when it starts, while it lasts and when it ends."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = time.monotonic()
        self._took: list[tuple[str, float]] = []
        self._doing: dict[str, float] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._pulse = threading.Thread(target=self._beat, daemon=True)
        self._pulse.start()

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """One step; what it raises goes on, after a line that says which step it was."""
        began = time.monotonic()
        with self._lock:
            self._doing[what] = began
        self._print(f"  … {escape(what)}")
        try:
            yield
        except BaseException:
            self._print(f"[red]  ✗ {escape(what)}, after {time.monotonic() - began:.1f} s[/red]")
            raise
        else:
            took = time.monotonic() - began
            self._took.append((what, took))
            self._print(f"[green]  ✓[/green] {escape(what)}  [dim]{took:.1f} s[/dim]")
        finally:
            with self._lock:
                del self._doing[what]

    def say(self, text: str) -> None:
        """A line of its own."""
        self._print(escape(redacted(text)))

    def close(self) -> None:
        """Stop the heartbeat."""
        self._stop.set()

    def summary(self) -> str:
        """The slowest steps; they overlap, so they add up to more than the total."""
        slowest = sorted(self._took, key=lambda each: -each[1])[:6]
        parts = ", ".join(f"{what} {took:.0f} s" for what, took in slowest if took >= 1)
        return f"{time.monotonic() - self._started:.0f} s in all; the longest: {parts}" if parts else ""

    def _print(self, text: str) -> None:
        elapsed = time.monotonic() - self._started
        self._console.print(f"[dim]{elapsed:6.1f}[/dim] {text}", highlight=False, soft_wrap=True)

    def _beat(self) -> None:
        while not self._stop.wait(_HEARTBEAT_S):
            with self._lock:
                doing = [f"{what} ({time.monotonic() - began:.0f} s)" for what, began in self._doing.items()]
            if doing:
                self._print(f"[dim]  … still: {escape(', '.join(doing))}[/dim]")
