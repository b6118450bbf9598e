"""On a terminal a small table lives, zone by zone, and goes away when the run ends."""

import io
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
    CleaningUp,
    RunBegan,
    RunEnded,
    ZonesFound,
)
from ostf_dual.reports.live import LiveView
from ostf_dual.reports.view import Detail
from ostf_dual.runs.result import RunResult
from ostf_dual.runs.verdict import verdict

MADE = (
    Task(what="making the network", began=95.0),
    Task(what="booting the server", zone="esx-a", budget_s=300, began=60.0),
    Task(what="making the volume", zone="esx-a", budget_s=120, began=40.0),
)


class Terminal:
    """What a terminal shows now, and what stays above."""

    def __init__(self, detail: Detail = Detail.NORMAL, *, width: int = 80) -> None:
        self.stream = io.StringIO()
        console = Console(file=self.stream, width=width, force_terminal=True, color_system=None)
        self.view = LiveView(console, Activity(lambda: MADE, lambda: 100.0), detail)
        self.view.tell(RunBegan(run_id="261122-ab", cloud="prod", profile="full"))
        self._width = width

    def shown(self) -> list[str]:
        plain = Console(file=io.StringIO(), width=self._width)
        plain.print(self.view._now())
        assert isinstance(plain.file, io.StringIO)
        return plain.file.getvalue().splitlines()


def begin(terminal: Terminal) -> None:
    terminal.view.tell(ZonesFound(zones={"kvm": Hypervisor.QEMU, "esx-a": Hypervisor.VCENTER}))
    terminal.view.tell(ChecksChosen(counts={"kvm": 3, "esx-a": 4, "cloud": 1}))


def test_before_there_are_zones_it_says_what_is_asked() -> None:
    terminal = Terminal()

    (line,) = terminal.shown()
    terminal.view.stop()

    assert "prod, run 261122-ab · asking prod what it has (0 s)" in line


@pytest.mark.parametrize("width", [80, 120])
def test_each_zone_has_what_is_done_there_elapsed_of_budget_and_how_far_it_is(
    run: RunResult, width: int
) -> None:
    terminal = Terminal(width=width)
    begin(terminal)

    terminal.view.tell(CheckEnded(result=run.results[1]))
    terminal.view.tell(CheckBegan(subject="BOOT-01", zone="kvm", budget_s=300, step=lambda: "1: ask Nova"))
    head, kvm, vcenter, volume, cloud = terminal.shown()
    terminal.view.stop()

    assert "making the network (5 s) · 1 of 8 done, 1 not well" in head
    assert kvm.strip().startswith("kvm (qemu)       BOOT-01, 1: ask Nova")
    assert kvm.rstrip().endswith("0 s of 300 s  0 of 3 done")
    assert vcenter.strip().startswith("esx-a (vcenter)  booting the server")
    assert vcenter.rstrip().endswith("40 s of 300 s  1 of 4 done, 1 not well")
    assert volume.strip().startswith("making the volume")
    assert volume.rstrip().endswith("60 s of 120 s")
    assert cloud.split() == ["cloud", "·", "0", "of", "1", "done"]
    assert max(map(len, terminal.shown())) <= width


def test_a_long_step_is_cut_and_costs_no_line() -> None:
    terminal = Terminal()
    begin(terminal)

    terminal.view.tell(CheckBegan(subject="BOOT-01", zone="kvm", step=lambda: "1: " + "and again " * 20))
    shown = terminal.shown()
    terminal.view.stop()

    assert len(shown) == 5
    assert "…" in shown[1]


def test_faults_stay_above_and_in_verbose_everything_does(run: RunResult) -> None:
    normal, verbose = Terminal(), Terminal(Detail.VERBOSE)

    for terminal in (normal, verbose):
        begin(terminal)
        for result in run.results[:2]:
            terminal.view.tell(CheckEnded(result=result))
        terminal.view.stop()

    assert "ALL-02     esx-a      failed" in normal.stream.getvalue()
    assert "ALL-01     esx-a      passed" not in normal.stream.getvalue()
    assert "ALL-01     esx-a      passed" in verbose.stream.getvalue()


def test_clean_up_is_told() -> None:
    terminal = Terminal()
    begin(terminal)

    terminal.view.tell(CleaningUp())
    head = terminal.shown()[0]
    terminal.view.stop()

    assert "cleaning up (0 s)" in head


def test_at_the_end_it_makes_room_for_the_table_and_where_the_reports_are(
    run: RunResult, tmp_path: Path
) -> None:
    terminal = Terminal(width=200)
    begin(terminal)

    terminal.view.tell(RunEnded(run=run, verdict=verdict(run), reports=tmp_path))

    told = terminal.stream.getvalue()
    table = told.rpartition("\x1b[2K")[2]
    assert "exit code 1" in table
    assert table.endswith(f"reports: {tmp_path}\n")
    assert "\x1b[?25h" in told  # the cursor is there again
