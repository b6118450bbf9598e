"""Events as JSON lines: each can be read by itself, and the last one has the verdict."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ostf_dual.cloud.underway import Task
from ostf_dual.environment.model import Hypervisor
from ostf_dual.reports.activity import Activity
from ostf_dual.reports.eventlog import EventLog
from ostf_dual.reports.events import (
    CheckBegan,
    CheckEnded,
    ChecksChosen,
    CleaningUp,
    Remark,
    RunBegan,
    RunEnded,
    ZonesFound,
)
from ostf_dual.reports.view import Detail
from ostf_dual.runs.result import RunResult
from ostf_dual.runs.verdict import verdict
from ostf_dual.waiting import wait_until


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def events(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def log(stream: io.StringIO, detail: Detail = Detail.NORMAL, **other: float) -> EventLog:
    made = (Task(what="booting the server", zone="esx-a", budget_s=300, began=60.0),)
    return EventLog(Console(file=stream, width=20), Activity(lambda: made, lambda: 100.0), detail, **other)


def play(view: EventLog, run: RunResult, reports: Path) -> None:
    view.tell(RunBegan(run_id="261122-ab", cloud="prod", profile="full"))
    view.tell(ZonesFound(zones={"kvm": Hypervisor.QEMU}))
    view.tell(ChecksChosen(counts={"kvm": 1}, needs=("server",)))
    view.tell(CheckBegan(subject="ALL-01", zone="kvm", budget_s=300))
    for result in run.results[:2]:
        view.tell(CheckEnded(result=result))
    view.tell(CleaningUp())
    view.tell(Remark(text="a\nremark"))
    view.tell(RunEnded(run=run, verdict=verdict(run), reports=reports))


def test_every_event_is_a_line_in_order(run: RunResult, stream: io.StringIO, tmp_path: Path) -> None:
    play(log(stream), run, tmp_path)

    told = events(stream)
    assert [each["event"] for each in told] == [
        *("run_began", "zones_found", "checks_chosen", "check_began", "check_ended", "check_ended"),
        *("cleaning_up", "remark", "run_ended"),
    ]
    assert {each["run_id"] for each in told} == {"261122-ab"}
    assert (told[5]["id"], told[5]["outcome"], told[5]["message"]) == (
        "ALL-02",
        "failed",
        "why <not> & \x00 how",
    )
    assert (told[-1]["exit_code"], told[-1]["reports"]) == (1, str(tmp_path))
    assert told[-1]["leftovers"] == ["volume ostf-261122-ab-v: in use"]


def test_quiet_tells_what_is_not_well_and_the_end(
    run: RunResult, stream: io.StringIO, tmp_path: Path
) -> None:
    play(log(stream, Detail.QUIET), run, tmp_path)

    assert [each["event"] for each in events(stream)] == ["check_ended", "remark", "run_ended"]


def test_silence_is_broken_by_a_heartbeat(stream: io.StringIO) -> None:
    view = log(stream, heartbeat_s=0.05)

    view.tell(CheckBegan(subject="BOOT-01", zone="kvm", budget_s=300, step=lambda: "1: wait"))
    wait_until(stream.getvalue, lambda text: "heartbeat" in text, what="a heartbeat", timeout_s=5)
    view.stop()

    beat = next(each for each in events(stream) if each["event"] == "heartbeat")
    assert beat["doing"] == [
        {"place": "kvm", "what": "BOOT-01, 1: wait", "elapsed_s": 0, "budget_s": 300},
        {"place": "esx-a", "what": "booting the server", "elapsed_s": 40, "budget_s": 300},
    ]
