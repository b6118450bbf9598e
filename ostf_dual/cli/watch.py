"""A run again and again, at whole multiples of an interval, one at a time."""

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import IO, Protocol

from ostf_dual.cli.pace import Pace
from ostf_dual.errors import InputError
from ostf_dual.files import private_folder
from ostf_dual.reports.archive import kept_ids
from ostf_dual.reports.changes import Changes, News
from ostf_dual.reports.files import SUMMARY
from ostf_dual.reports.kept import KeptRun, read_summary
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.result import Outcome
from ostf_dual.runs.state import runs_folder

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
    """A run of the watch.

    Attributes:
        run: What it says of itself; None where it left no summary.
        code: The run's own.
        watch_code: The watch's: of the run, or of what is at fault since an earlier one.
        runs: How many have ended, with this one.
        left_out: How many starts were left out so far.
    """

    run: KeptRun | None
    code: ExitCode
    watch_code: ExitCode
    took_s: float
    news: tuple[News, ...]
    is_first: bool = False
    runs: int = 1
    left_out: int = 0


class Teller(Protocol):
    """Told of the watch."""

    def ended(self, ended: Ended) -> None:
        """A run has ended."""

    def remark(self, text: str) -> None:
        """Something about the watch itself."""

    def refused(self) -> None:
        """The first run was refused, and so is the watch: its words follow as an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is watched, and how often.

    Attributes:
        cloud: Its name: others' runs are remembered beside its own.
        arguments: For pytest, of a run with this profile.
        profile: To begin with.
        interval_s: From start to start.
        reports: Where each run writes.
        count: End after so many runs.
        lasting_s: Begin no run after this time.
    """

    cloud: str
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
        while not self._stop.is_set() and (ended := self._run(is_first=done == 0)):
            done += 1
            now = self._clock.now() - begin
            due = max(tick + 1, math.ceil(now / interval_s))
            # Every start up to the one that is due was either taken or left out.
            self._tell(replace(ended, runs=done, left_out=due - done))
            self._say_left_out(due - tick - 1)
            tick = due
            if done >= self._plan.count or tick * interval_s >= self._plan.lasting_s:
                break
            self._clock.pause(tick * interval_s - now, self._stop)

    def _run(self, *, is_first: bool) -> Ended | None:
        """One run; None: somebody wants an end."""
        reports = self._plan.reports
        private_folder(reports)
        earlier = kept_ids() | {run.run_id for run in _read(reports / SUMMARY)}
        begin = self._clock.now()
        (reports / LOG).touch(mode=0o600)  # as closed as the reports
        with (reports / LOG).open("wb") as log:
            self._child = self._start(self._plan.arguments(self._pace.profile), log)
            if self._stop.is_set():  # it came just before there was a child to tell
                self._child.terminate()
            code = self._child.wait()
            self._child = None
        if self._stop.is_set():
            return None
        return self._ended(code, self._clock.now() - begin, earlier, is_first=is_first)

    def _tell(self, ended: Ended) -> None:
        self._teller.ended(ended)
        if remark := self._pace.after(ended.took_s, is_well=self._last in _WELL):
            self._teller.remark(remark)

    def _ended(self, code: int, took_s: float, earlier: frozenset[str], *, is_first: bool) -> Ended:
        own = self._last = ExitCode(code) if code in set(ExitCode) else ExitCode.INTERNAL_ERROR
        run = self._left(earlier)
        if run is None:
            words = (self._plan.reports / LOG).read_text(encoding="utf-8", errors="replace").strip()
            if is_first and own is ExitCode.USAGE:
                self._teller.refused()
                raise InputError(words or "the run was refused, and does not say why")
            how = f"killed by signal {-code}" if code < 0 else f"ended with {code}, and left no summary"
            told = ": ".join(filter(None, (how, words.rpartition("\n")[2])))
            return Ended(None, own, own, took_s, (News(is_worse=True, subject="the run", told=told),))
        if is_first and own is ExitCode.USAGE:  # no later run would be told otherwise
            self._teller.refused()
            raise InputError("; ".join(run.reasons))
        news = self._changes.add(run)
        self._last = self._with_faults(own)
        return Ended(run, own, self._last, took_s, news, is_first=is_first)

    def _left(self, earlier: frozenset[str]) -> KeptRun | None:
        """What the run says of itself: an earlier one's summary must not pass for its own.

        One that was refused leaves the reports to the run before it, and is remembered all the same.
        """
        refused = kept_ids() - earlier if self._last is ExitCode.USAGE else ()
        kept = _read(*(runs_folder() / each / SUMMARY for each in refused))
        own = (each for each in kept if (each.cloud, each.exit_code) == (self._plan.cloud, ExitCode.USAGE))
        every = (*_read(self._plan.reports / SUMMARY), *own)
        return next((run for run in every if run.run_id not in earlier), None)

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


def _read(*summaries: Path) -> Iterator[KeptRun]:
    """The runs of those that are there, and whole."""
    for path in summaries:
        with suppress(InputError):
            yield read_summary(path)
