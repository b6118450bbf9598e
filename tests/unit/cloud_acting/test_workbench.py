from dataclasses import replace
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest

from ostf_dual.cloud.images import ImageFacts
from ostf_dual.cloud.workbench import Workbench
from ostf_dual.environment.model import Access, Budgets
from ostf_dual.errors import NotConfiguredError, OstfError
from ostf_dual.hypervisors.probe import PartlyUnaskedError
from tests.unit.cloud_acting.conftest import Cloud, Zone

NEEDS = frozenset({"server", "spare", "volume", "network"})


def test_builds_in_all_zones_at_the_same_time(cloud: Any, journal: Any, kvm: Any, vcenter: Any) -> None:
    # Each zone's server is answered only once the other's is asked for: one after the other would never end.
    both = Barrier(2, timeout=5)

    def boot(**attributes: Any) -> Any:
        if "availability_zone" in attributes:
            both.wait()
        return cloud.project.servers.create(**attributes)

    cloud.project.boot = boot
    workbench = Workbench(cloud, (kvm, vcenter), journal)

    workbench.start(NEEDS, workbench.zones)

    assert workbench.server(kvm).status == workbench.server(vcenter).status == "ACTIVE"
    assert workbench.volume(kvm).type == "type-kvm"
    made = cloud.project.servers.things[workbench.server(kvm).id]
    assert made.name == "ostf-run-1-server-kvm"
    assert (made.image_id, made.flavor_id, made.availability_zone) == ("image-kvm", "flavor-kvm", "kvm")
    assert made.metadata["ostf_pattern"] == "run-1-kvm"
    assert made.metadata["ostf_peers"] == "10.0.0.5:7"
    spare = cloud.project.servers.things[workbench.spare(kvm).id]
    assert spare.availability_zone == ""

    assert workbench.close() == ()
    assert cloud.project.everything == []
    assert workbench.remains() == ()


def test_a_server_is_not_told_of_peers_that_have_no_ipv4_address(
    cloud: Any, journal: Any, kvm: Any, vcenter: Any
) -> None:
    cloud.project.ports.defaults["fixed_ips"] = [{"ip_address": "2001:db8::5"}]
    workbench = Workbench(cloud, (kvm, vcenter), journal)

    made = cloud.project.servers.things[workbench.server(kvm).id]

    assert made.metadata["ostf_peers"] == ""
    assert workbench.close() == ()


@pytest.mark.parametrize(("has_dhcp", "address"), [(True, "10.0.0.5"), (False, "")])
def test_a_guest_that_gets_no_address_is_reached_by_none(
    cloud: Any, journal: Any, kvm: Any, address: str, *, has_dhcp: bool
) -> None:
    cloud.access = replace(cloud.access, network="given")
    given = SimpleNamespace(id="n1", is_port_security_enabled=True)
    cloud.project.network.find_network = lambda _: given
    subnets = {"n1": [SimpleNamespace(is_dhcp_enabled=has_dhcp)]}
    cloud.project.network.subnets = lambda network_id="", **_: subnets.get(network_id, [])
    workbench = Workbench(cloud, (kvm,), journal)
    workbench.server(kvm)

    assert workbench.reach_address(kvm) == address
    workbench.close()


def test_a_spare_server_that_nova_sent_to_its_default_zone_names_the_setting(
    cloud: Any, journal: Any, kvm: Any, vcenter: Any
) -> None:
    def boot(**attributes: Any) -> Any:
        if attributes["image_id"] == "image-vcenter" and "availability_zone" not in attributes:
            attributes |= {
                "status": "ERROR",
                "fault": {"message": "No valid host was found."},
                "availability_zone": "kvm",
                "compute_host": None,
            }
        return cloud.project.servers.create(**attributes)

    cloud.project.boot = boot
    workbench = Workbench(cloud, (kvm, vcenter), journal)

    with pytest.raises(
        AssertionError, match=r"No valid host.*Nova asked for kvm: \[DEFAULT\] default_schedule_zone"
    ):
        workbench.spare(vcenter)
    assert workbench.spare(kvm).status == "ACTIVE"
    assert workbench.close() == ()


def test_a_broken_zone_tells_one_cause_each_time_and_leaves_the_other_alone(
    cloud: Any, journal: Any, kvm: Any, vcenter: Any
) -> None:
    def boot(**attributes: Any) -> Any:
        if attributes["image_id"] == "image-kvm":
            attributes |= {"status": "ERROR", "fault": {"message": "No valid host was found."}}
        return cloud.project.servers.create(**attributes)

    cloud.project.boot = boot
    workbench = Workbench(cloud, (kvm, vcenter), journal)
    workbench.start(NEEDS, workbench.zones)

    messages = set()
    for _ in range(2):
        with pytest.raises(AssertionError, match=r"wanted ACTIVE, found ERROR.*No valid host") as raised:
            workbench.server(kvm)
        messages.add(str(raised.value))
    assert len(messages) == 1
    assert workbench.server(vcenter).status == workbench.spare(vcenter).status == "ACTIVE"
    with pytest.raises(AssertionError) as failed:
        workbench.spare(kvm)
    assert "default_schedule_zone" not in str(failed.value)
    assert len([line for line in journal.lines if line[:2] == ("intend", "server")]) == 4

    assert workbench.close() == ()


def test_what_the_hypervisor_keeps_is_a_leftover(cloud: Any, journal: Any, kvm: Any) -> None:
    workbench = Workbench(cloud, (kvm,), journal, settling_s=0.1)
    server, volume = workbench.server(kvm), workbench.volume(kvm)
    kvm.probe.kept = {"servers", "volumes"}

    leftovers = workbench.close()

    assert leftovers == (f"guest {server.id} (zone kvm)", f"file {volume.id} (zone kvm)")
    assert workbench.close() is leftovers
    assert workbench.remains() == leftovers


def test_a_hypervisor_that_does_not_answer_is_a_leftover_and_does_not_end_the_clean_up(
    cloud: Any, journal: Any, kvm: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(_: str) -> Any:
        raise OstfError("vCenter vc1 has not ended a task in 60 s")

    workbench = Workbench(cloud, (kvm,), journal, settling_s=0.1)
    workbench.server(kvm)
    monkeypatch.setattr(kvm.probe, "remains_of", ask)

    assert workbench.close() == (
        "whether zone kvm is clean cannot be told: vCenter vc1 has not ended a task in 60 s",
    )
    assert cloud.project.everything == []


def test_one_that_cannot_be_told_of_keeps_no_other_from_being(
    cloud: Any, journal: Any, kvm: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(server_id: str) -> Any:
        raise PartlyUnaskedError(f"{server_id} was on a host that does not answer any more")

    workbench = Workbench(cloud, (kvm,), journal, settling_s=0.1)
    server, volume = workbench.server(kvm).id, workbench.volume(kvm).id
    kvm.probe.kept = {"volumes"}
    monkeypatch.setattr(kvm.probe, "remains_of", ask)

    untold, left = workbench.close()

    assert untold == (
        f"whether server {server} is gone from zone kvm cannot be told: {server} was on a host that does not answer"
        " any more"
    )
    assert left == f"file {volume} (zone kvm)"


def test_a_server_that_hangs_is_a_leftover(cloud: Any, journal: Any, kvm: Any) -> None:
    workbench = Workbench(cloud, (kvm,), journal)
    cloud.project.servers.stuck.add(workbench.server(kvm).id)

    (leftover,) = workbench.close()

    assert leftover.startswith("server ostf-run-1-server-kvm (ACTIVE) is still there 1 s")


def test_closing_in_the_middle_of_a_boot_leaves_nothing(cloud: Any, journal: Any, kvm: Any) -> None:
    cloud.access = Access(cloud="fake", budgets=Budgets(boot_s=300, delete_s=5))
    cloud.project.servers.defaults["status"] = "BUILD"
    workbench = Workbench(cloud, (kvm,), journal)
    workbench.start(NEEDS, workbench.zones)

    assert workbench.close() == ()
    assert cloud.project.everything == []


def test_a_fresh_server_goes_with_its_check(cloud: Any, journal: Any, kvm: Any) -> None:
    workbench = Workbench(cloud, (kvm,), journal)

    with workbench.fresh_server(kvm) as server:
        assert server.id in cloud.project.servers.things

    assert server.id not in cloud.project.servers.things


def test_makes_nothing_that_no_check_needs(cloud: Any, journal: Any, kvm: Any) -> None:
    workbench = Workbench(cloud, (kvm,), journal)
    workbench.start(frozenset(), workbench.zones)

    assert workbench.close() == ()
    assert journal.lines == []


def test_a_zone_that_no_check_is_about_gets_nothing_but_is_known(
    cloud: Any, journal: Any, kvm: Any, vcenter: Any
) -> None:
    workbench = Workbench(cloud, (kvm, vcenter), journal)
    workbench.start(frozenset({"server", "volume"}), [kvm])
    workbench.server(kvm), workbench.volume(kvm)

    assert [
        line for line in journal.lines if "vcenter" in str(line) and line[1] in {"server", "volume"}
    ] == []
    assert vcenter in workbench.zones
    assert workbench.close() == ()


@pytest.mark.parametrize(
    ("image", "console", "error", "told"),
    [
        ("CirrOS", "cirros login: ", NotConfiguredError, r"^zones.kvm.image: .*'cirros login:'.*no TestVM"),
        (
            "CirrOS",
            "Linux version 6.1",
            NotConfiguredError,
            r"^zones.kvm.image: .*shows neither a login prompt",
        ),
        ("TestVM", "Linux version 6.1", OstfError, r"is not up: see BOOT-02"),
        ("CirrOS", "No bootable device", OstfError, r"is not up: see BOOT-02"),
    ],
)
def test_what_a_guest_cannot_tell_is_no_fault_of_the_cloud(
    journal: Any, image: str, console: str, error: type[OstfError], told: str
) -> None:
    cloud: Any = Cloud(guest_up_s=0.05)
    zone: Any = Zone(cloud, "kvm")
    zone.image = ImageFacts(
        id="i", name=image, status="active", disk_format="qcow2", container_format="bare", size_bytes=1
    )
    cloud.project.compute.get_server_console_output = lambda _: {"output": console}
    workbench = Workbench(cloud, (zone,), journal)

    with pytest.raises(error, match=told):
        workbench.hear(zone, lambda _: True, what="it to say so", timeout_s=0.05)
    workbench.close()


def test_an_ordinary_image_is_up_when_it_asks_for_a_login_and_never_when_nothing_boots(journal: Any) -> None:
    cloud: Any = Cloud(guest_up_s=30)
    up: Any
    dead: Any
    up, dead = Zone(cloud, "kvm"), Zone(cloud, "other")
    said = {"up": "cirros login: ", "dead": "No bootable device."}
    workbench = Workbench(cloud, (up, dead), journal)
    ids = {workbench.server(up).id: "up", workbench.server(dead).id: "dead"}
    cloud.project.compute.get_server_console_output = lambda server: {"output": said[ids[server]]}

    assert workbench.guest_up(up).proof == "cirros login:"
    with pytest.raises(AssertionError, match=r"shows 'No bootable device': nothing boots"):
        workbench.guest_up(dead)
    workbench.close()


def test_what_is_under_way_is_told_with_its_budget_and_not_after_its_end(
    cloud: Any, journal: Any, kvm: Any, vcenter: Any
) -> None:
    seen: set[tuple[str, str | None, float | None]] = set()

    def boot(**attributes: Any) -> Any:
        seen.update((task.what, task.zone, task.budget_s) for task in workbench.under_way.tasks())
        return cloud.project.servers.create(**attributes)

    cloud.project.boot = boot
    workbench = Workbench(cloud, (kvm, vcenter), journal)
    workbench.start(frozenset({"server", "network"}), workbench.zones)
    workbench.server(kvm)
    workbench.server(vcenter)

    boot_s = cloud.access.budgets.boot_s
    assert {("booting the server", zone, boot_s) for zone in ("kvm", "vcenter")} <= seen
    assert workbench.under_way.tasks() == ()
    workbench.close()
