"""A watch runs one at a time, sheds what is too slow, and tells of each run what is new."""

import json
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

import pytest

from ostf_dual.cli.watch import LOG, Child, Ended, Plan, Watch
from ostf_dual.environment.model import Hypervisor
from ostf_dual.errors import InputError
from ostf_dual.reports.archive import keep
from ostf_dual.reports.files import SUMMARY
from ostf_dual.reports.summary import summary
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.result import Outcome, Problem, RunResult, ZoneState
from tests.unit.reports.conftest import NOW, make_result

ESX = ZoneState(label="esx-a", name="esx-a", hypervisor=Hypervisor.VCENTER)
ALWAYS = (make_result(Outcome.PASSED, check="API-01"),)


@dataclass
class FakeClock:
    """Goes on where somebody waits for it, or works."""

    time_s: float = 0.0
    pauses: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time_s

    def pause(self, seconds: float, stop: threading.Event) -> None:
        self.pauses.append(seconds)
        self.time_s += 0 if stop.is_set() else seconds


@dataclass
class Scripted:
    """A run as it is to go: how long, how it ends, what it finds."""

    took_s: float = 1.0
    code: int = 0
    outcome: Outcome | None = Outcome.PASSED
    words: str = ""
    killed_from_outside: bool = False
    refused: bool = False
    others: tuple[RunResult, ...] = ()


class FakeRuns:
    """Starts scripted runs, and notes when, how, and whether two were ever under way at once."""

    def __init__(self, folder: Path, clock: FakeClock, runs: Sequence[Scripted]) -> None:
        self.folder, self.clock, self._runs = folder, clock, iter(runs)
        self.starts: list[tuple[float, str]] = []
        self.going_on = 0
        self.terminated = 0

    def start(self, arguments: Sequence[str], log: IO[bytes]) -> Child:
        assert self.going_on == 0, "two runs at once"
        self.starts.append((self.clock.now(), arguments[0]))
        self.going_on += 1
        run = next(self._runs)
        log.write(run.words.encode())
        return FakeChild(self, run)


@dataclass
class FakeChild:
    runs: FakeRuns
    run: Scripted

    def terminate(self) -> None:
        self.runs.terminated += 1

    def wait(self) -> int:
        if self.run.killed_from_outside:
            os.kill(os.getpid(), signal.SIGTERM)
        self.runs.clock.time_s += self.run.took_s
        self.runs.going_on -= 1
        for other in self.run.others:
            keep(other)
        if self.run.outcome is not None:
            found = RunResult(
                run_id=f"run-{len(self.runs.starts)}",
                cloud="prod",
                started_at=NOW,
                wall_s=self.run.took_s,
                zones=(ESX,),
                results=() if self.run.refused else (make_result(self.run.outcome), *ALWAYS),
                problem=Problem(code=ExitCode.USAGE, message=self.run.words) if self.run.refused else None,
            )
            if self.run.refused:
                keep(found)
            else:
                (self.runs.folder / SUMMARY).write_text(json.dumps(summary(found)))
        return self.run.code


@dataclass
class FakeTeller:
    runs: list[Ended] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def ended(self, ended: Ended) -> None:
        self.runs.append(ended)

    def remark(self, text: str) -> None:
        self.remarks.append(text)

    def refused(self) -> None:
        self.remarks.append("refused")

    def news(self) -> Iterator[list[str]]:
        return ([str(each) for each in ended.news] for ended in self.runs)


@dataclass
class Watched:
    code: int
    runs: FakeRuns
    teller: FakeTeller
    clock: FakeClock


FAILED = Scripted(code=1, outcome=Outcome.FAILED)
PLAN = Plan(cloud="prod", arguments=lambda profile: [profile], profile="full", interval_s=10, reports=Path())


@pytest.fixture(autouse=True)
def _memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def watch(folder: Path, runs: Sequence[Scripted], clock: FakeClock, **plan: object) -> Watched:
    fake, teller = FakeRuns(folder, clock, runs), FakeTeller()
    chosen = replace(PLAN, **{"reports": folder, "count": len(runs), **plan})  # type: ignore[arg-type] # a free hand
    code = Watch(chosen, teller, fake.start, clock).go()
    return Watched(code, fake, teller, clock)


def test_runs_begin_at_whole_multiples_of_the_interval(tmp_path: Path, clock: FakeClock) -> None:
    watched = watch(tmp_path, [Scripted(took_s=3), Scripted(took_s=9), Scripted(took_s=1)], clock)

    assert watched.runs.starts == [(0, "full"), (10, "full"), (20, "full")]
    assert watched.teller.remarks == []
    assert watched.code == 0


def test_a_start_that_comes_while_a_run_goes_on_is_left_out_and_never_made_up_for(
    tmp_path: Path, clock: FakeClock
) -> None:
    slow = [Scripted(took_s=25), Scripted(took_s=25), Scripted(took_s=3), Scripted(took_s=3)]

    watched = watch(tmp_path, slow, clock, profile="quick")

    assert [at for at, _ in watched.runs.starts] == [0, 30, 60, 70]
    assert [(ended.runs, ended.left_out) for ended in watched.teller.runs] == [(1, 2), (2, 4), (3, 4), (4, 4)]
    # Told when it changes, and not each time.
    assert watched.teller.remarks == [
        "left out 2 starts, since the run took longer",
        "the runs are in time again",
    ]


def test_what_is_too_slow_is_shed_a_profile_at_a_time_and_said(tmp_path: Path, clock: FakeClock) -> None:
    watched = watch(tmp_path, [Scripted(took_s=11)] * 4, clock)

    assert [profile for _, profile in watched.runs.starts] == ["full", "smoke", "quick", "quick"]
    told = [remark for remark in watched.teller.remarks if "in place of" in remark]
    assert told == [
        "the run took 11 s, there are 10 s between two: profile smoke in place of full from now on",
        "the run took 11 s, there are 10 s between two: profile quick in place of smoke from now on",
    ]


def test_a_profile_that_was_shed_is_taken_up_again_ever_more_seldom(tmp_path: Path, clock: FakeClock) -> None:
    slow, quick = Scripted(took_s=11), Scripted(took_s=3)

    watched = watch(tmp_path, [slow, quick, slow, quick, quick, quick], clock)

    assert [profile for _, profile in watched.runs.starts] == [
        "full",
        "smoke",
        "full",
        "smoke",
        "smoke",
        "full",
    ]
    assert watched.teller.remarks.count("the runs are in time: profile full in place of smoke again") == 2


def test_what_is_slow_because_it_fails_is_asked_again(tmp_path: Path, clock: FakeClock) -> None:
    watched = watch(tmp_path, [replace(FAILED, took_s=11)] * 3, clock)

    assert [profile for _, profile in watched.runs.starts] == ["full"] * 3
    assert watched.code == ExitCode.FAILED


@pytest.mark.parametrize(("outcome", "code"), [(Outcome.FAILED, 1), (Outcome.BROKEN, 6), (Outcome.LEAKED, 7)])
def test_a_fault_that_no_later_run_asks_about_stays_in_the_verdict(
    tmp_path: Path, clock: FakeClock, outcome: Outcome, code: int
) -> None:
    fault, silent = Scripted(code=code, outcome=outcome), Scripted(outcome=Outcome.NOT_CONFIGURED, took_s=11)

    watched = watch(tmp_path, [fault, silent, silent], clock)

    assert [ended.code for ended in watched.teller.runs] == [code, 0, 0]  # of each run
    assert [ended.watch_code for ended in watched.teller.runs] == [code] * 3
    assert [profile for _, profile in watched.runs.starts] == ["full"] * 3
    assert watch(tmp_path, [fault, silent, Scripted()], clock).code == ExitCode.OK


def test_only_changes_are_news(tmp_path: Path, clock: FakeClock) -> None:
    watched = watch(tmp_path, [Scripted(), FAILED, FAILED, Scripted(), Scripted()], clock)

    assert list(watched.teller.news()) == [
        [],
        ["BOOT-01 esx-a: newly failed: why <not> & \x00 how"],
        [],
        ["BOOT-01 esx-a: recovered (change 2 of its state)"],
        [],
    ]
    assert [ended.is_first for ended in watched.teller.runs] == [True, False, False, False, False]


def test_it_ends_with_the_code_of_the_last_run(tmp_path: Path, clock: FakeClock) -> None:
    assert watch(tmp_path, [Scripted(), FAILED], clock).code == ExitCode.FAILED


def test_no_run_begins_after_the_time_that_it_was_to_last(tmp_path: Path, clock: FakeClock) -> None:
    watched = watch(tmp_path, [Scripted()] * 5, clock, count=99, lasting_s=25)

    assert [at for at, _ in watched.runs.starts] == [0, 10, 20]


def test_a_run_that_leaves_no_summary_is_news_with_its_last_words(tmp_path: Path, clock: FakeClock) -> None:
    crash = Scripted(code=-9, outcome=None, words="begin\nout of memory")

    watched = watch(tmp_path, [Scripted(), crash, Scripted()], clock)

    assert list(watched.teller.news()) == [[], ["the run: killed by signal 9: out of memory"], []]
    assert watched.teller.runs[1].code is ExitCode.INTERNAL_ERROR
    assert (tmp_path / LOG).read_text() == ""
    assert (tmp_path / LOG).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "refusal",
    [
        Scripted(code=4, outcome=None, words="clouds.yaml has no such cloud"),
        Scripted(code=4, refused=True, words="clouds.yaml has no such cloud"),
    ],
    ids=["before there is a run", "as a run that is remembered"],
)
def test_wrong_input_ends_a_watch_at_its_first_run_and_at_no_other(
    tmp_path: Path, clock: FakeClock, refusal: Scripted
) -> None:
    with pytest.raises(InputError, match=r"^clouds\.yaml has no such cloud$"):
        watch(tmp_path, [refusal] * 2, clock)

    assert len(watch(tmp_path, [Scripted(), refusal, Scripted()], clock).teller.runs) == 3


def test_a_watch_that_is_refused_leaves_the_reports_of_the_run_before_it(
    tmp_path: Path, clock: FakeClock
) -> None:
    watch(tmp_path, [Scripted()], clock)
    before = (tmp_path / SUMMARY).read_text()

    with pytest.raises(InputError, match="no such cloud"):
        watch(tmp_path, [Scripted(code=4, refused=True, words="no such cloud")], clock)

    assert (tmp_path / SUMMARY).read_text() == before


def test_runs_of_others_that_end_meanwhile_are_not_taken_for_the_watchs_own(
    tmp_path: Path, clock: FakeClock
) -> None:
    other = RunResult(run_id="other", cloud="other", started_at=NOW, wall_s=1, zones=(ESX,),
                      results=(make_result(Outcome.FAILED), *ALWAYS))  # fmt: skip
    others = (other, replace(other, run_id="whole", cloud="prod"))

    with pytest.raises(InputError, match=r"^no such cloud$"):
        watch(tmp_path, [Scripted(code=4, outcome=None, words="no such cloud", others=others)], clock)


def test_sigterm_ends_the_run_that_goes_on_and_begins_no_other(tmp_path: Path, clock: FakeClock) -> None:
    before = signal.getsignal(signal.SIGTERM)
    stopped = Scripted(code=2, killed_from_outside=True)

    watched = watch(tmp_path, [FAILED, stopped, Scripted()], clock)

    assert watched.runs.terminated == 1
    assert len(watched.runs.starts) == 2
    assert len(watched.teller.runs) == 1
    assert watched.code == ExitCode.FAILED
    assert signal.getsignal(signal.SIGTERM) == before


def test_sigterm_in_the_first_run_is_an_interrupt(tmp_path: Path, clock: FakeClock) -> None:
    watched = watch(tmp_path, [Scripted(code=2, killed_from_outside=True)], clock)

    assert watched.code == ExitCode.INTERRUPTED
