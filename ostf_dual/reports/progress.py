"""What a run is doing right now: a live line on a terminal, a line now and then elsewhere."""

import threading
import time
from collections.abc import Callable

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from ostf_dual.reports.arrangement import CLOUD
from ostf_dual.reports.table import words
from ostf_dual.runs.result import Result

HEARTBEAT_S = 15.0


class Progress:
    """Tells what is going on: a last line that lives on a terminal, a heartbeat in the silence elsewhere."""

    def __init__(self, console: Console, *, heartbeat_s: float = HEARTBEAT_S) -> None:
        self.console = console
        self._total = self._ended = self._faults = 0
        self._what = ""
        self._detail: Callable[[], str] = str
        self._since = self._last_said = time.monotonic()
        self._stopped = threading.Event()
        self._live: Live | None = None
        self._spinner = Spinner("dots")
        if console.is_terminal:
            self._live = Live(
                console=console, get_renderable=self._line, refresh_per_second=4, transient=True
            )
            self._live.start()
        else:
            threading.Thread(target=self._beat, args=(heartbeat_s,), daemon=True).start()

    def say(self, line: str | Text) -> None:
        """A line that stays."""
        self._last_said = time.monotonic()
        self.console.print(line, markup=False, soft_wrap=True)

    def expect(self, checks: int) -> None:
        """Say how many checks there are to be."""
        self._total = checks

    def busy(self, what: str, detail: Callable[[], str] = str) -> None:
        """From now on this is going on; ``detail`` is asked whenever it is told."""
        self._what, self._detail, self._since = what, detail, time.monotonic()

    def ended(self, result: Result) -> None:
        """A check has ended: one line."""
        self._ended += 1
        self._faults += result.outcome.is_fault
        line = Text().append(f"[{self._ended:>{len(str(self._total))}}/{self._total}] ", style="dim")
        line.append(f"{result.subject:<10} {result.zone or CLOUD:<10} ")
        line.append_text(words(result.outcome)).append(f"  {result.duration_s:.1f} s", style="dim")
        if result.outcome.is_fault and result.message:
            line.append(f"  {result.message.splitlines()[0]}")
        self.say(line)

    def stop(self) -> None:
        """Leave the terminal to whoever writes next."""
        self._stopped.set()
        if self._live is not None:
            self._live.stop()

    def _line(self) -> Spinner | Text:
        if not self._what:
            return Text("")
        self._spinner.update(text=Text(self._state()))
        return self._spinner

    def _state(self) -> str:
        parts = [self._what, f"{time.monotonic() - self._since:.0f} s", self._detail()]
        if self._total:
            parts.append(f"{self._ended} of {self._total} done")
        if self._faults:
            parts.append(f"{self._faults} not well")
        return ", ".join(filter(None, parts))

    def _beat(self, heartbeat_s: float) -> None:
        while not self._stopped.wait(heartbeat_s / 4):
            if self._what and time.monotonic() - self._last_said >= heartbeat_s:
                self.say(f"… {self._state()}")
