"""What a run found amiss can be asked again: those checks, in those zones, and nothing else."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

CATALOGUE = """
import pathlib
AMISS = pathlib.Path("amiss")

@pytest.mark.check("BOOT-01", profile="smoke", layer="compute", needs=("server",))
def test_boot(zone, test_vm):
    assert zone.label != "vcenter" or not AMISS.exists(), "it does not boot"

@pytest.mark.check("MET-02", profile="smoke", layer="metering")
@pytest.mark.parametrize("meter", ["cpu", "memory"])
def test_meter(zone, meter):
    if (zone.label, meter) == ("vcenter", "cpu") and AMISS.exists():
        raise RuntimeError("Gnocchi is gone")

@pytest.mark.check("API-01", profile="quick", layer="api")
def test_api(cloud):
    pass
"""


def test_only_what_was_amiss_is_asked_again_and_all_is_well_when_it_passes(
    health: Callable[..., Any],
) -> None:
    first = health(f"{CATALOGUE}\nAMISS.touch()")
    summary = next(Path("state/ostf-dual/runs").glob("*/summary.json"))
    Path("amiss").unlink()

    again = health(CATALOGUE, f"--ostf-rerun={summary}")

    assert first.code == 1
    assert list(again.outcomes().items()) == [("BOOT-01 vcenter", "passed"), ("MET-02 cpu vcenter", "passed")]
    assert again.code == 0, again.output
    assert again.summary["asked"]["rerun_of"] == first.summary["run_id"]
    assert [zone["expected"] for zone in again.summary["zones"]] == [False, True]


def test_a_zone_that_is_gone_by_then_leaves_the_question_open(health: Callable[..., Any]) -> None:
    health(f"{CATALOGUE}\nAMISS.touch()")
    summary = next(Path("state/ostf-dual/runs").glob("*/summary.json"))

    again = health(CATALOGUE, f"--ostf-rerun={summary}", zones={"kvm": "qemu"})

    assert again.code == 5
    assert again.summary["missing_zones"] == ["vcenter"]


def test_how_a_run_was_asked_for_is_in_its_summary(health: Callable[..., Any]) -> None:
    done = health(CATALOGUE, "--profile", "smoke", "-k", "API-01", "--expect", "kvm", "--openstack-only")

    asked = done.summary["asked"]
    assert (asked["profile"], asked["selection"], asked["expect"]) == ("smoke", "API-01", ["kvm"])
    assert asked["openstack_only"]
    assert asked["paths"] == [str(done.folder)]


CLOUD_ALONE = """
@pytest.mark.check("API-01", profile="quick", layer="api")
def test_api(cloud):
    assert {is_well}, "no TLS"

@pytest.mark.check("BOOT-01", profile="smoke", layer="compute")
def test_boot(zone, test_vm):
    pass

@pytest.mark.check("LEAK-01", profile="smoke", layer="hygiene")
def test_leak(leftovers):
    assert leftovers == ()
"""


def test_a_fault_of_the_whole_cloud_is_well_again_without_a_zone(health: Callable[..., Any]) -> None:
    health(CLOUD_ALONE.format(is_well=False))
    summary = next(Path("state/ostf-dual/runs").glob("*/summary.json"))

    again = health(CLOUD_ALONE.format(is_well=True), f"--ostf-rerun={summary}")

    assert again.outcomes() == {"API-01 cloud": "passed"}
    assert (again.code, again.summary["reasons"]) == (0, [])


def test_what_a_run_left_is_not_asked_of_another_one(health: Callable[..., Any]) -> None:
    first = health(CLOUD_ALONE.format(is_well=False), leftovers=["server ostf-1"])
    summary = next(Path("state/ostf-dual/runs").glob("*/summary.json"))

    again = health(CLOUD_ALONE.format(is_well=True), f"--ostf-rerun={summary}")

    assert first.outcomes()["LEAK-01 cloud"] == "leaked"
    assert again.outcomes() == {"API-01 cloud": "passed"}
