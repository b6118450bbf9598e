"""What a run would take, from the checks that were collected."""

import io
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ostf_dual.plugin.plan import plan_of, wanted_by
from ostf_dual.reports.archive import keep
from ostf_dual.reports.console import open_console
from ostf_dual.reports.plan import plan_as_values, print_plan
from ostf_dual.runs.result import Outcome, RunResult
from tests.unit.cloud_acting.conftest import Cloud, Zone
from tests.unit.reports.conftest import NOW, make_result


class Item:
    """A collected check."""

    path = Path("test_checks.py")

    def __init__(self, zone: Any, check: str, **marks: Any) -> None:
        self.originalname = self.name = check
        self.fixturenames = ("zone", "workbench") if marks.get("needs") else ("zone",)
        self.callspec = SimpleNamespace(params={"zone": zone}, id=zone.label)
        self._mark = SimpleNamespace(args=(check,), kwargs={"profile": "smoke", "layer": "compute", **marks})

    def get_closest_marker(self, _: str) -> Any:
        return self._mark


@pytest.fixture
def cloud() -> Any:
    found: Any = Cloud(boot_s=300.0, volume_s=120.0)
    plenty = dict.fromkeys(("instances", "total_cores", "total_ram"), 10)
    used = dict.fromkeys(("instances_used", "total_cores_used", "total_ram_used"), 0)
    found.limits = SimpleNamespace(
        **plenty, **used, max_total_volumes=10, total_volumes_used=0,
        max_total_volume_gigabytes=10, total_gigabytes_used=0,
    )  # fmt: skip
    told = SimpleNamespace(absolute=found.limits)
    found.project.compute.get_limits = found.project.block_storage.get_limits = lambda: told
    found.project.network.get = lambda _: SimpleNamespace(ok=False)
    return found


@pytest.fixture
def zones(cloud: Any) -> Any:
    found: Any = (Zone(cloud, "kvm"), Zone(cloud, "esx-a"))
    for zone in found:
        zone.flavor = SimpleNamespace(vcpus=1, ram_mib=2)
    return found


@pytest.fixture
def items(zones: Any) -> Any:
    kvm, esx = zones
    boot: dict[str, Any] = {"needs": ("server",), "budgets": ("boot_s",)}
    return [
        Item(kvm, "BOOT-01", **boot),
        Item(esx, "BOOT-01", **boot),
        Item(kvm, "VOL-04", needs=("server",), makes=("volume",), budgets=("volume_s",)),
    ]


@pytest.fixture(autouse=True)
def remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three runs in which BOOT-01 took 10, 90 and 20 s in zone kvm."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    for number, seconds in enumerate((10.0, 90.0, 20.0)):
        result = replace(make_result(Outcome.PASSED, "kvm"), duration_s=seconds)
        run = RunResult(
            run_id=f"26112210000{number}-aaaa", cloud="fake", started_at=NOW, wall_s=1, results=(result,)
        )
        keep(run)


def test_each_zone_has_its_figures_and_they_add_up(cloud: Any, zones: Any, items: Any) -> None:
    plan = plan_of(cloud, zones, items, "smoke")

    parts = {part.name: part for part in plan.parts}
    assert (parts["kvm"].amounts.servers, parts["kvm"].amounts.volumes) == (1, 1)
    assert (parts["esx-a"].amounts.servers, parts["esx-a"].amounts.volumes) == (1, 0)
    assert parts["cloud"].amounts.networks == 1
    assert (plan.total.checks, plan.total.amounts.servers, plan.total.amounts.ram_mib) == (3, 2, 4)
    assert plan.total.amounts == wanted_by(cloud, zones, items)


def test_times_are_the_middle_of_past_runs_and_what_no_run_tells_of_is_counted(
    cloud: Any, zones: Any, items: Any
) -> None:
    plan = plan_of(cloud, zones, items, "smoke")

    parts = {part.name: part for part in plan.parts}
    assert (parts["kvm"].expected_s, parts["kvm"].unknown, parts["kvm"].bound_s) == (20.0, 1, 420.0)
    assert (parts["esx-a"].expected_s, parts["esx-a"].unknown) == (0.0, 1)
    assert plan.past == 3


def test_a_run_that_would_be_refused_is_told_so(cloud: Any, zones: Any, items: Any) -> None:
    cloud.limits.instances = 1
    plan = plan_of(cloud, zones, items, "smoke")
    shown = io.StringIO()

    print_plan(open_console(shown), plan)

    assert plan.unfit == ("the project may have 1 instances and has 0, the run needs 2 more",)
    assert "it would be refused: the project may have 1 instances" in shown.getvalue()
    assert "in the given project: no admin rights" in shown.getvalue()
    assert plan_as_values(plan)["total"]["amounts"]["servers"] == 2


def test_a_run_that_only_reads_takes_nothing(cloud: Any, zones: Any) -> None:
    plan = plan_of(cloud, zones, [Item(zones[0], "SVC-01")], "quick")  # type: ignore[list-item] # an item's double

    assert plan.total.amounts.servers == 0
    assert (plan.ground, plan.unfit) == ("it only reads", ())
