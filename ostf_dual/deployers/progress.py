"""Says at every moment what is being done, and at the end where the time went."""

import threading
import time
from collections.abc import Callable, Iterator
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
        self._at: dict[str, str] = {}
        self._said: set[str] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._pulse = threading.Thread(target=self._beat, daemon=True)
        self._pulse.start()

    @contextmanager
    def step(self, what: str, *, indent: str = "  ") -> Iterator[Callable[[str], None]]:
        """One step; what it raises goes on, after a line that says which step it was.

        Yields:
            To be told how far the step is, which is shown while it lasts.
        """
        began = time.monotonic()
        with self._lock:
            self._doing[what] = began

        def at(text: str) -> None:
            with self._lock:
                self._at[what] = text

        self._print(f"{indent}… {escape(what)}")
        try:
            yield at
        except BaseException:
            self._print(f"[red]{indent}✗ {escape(what)}, after {time.monotonic() - began:.1f} s[/red]")
            raise
        else:
            took = time.monotonic() - began
            self._took.append((what, took))
            self._print(f"[green]{indent}✓[/green] {escape(what)}  [dim]{took:.1f} s[/dim]")
        finally:
            with self._lock:
                del self._doing[what]
                self._at.pop(what, None)

    def say(self, text: str) -> None:
        """A line of its own."""
        self._print(escape(redacted(text)))

    def say_once(self, text: str) -> None:
        """A line of its own, unless it was said before."""
        if text not in self._said:
            self._said.add(text)
            self.say(text)

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
                doing = [self._told(what, time.monotonic() - began) for what, began in self._doing.items()]
            if doing:
                self._print(f"[dim]  … still: {escape(', '.join(doing))}[/dim]")

    def _told(self, what: str, took_s: float) -> str:
        at = self._at.get(what)
        return f"{what} ({f'{at}, ' if at else ''}{took_s:.0f} s)"
