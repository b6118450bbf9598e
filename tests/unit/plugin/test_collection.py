"""Which checks run, in which zones, in which order, and what is prepared for them."""

from collections.abc import Callable
from typing import Any

CATALOGUE = """
@pytest.mark.check("MET-01", profile="smoke", layer="metering")
@pytest.mark.parametrize("meter", ["cpu", "memory"])
def test_meter(zone, meter):
    pass

@pytest.mark.check("LEAK-01", profile="smoke", layer="hygiene")
def test_leak(leftovers):
    assert leftovers == ()

@pytest.mark.check("BOOT-04", profile="full", layer="compute", needs=("server",))
def test_hardware(zone, test_vm):
    pass

@pytest.mark.check("VC-01", profile="quick", layer="vcenter", hypervisors=("vcenter",))
def test_vcenter(zone):
    pass

@pytest.mark.check("KVM-01", profile="quick", layer="libvirt", hypervisors=("libvirt",))
def test_libvirt(zone):
    pass

@pytest.mark.check("API-01", profile="quick", layer="api")
def test_api(cloud):
    pass

@pytest.mark.check("HA-01", profile="disruptive", layer="ha")
def test_kill(zone):
    pass
"""


def test_each_question_is_put_to_each_zone_that_it_suits_reads_first_and_leaks_last(
    health: Callable[..., Any],
) -> None:
    done = health(CATALOGUE)

    assert list(done.outcomes()) == [
        "VC-01 vcenter",
        "KVM-01 kvm",
        "API-01 cloud",
        "BOOT-04 kvm",
        "BOOT-04 vcenter",
        "MET-01 cpu kvm",
        "MET-01 cpu vcenter",
        "MET-01 memory kvm",
        "MET-01 memory vcenter",
        "LEAK-01 cloud",
    ]
    assert done.code == 0


def test_a_profile_holds_the_ones_before_it_and_the_others_run_when_named(health: Callable[..., Any]) -> None:
    quick = health(CATALOGUE, "--profile", "quick")
    smoke = health(CATALOGUE, "--profile", "smoke")
    disruptive = health(CATALOGUE, "--profile", "disruptive")

    assert {check["id"] for check in quick.summary["checks"]} == {"VC-01", "KVM-01", "API-01"}
    assert "BOOT-04" not in {check["id"] for check in smoke.summary["checks"]}
    assert {check["id"] for check in disruptive.summary["checks"]} == {"HA-01"}


def test_only_what_the_chosen_checks_need_is_prepared_and_only_where(health: Callable[..., Any]) -> None:
    one_zone = health(CATALOGUE, "-k", "BOOT-04 and kvm")
    started = (one_zone.folder / "started").read_text()
    (one_zone.folder / "started").unlink()
    nothing = health(CATALOGUE, "--profile", "quick")

    assert started == "['server'] [kvm]"
    assert not (nothing.folder / "started").exists()


def test_a_question_for_a_hypervisor_that_is_not_there_is_no_result(health: Callable[..., Any]) -> None:
    done = health(CATALOGUE, zones={"kvm": "qemu"})

    assert "VC-01" not in {check["id"] for check in done.summary["checks"]}
    assert done.code == 0


def test_the_workbench_is_closed_once_before_the_leak_check_and_what_went_is_said(
    health: Callable[..., Any],
) -> None:
    done = health(CATALOGUE)

    assert (done.folder / "closed").read_text() == "closed\n"
    assert done.summary["removed"] == ["1 server"]
    assert "removed: 1 server" in done.output


def test_without_a_cloud_checks_are_refused_and_other_tests_run_as_ever(health: Callable[..., Any]) -> None:
    refused = health(CATALOGUE, cloud=None)
    ordinary = health("def test_sum():\n    assert 1 + 1 == 2\n", cloud=None)

    assert refused.code == 4
    assert "give --os-cloud" in refused.output
    assert ordinary.code == 0
    assert "1 passed" in ordinary.output


def test_a_marker_that_is_not_as_declared_is_refused(health: Callable[..., Any]) -> None:
    done = health('@pytest.mark.check("API-01", profil="quick")\ndef test_api():\n    pass\n')

    assert done.code == 4
    assert "profil" in done.output


def test_checks_are_listed_without_a_cloud(health: Callable[..., Any]) -> None:
    done = health(CATALOGUE, "--ostf-list", cloud=None)

    assert done.code == 0
    assert "HA-01" in done.output
    assert not (done.folder / "reports").exists()


def test_a_zone_may_have_any_letters(health: Callable[..., Any]) -> None:
    done = health(CATALOGUE, "-k", "Zürich and (MET-01 or BOOT-04)", zones={"Zürich": "qemu", "kvm": "qemu"})

    assert done.outcomes() == {
        "BOOT-04 Zürich": "passed",
        "MET-01 cpu Zürich": "passed",
        "MET-01 memory Zürich": "passed",
    }
