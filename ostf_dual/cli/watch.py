"""A run again and again, at whole multiples of an interval, one at a time."""

import math
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, Protocol

from ostf_dual.cli.pace import Pace
from ostf_dual.errors import InputError
from ostf_dual.reports.changes import Changes, News
from ostf_dual.reports.files import SUMMARY
from ostf_dual.reports.kept import KeptRun, read_summary
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.result import Outcome

_WELL = frozenset({ExitCode.OK, ExitCode.UNPROVEN})
"""Nothing that was asked is at fault."""
LOG = "watch.log"
"""What the latest run printed, beside its summary."""


class Child(Protocol):
    """A run in a process of its own."""

    def terminate(self) -> None:
        """Have it clean up and end."""

    def wait(self) -> int:
        """Wait for its end; returns its exit code, negative where a signal killed it."""


class Clock(Protocol):
    """Time, as a watch needs it."""

    def now(self) -> float:
        """Seconds, from whenever."""

    def pause(self, seconds: float, stop: threading.Event) -> None:
        """Let this time go by; less where somebody wants an end."""


class RealClock:
    """The machine's."""

    def now(self) -> float:
        """Seconds since it was started."""
        return time.monotonic()

    def pause(self, seconds: float, stop: threading.Event) -> None:
        """Wait."""
        stop.wait(seconds)


Start = Callable[[Sequence[str], IO[bytes]], Child]
"""Starts a run with these arguments for pytest, that prints there."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A run of the watch; None where it left no summary."""

    run: KeptRun | None
    code: ExitCode
    took_s: float
    news: tuple[News, ...]
    is_first: bool = False


class Teller(Protocol):
    """Told of the watch."""

    def ended(self, ended: Ended) -> None:
        """A run has ended."""

    def remark(self, text: str) -> None:
        """Something about the watch itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is watched, and how often.

    Attributes:
        arguments: For pytest, of a run with this profile.
        profile: To begin with.
        interval_s: From start to start.
        reports: Where each run writes.
        count: End after so many runs.
        lasting_s: Begin no run after this time.
    """

    arguments: Callable[[str], list[str]]
    profile: str
    interval_s: float
    reports: Path
    count: float = math.inf
    lasting_s: float = math.inf


class Watch:
    """Runs one at a time: a start that comes while a run goes on is left out."""

    def __init__(self, plan: Plan, teller: Teller, start: Start, clock: Clock | None = None) -> None:
        self._plan, self._teller, self._start = plan, teller, start
        self._clock = clock or RealClock()
        self._pace = Pace(plan.profile, plan.interval_s)
        self._changes = Changes()
        self._stop = threading.Event()
        self._child: Child | None = None
        self._last = ExitCode.INTERRUPTED
        self._left_out = 0

    def go(self) -> int:
        """Watch; returns the code of the last run that came to its end, or of what is at fault since an earlier one."""
        before = {number: signal.signal(number, self._end) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            self._go()
            return self._last
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _go(self) -> None:
        interval_s = self._plan.interval_s
        begin, done, tick = self._clock.now(), 0, 0
        while not self._stop.is_set() and self._run(is_first=done == 0):
            done += 1
            now = self._clock.now() - begin
            due = max(tick + 1, math.ceil(now / interval_s))
            self._say_left_out(due - tick - 1)
            tick = due
            if done >= self._plan.count or tick * interval_s >= self._plan.lasting_s:
                break
            self._clock.pause(tick * interval_s - now, self._stop)

    def _run(self, *, is_first: bool) -> bool:
        """One run; returns whether to go on."""
        reports = self._plan.reports
        reports.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            (reports / SUMMARY).unlink()  # of an earlier run: it must not pass for this one's
        begin = self._clock.now()
        (reports / LOG).touch(mode=0o600)  # as closed as the reports
        with (reports / LOG).open("wb") as log:
            self._child = self._start(self._plan.arguments(self._pace.profile), log)
            if self._stop.is_set():  # it came just before there was a child to tell
                self._child.terminate()
            code = self._child.wait()
            self._child = None
        if self._stop.is_set():
            return False
        took_s = self._clock.now() - begin
        self._last = ExitCode(code) if code in set(ExitCode) else ExitCode.INTERNAL_ERROR
        self._teller.ended(self._ended(code, took_s, is_first=is_first))
        if remark := self._pace.after(took_s, is_well=self._last in _WELL):
            self._teller.remark(remark)
        return True

    def _ended(self, code: int, took_s: float, *, is_first: bool) -> Ended:
        try:
            run = read_summary(self._plan.reports / SUMMARY)
        except InputError as error:
            words = (self._plan.reports / LOG).read_text(encoding="utf-8", errors="replace").strip()
            if is_first and self._last is ExitCode.USAGE:
                raise InputError(words or str(error)) from None
            how = f"killed by signal {-code}" if code < 0 else f"ended with {code}, and left no summary"
            told = ": ".join(filter(None, (how, words.rpartition("\n")[2])))
            return Ended(None, self._last, took_s, (News(is_worse=True, subject="the run", told=told),))
        if is_first and self._last is ExitCode.USAGE:  # no later run would be told otherwise
            raise InputError("; ".join(run.reasons))
        news = self._changes.add(run)
        self._last = self._with_faults(self._last)
        return Ended(run, self._last, took_s, news, is_first=is_first)

    def _with_faults(self, code: ExitCode) -> ExitCode:
        """A run's code, with what is at fault since an earlier one: who was not asked again has not recovered."""
        outcomes = {check.outcome for check in self._changes.faults}
        if code not in _WELL or not outcomes:
            return code
        if Outcome.FAILED in outcomes:
            return ExitCode.FAILED
        return ExitCode.LEAKED if Outcome.LEAKED in outcomes else ExitCode.BROKEN

    def _say_left_out(self, starts: int) -> None:
        """Told when it changes: a watch that is too slow for its interval would say it each time."""
        if starts != self._left_out:
            left_out = f"left out {starts} start{'s' * (starts > 1)}, since the run took longer"
            self._teller.remark(left_out if starts else "the runs are in time again")
        self._left_out = starts

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()
        if self._child is not None:
            self._child.terminate()  # it cleans up
