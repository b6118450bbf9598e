"""A run is told as lines where there is no terminal, with a heartbeat in the silence."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from ostf_dual.cloud.underway import Task
from ostf_dual.environment.model import Hypervisor
from ostf_dual.reports.activity import Activity
from ostf_dual.reports.events import (
    CheckBegan,
    CheckEnded,
    ChecksChosen,
    Event,
    Remark,
    RunBegan,
    RunEnded,
    ZonesFound,
)
from ostf_dual.reports.lines import Lines, state_of
from ostf_dual.reports.view import Detail
from ostf_dual.runs.result import RunResult, Step
from ostf_dual.runs.verdict import verdict
from ostf_dual.waiting import wait_until
from tests.unit.reports.conftest import NOW

BEGAN = RunBegan(run_id="261122-ab", cloud="prod", profile="full")
FOUND = ZonesFound(zones={"kvm": Hypervisor.QEMU, "esx-a": Hypervisor.VCENTER})
CHOSEN = ChecksChosen(counts={"kvm": 1, "esx-a": 1}, needs=("network", "server"), ground="in a project")


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def lines(
    stream: io.StringIO, detail: Detail = Detail.NORMAL, activity: Activity | None = None, **other: float
) -> Lines:
    return Lines(Console(file=stream, width=100), activity or Activity(), detail, **other)


def test_each_check_is_a_line_with_how_far_it_is(run: RunResult, stream: io.StringIO) -> None:
    view = lines(stream)

    events: list[Event] = [BEGAN, FOUND, CHOSEN, *(CheckEnded(result=each) for each in run.results[:2])]
    for event in events:
        view.tell(event)
    view.stop()

    assert stream.getvalue().splitlines()[:5] == [
        "run 261122-ab",
        "asking prod what it has",
        "zones of prod: kvm (qemu), esx-a (vcenter)",
        "2 checks; preparing what they need: network, server",
        "working in a project",
    ]
    first, second = stream.getvalue().splitlines()[5:]
    assert first.startswith("[1/2] ALL-01     esx-a      passed")
    assert second.startswith("[2/2] ALL-02     esx-a      failed")
    assert "why <not>" in second


def test_verbose_tells_the_steps_of_each_check_and_the_one_that_failed(
    run: RunResult, stream: io.StringIO
) -> None:
    steps = tuple(
        Step(number=n, title=f"step {n}", passed=n < 2, started_at=NOW, duration_s=n) for n in (1, 2)
    )
    view = lines(stream, Detail.VERBOSE)

    view.tell(CheckEnded(result=replace(run.results[1], steps=steps)))
    view.stop()

    _, first, second = stream.getvalue().splitlines()
    assert first.split() == ["·", "1:", "step", "1", "1.0", "s"]
    assert second.split() == ["✗", "2:", "step", "2", "2.0", "s"]


def test_quiet_tells_what_is_not_well_and_the_verdict_alone(
    run: RunResult, stream: io.StringIO, tmp_path: Path
) -> None:
    view = lines(stream, Detail.QUIET, heartbeat_s=0.01)

    events: list[Event] = [BEGAN, FOUND, CHOSEN, *(CheckEnded(result=each) for each in run.results)]
    for event in events:
        view.tell(event)
    before = stream.getvalue()
    view.tell(RunEnded(run=run, verdict=verdict(run), reports=tmp_path))

    told = stream.getvalue()
    assert before == ""
    assert "ALL-02 esx-a failed" in told
    assert "exit code 1" in told
    assert "ostf-dual cleanup 261122-ab" in told
    assert not any(word in told for word in ("passed", "unsupported", "removed", str(tmp_path)))


def test_at_the_end_there_is_the_table_and_where_the_reports_are(
    run: RunResult, stream: io.StringIO, tmp_path: Path
) -> None:
    view = lines(stream)

    view.tell(RunEnded(run=run, verdict=verdict(run), reports=tmp_path))

    assert "exit code 1" in stream.getvalue()
    assert stream.getvalue().endswith(f"\nreports: {tmp_path}\n")


def test_a_remark_is_told_however_quiet_it_is(stream: io.StringIO) -> None:
    view = lines(stream, Detail.QUIET)

    view.tell(Remark(text="the reports cannot be written: [Errno 28] No space left on device"))
    view.stop()

    assert stream.getvalue() == "the reports cannot be written: [Errno 28] No space left on device\n"


def test_silence_is_broken_by_a_heartbeat_that_tells_the_step_and_what_is_made_meanwhile(
    run: RunResult, stream: io.StringIO
) -> None:
    made = (Task(what="booting the server", zone="esx-a", budget_s=300, began=60.0),)
    view = lines(stream, activity=Activity(lambda: made, lambda: 100.0), heartbeat_s=0.05)

    view.tell(CHOSEN)
    view.tell(CheckEnded(result=run.results[1]))
    view.tell(CheckBegan(subject="BOOT-01", zone="kvm", budget_s=300, step=lambda: "2: wait for ACTIVE"))
    told = wait_until(stream.getvalue, lambda text: text.count("…") >= 2, what="heartbeats", timeout_s=5)
    view.stop()

    assert (
        "… kvm: BOOT-01, 2: wait for ACTIVE (0 s of 300 s); esx-a: booting the server (40 s of 300 s); "
        "1 of 2 done; 1 not well\n"
    ) in told


def test_nothing_is_told_after_the_end(stream: io.StringIO) -> None:
    made = (Task(what="booting the server", zone="kvm"),)
    view = lines(stream, activity=Activity(lambda: made), heartbeat_s=0.02)
    wait_until(stream.getvalue, bool, what="a heartbeat", timeout_s=5)

    view.stop()
    before = stream.getvalue()

    with pytest.raises(AssertionError):
        wait_until(stream.getvalue, lambda text: text != before, what="another", timeout_s=0.1)


def test_a_scenario_that_has_begun_tells_itself_what_it_is_doing() -> None:
    activity = Activity()
    activity.take(replace(BEGAN, profile="system"))
    asking = state_of(activity)
    activity.take(ChecksChosen(counts={"cloud": 1}, needs=()))

    assert "asking prod" in asking
    assert state_of(activity) == ""
