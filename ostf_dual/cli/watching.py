"""``ostf-dual watch``: a run again and again, each in a pytest of its own, and the news of each."""

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, TextIO
from urllib.parse import quote

from ostf_dual.cli.asking import Asking
from ostf_dual.cli.child import start_pytest
from ostf_dual.cli.durations import duration_s
from ostf_dual.cli.watch import Child, Ended, Plan, Teller, Watch
from ostf_dual.environment.access import read_access
from ostf_dual.errors import InputError
from ostf_dual.locks import held
from ostf_dual.reports.elsewhere import require_metrics_file
from ostf_dual.reports.files import refuse_unwritable
from ostf_dual.reports.restored import restore
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.result import Outcome, RunResult
from ostf_dual.runs.state import runs_folder

if TYPE_CHECKING:
    from ostf_dual.reports.prometheus import Watched


def watch(
    asking: Asking,
    *,
    every: str,
    count: int | None,
    lasting: str | None,
    prometheus: Path | None,
    as_json: bool,
) -> int:
    """Watch a cloud until the runs are counted, the time is over, or somebody ends it.

    Raises:
        InputError: What was given cannot be used, or the cloud is being watched already.
    """
    interval_s, lasting_s = duration_s(every), duration_s(lasting) if lasting else math.inf
    refuse_unwritable(asking.reports)
    named = read_access(asking.environment, asking.cloud).cloud
    # The file is read here once: a watch must not end because somebody is editing it.
    given = asking.arguments()
    teller: Teller = JsonLines() if as_json else Lines()
    if prometheus:
        require_metrics_file(prometheus)
        teller = Metered(teller, named, prometheus)

    with held(runs_folder().parent / "watch" / f"{quote(named, safe='')}.lock") as is_ours:
        if not is_ours:
            raise InputError(f"cloud {named} is being watched already, by another process of this user")
        plan = Plan(
            cloud=named,
            arguments=lambda profile: [*given, f"--profile={profile}"],  # the last one counts
            profile=asking.profile,
            interval_s=interval_s,
            reports=asking.reports,
            count=count or math.inf,
            lasting_s=lasting_s,
        )
        return Watch(plan, teller, start).go()


class Lines:
    """The state at first; from then on what is new, and nothing where nothing is."""

    def ended(self, ended: Ended) -> None:
        """What is new is said on standard output."""
        if ended.is_first and ended.run:
            passed, faults = ended.run.count(Outcome.PASSED), len(ended.run.faults)
            self.remark(f"run {ended.run.run_id}: {passed} passed, {faults} not well: {ended.code.meaning}")
        for news in ended.news:
            _say(f"{'!' if news.is_worse else '+'} {news}", sys.stdout)

    def remark(self, text: str) -> None:
        """On standard error."""
        _say(text, sys.stderr)

    def refused(self) -> None:
        """Nothing: the error says it all."""


class JsonLines(Lines):
    """A line for each run on standard output."""

    def ended(self, ended: Ended) -> None:
        """Whether there is news or not."""
        values = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "run_id": ended.run.run_id if ended.run else None,
            "profile": ended.run.asked.profile if ended.run else None,
            "exit_code": int(ended.code),
            "watch_exit_code": int(ended.watch_code),
            "took_s": round(ended.took_s, 3),
            "news": [asdict(news) for news in ended.news],
        }
        sys.stdout.write(json.dumps(values) + "\n")
        sys.stdout.flush()


class Metered:
    """Besides, writes the metrics of each run and of the watch: its runs write none, so that both are there always."""

    def __init__(self, teller: Teller, cloud: str, file: Path) -> None:
        self._teller, self._cloud, self._file = teller, cloud, file
        self._latest: RunResult | None = None
        self._has_died = False

    def ended(self, ended: Ended) -> None:
        """What a run that left no summary does not tell is as the last one told it."""
        from ostf_dual.reports.prometheus import Watched  # with its library

        self._teller.ended(ended)
        # What stood before the watch began is no news, nor is it that a run has died again.
        is_news = not ended.is_first and not (ended.run is None and self._has_died)
        self._has_died = ended.run is None
        try:
            self._latest = restore(ended.run.source) if ended.run else self._latest
        except InputError as error:
            self.remark(f"metrics cannot be written: {error}")
            return
        self._write(
            Watched(
                cloud=self._cloud,
                code=ended.watch_code,
                runs=ended.runs,
                left_out=ended.left_out,
                newly_worse=sum(news.is_worse for news in ended.news) if is_news else 0,
            )
        )

    def refused(self) -> None:
        """Whoever goes by metrics is not to see those of an earlier watch."""
        from ostf_dual.reports.prometheus import Watched

        self._teller.refused()
        self._write(Watched(cloud=self._cloud, code=ExitCode.USAGE, runs=0, left_out=0, newly_worse=0))

    def remark(self, text: str) -> None:
        """Said as without metrics."""
        self._teller.remark(text)

    def _write(self, watched: "Watched") -> None:
        from ostf_dual.reports.prometheus import write_metrics

        try:
            write_metrics(self._latest, self._file, watched)
        except OSError as error:
            self.remark(f"metrics cannot be written: {error}")


def start(arguments: Sequence[str], log: IO[bytes]) -> Child:
    """Start a run. It has a session of its own: Ctrl-C reaches it once, from us, and not from the terminal too."""
    return start_pytest(arguments, output=log, own_session=True)


def _say(line: str, stream: TextIO) -> None:
    stream.write(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {line}\n")
    stream.flush()
