"""``ostf-dual watch``: a run again and again, each in a pytest of its own, and the news of each."""

import json
import math
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, TextIO
from urllib.parse import quote

from ostf_dual.cli.child import start_pytest
from ostf_dual.cli.commands import as_arguments
from ostf_dual.cli.durations import duration_s
from ostf_dual.environment.access import read_access
from ostf_dual.errors import InputError
from ostf_dual.locks import held
from ostf_dual.reports.changes import Changes, News
from ostf_dual.reports.files import SUMMARY
from ostf_dual.reports.kept import KeptRun, read_summary
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.profiles import quicker
from ostf_dual.runs.result import Outcome
from ostf_dual.runs.state import runs_folder

if TYPE_CHECKING:
    import subprocess

LOG = "watch.log"
"""What the latest run printed, beside its summary."""


def watch(
    *,
    cloud: str | None,
    environment: Path | None,
    every: str,
    profile: str,
    count: int | None,
    lasting: str | None,
    expect: str | None,
    openstack_only: bool,
    reports: Path,
    prometheus: Path | None,
    as_json: bool,
) -> int:
    """Watch a cloud until the runs are counted, the time is over, or somebody ends it.

    Raises:
        InputError: What was given cannot be used, or the cloud is being watched already.
    """
    interval_s, lasting_s = duration_s(every), duration_s(lasting) if lasting else math.inf
    named = read_access(environment, cloud).cloud

    def arguments(profile: str) -> list[str]:
        given = as_arguments(
            cloud=cloud,
            environment=environment,
            profile=profile,
            expect=expect,
            openstack_only=openstack_only,
            reports=reports,
        )
        return [*given, *([f"--ostf-prometheus={prometheus}"] if prometheus else [])]

    with held(runs_folder().parent / "watch" / f"{quote(named, safe='')}.lock") as is_ours:
        if not is_ours:
            raise InputError(f"cloud {named} is being watched already, by another process of this user")
        watching = Watch(
            arguments,
            profile=profile,
            interval_s=interval_s,
            reports=reports,
            tell=_tell_json if as_json else _tell,
        )
        return watching.go(count=count or math.inf, lasting_s=lasting_s)


class Watch:
    """Runs at whole multiples of an interval, one at a time."""

    def __init__(
        self,
        arguments: Callable[[str], list[str]],
        *,
        profile: str,
        interval_s: float,
        reports: Path,
        tell: "Callable[[Ended], None]",
    ) -> None:
        """Begin nothing yet.

        Args:
            arguments: For pytest, of a run with this profile.
            profile: To begin with.
            interval_s: From start to start.
            reports: Where each run writes.
            tell: Told of each run's end.
        """
        self._arguments, self._profile, self._interval_s = arguments, profile, interval_s
        self._reports, self._tell = reports, tell
        self._changes = Changes()
        self._stop = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._last = ExitCode.INTERRUPTED

    def go(self, *, count: float, lasting_s: float) -> int:
        """Watch; returns the code of the last run that came to its end."""
        before = {number: signal.signal(number, self._end) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            begin, done, tick = time.monotonic(), 0, 0
            while not self._stop.is_set():
                if not self._run(is_first=done == 0):
                    break
                done += 1
                now = time.monotonic() - begin
                due = max(tick + 1, math.ceil(now / self._interval_s))
                self._say_skipped(due - tick - 1)
                tick = due
                if done >= count or tick * self._interval_s >= lasting_s:
                    break
                self._stop.wait(tick * self._interval_s - now)
            return self._last
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _run(self, *, is_first: bool) -> bool:
        """One run; returns whether to go on."""
        summary = self._reports / SUMMARY
        self._reports.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            summary.unlink()  # of an earlier run: it must not pass for this one's
        begin = time.monotonic()
        with (self._reports / LOG).open("wb") as log:
            # A session of its own: Ctrl-C reaches it once, from us, and not from the terminal too.
            self._child = start_pytest(self._arguments(self._profile), output=log, own_session=True)
            if self._stop.is_set():  # it came just before there was a child to tell
                self._child.terminate()
            code = self._child.wait()
            self._child = None
        if self._stop.is_set():
            return False
        self._last = ExitCode(code) if code in set(ExitCode) else ExitCode.INTERNAL_ERROR
        took_s = time.monotonic() - begin
        try:
            run = read_summary(summary)
        except InputError as error:
            words = (self._reports / LOG).read_text(encoding="utf-8", errors="replace").strip()
            if is_first and self._last is ExitCode.USAGE:
                raise InputError(words or str(error)) from None
            how = f"killed by signal {-code}" if code < 0 else f"ended with {code}, and left no summary"
            news = News(is_worse=True, subject="the run", told=f"{how}: {words.rpartition(chr(10))[2]}")
            self._tell(Ended(None, self._last, took_s, (news,)))
        else:
            self._tell(Ended(run, self._last, took_s, self._changes.add(run), is_first=is_first))
        self._shed(took_s)
        return True

    def _shed(self, took_s: float) -> None:
        lighter = quicker(self._profile)
        if took_s > self._interval_s and lighter:
            _say(
                f"the run took {took_s:.0f} s, there are {self._interval_s:g} s between two: "
                f"profile {lighter} in place of {self._profile} from now on"
            )
            self._profile = lighter

    @staticmethod
    def _say_skipped(starts: int) -> None:
        if starts > 0:
            _say(f"left out {starts} start{'s' * (starts > 1)}, since the run took longer")

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()
        if self._child is not None:
            self._child.terminate()  # it cleans up


@dataclass(frozen=True, slots=True)
class Ended:
    """A run of the watch; None where it left no summary."""

    run: KeptRun | None
    code: ExitCode
    took_s: float
    news: tuple[News, ...]
    is_first: bool = False


def _tell(ended: Ended) -> None:
    """The state at first; from then on what is new, and nothing where nothing is."""
    if ended.is_first and ended.run:
        passed = ended.run.count(Outcome.PASSED)
        _say(
            f"run {ended.run.run_id}: {passed} passed, {len(ended.run.faults)} not well: {ended.code.meaning}"
        )
    for news in ended.news:
        _say(f"{'!' if news.is_worse else '+'} {news}", sys.stdout)


def _tell_json(ended: Ended) -> None:
    """A line for each run."""
    values = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "run_id": ended.run.run_id if ended.run else None,
        "profile": ended.run.asked.profile if ended.run else None,
        "exit_code": int(ended.code),
        "took_s": round(ended.took_s, 3),
        "news": [asdict(news) for news in ended.news],
    }
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def _say(line: str, stream: TextIO | None = None) -> None:
    stream = stream or sys.stderr
    stream.write(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {line}\n")
    stream.flush()
