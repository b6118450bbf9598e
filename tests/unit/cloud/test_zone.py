"""A zone's second witness, and what is missing where there is none."""

from dataclasses import replace
from typing import Any

import pytest

from ostf_dual.cloud.asking import Answer
from ostf_dual.cloud.cloud import Cloud
from ostf_dual.cloud.discovery import conclude
from ostf_dual.cloud.placement import ProviderFacts
from ostf_dual.cloud.readings import Readings
from ostf_dual.cloud.zone import Zone
from ostf_dual.environment.model import (
    Access,
    Hypervisor,
    LibvirtAccess,
    Secret,
    VCenterAccess,
    ZoneSettings,
)
from ostf_dual.environment.sizes import GIB
from ostf_dual.errors import NotConfiguredError, UnsupportedError
from ostf_dual.hypervisors.vcenter import VCenter
from tests.unit.cloud.test_choices import flavor
from tests.unit.cloud.test_discovery import READINGS, VC

VC1 = VCenterAccess(name="vc1", host="h", user="u", password=Secret(env="P"))


def zones(readings: Readings = READINGS, **access: Any) -> dict[str, Zone]:
    given = Access(cloud="c", **access)
    cloud = Cloud(given, None, None)  # type: ignore[arg-type]
    return {zone.label: zone for zone in (Zone(cloud, facts) for facts in conclude(given, readings).zones)}


def test_without_access_the_missing_key_is_named() -> None:
    found = zones()

    assert found["west"].witness_missing == "libvirt: no entry for host c1 (zone west)"
    assert found["esx-a"].witness_missing == "vcenters: none serves zone esx-a"
    with pytest.raises(NotConfiguredError):
        _ = found["west"].probe


def test_a_vcenter_serves_the_zones_that_it_names_or_all() -> None:
    assert zones(vcenters=(VC1,))["esx-a"].vcenter.access is VC1
    own = replace(VC1, name="vc2", zones=("esx-a",))
    assert zones(vcenters=(VC1, own))["esx-a"].vcenter.access is own
    both = zones(vcenters=(VC1, replace(VC1, name="vc2")))["esx-a"]
    assert both.witness_missing == "vcenters: vc1, vc2 may all serve zone esx-a; give each its `zones`"


def test_where_servers_boot_from_volumes_none_takes_room_for_its_root_disk() -> None:
    volumes_only = replace(READINGS, flavors=Answer(value=(flavor("v", disk=0),)))

    assert zones()["west"].root_disk_bytes == GIB
    assert zones(volumes_only)["west"].root_disk_bytes == 0
    with pytest.raises(UnsupportedError, match=r"zones\.west\.flavor"):
        _ = zones(volumes_only)["west"].flavor
    given = {"west": ZoneSettings(flavor="v")}
    assert zones(volumes_only, zones=given)["west"].flavor.name == "v"


def test_clusters_and_one_client_for_a_vcenter() -> None:
    zone = zones(vcenters=(VC1,))["esx-a"]

    assert zone.nodes == (f"domain-c8.{VC}",)
    assert zone.clusters == ("domain-c8",)
    assert zone.vcenter is zone.vcenter
    assert zone.witness_missing is None
    assert repr(zone) == "esx-a"


def test_a_zone_that_never_reported_has_the_clusters_that_the_environment_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = {"Cluster1": "domain-c1", "Cluster2": "domain-c2"}
    several = replace(VC1, zones=("esx-b",), clusters={"Cluster1": "ds1", "Cluster2": "ds2"})
    zone = zones(vcenters=(several,), expect=("esx-b",))["esx-b"]
    monkeypatch.setattr(VCenter, "find_cluster", lambda _, name: known[name])

    assert zone.nodes == ()
    assert zone.clusters == ("domain-c1", "domain-c2")
    assert zone.told_hosts == "any host of zone esx-b"


@pytest.mark.parametrize(
    ("access", "names", "regex"),
    [
        (VC1, (), None),
        (replace(VC1, cluster="A", datastore_regex="ds"), ("A",), "ds"),
        (replace(VC1, clusters={"A": "ds1", "B": "ds2"}), ("A", "B"), "ds1"),
        (replace(VC1, datastore_regex="ds", clusters={"B": "ds2"}), ("B",), "ds"),
    ],
)
def test_each_cluster_has_its_own_regex_or_the_zones(
    access: VCenterAccess, names: tuple[str, ...], regex: str | None
) -> None:
    assert access.cluster_names == names
    assert access.regex_of("A") == regex


@pytest.mark.parametrize(
    ("seen", "told", "known"),
    [
        (Hypervisor.QEMU, None, Hypervisor.QEMU),
        (Hypervisor.QEMU, Hypervisor.KVM, Hypervisor.QEMU),  # the witness goes before the environment
        (Hypervisor.LIBVIRT, Hypervisor.KVM, Hypervisor.KVM),
        (Hypervisor.LIBVIRT, None, Hypervisor.LIBVIRT),
    ],
)
def test_libvirt_is_kvm_or_qemu_when_the_witness_says_so(
    monkeypatch: pytest.MonkeyPatch, seen: Any, told: Any, known: Any
) -> None:
    monkeypatch.setattr("ostf_dual.hypervisors.libvirt.LibvirtProbe.hypervisor", seen)

    zone = zones(libvirt=(LibvirtAccess(host="c1"),), zones={"west": ZoneSettings(hypervisor=told)})["west"]

    assert zone.hypervisor is known


def test_services_that_serve_a_zone_alone() -> None:
    def served(zone: Zone) -> list[str]:
        known = {*READINGS.compute_services.get(), *READINGS.volume_services.get()}
        return sorted(service.host for service in known if zone.is_served_by(service))

    assert served(zones()["west"]) == ["c1", "c@rbd1"]
    assert served(zones()["esx-a"]) == ["v1", "v@vmw"]


def test_what_the_loss_of_a_vcenter_compute_means_is_told_with_its_node() -> None:
    found = zones(nodes={"v1": "node-7"})

    assert (
        "no high availability: until node node-7 is back, zone esx-a takes no servers" in found["esx-a"].loss
    )
    assert "until node v1 is back" in zones()["esx-a"].loss
    assert not found["west"].loss


def test_placement_is_asked_once_for_a_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []

    def providers(_: object, nodes: tuple[str, ...]) -> tuple[ProviderFacts, ...]:
        asked.append(nodes)
        return tuple(ProviderFacts(id=node, name=node) for node in nodes)

    monkeypatch.setattr("ostf_dual.cloud.zone.providers", providers)
    monkeypatch.setattr(Cloud, "required_admin", lambda _: None)
    zone = zones()["west"]

    assert [node.name for node in zone.providers] == list(zone.nodes)
    assert zone.providers is zone.providers
    assert asked == [zone.nodes]


def test_a_zone_has_a_witness_where_some_of_its_hosts_can_be_asked() -> None:
    open_one = LibvirtAccess(host="c1", command=("ssh", "c1"))
    services, nodes = READINGS.compute_services.get(), READINGS.nodes.get()
    larger = replace(
        READINGS,
        compute_services=Answer(
            value=(*services, *(replace(each, host="c2") for each in services if each.host == "c1"))
        ),
        nodes=Answer(value=(*nodes, *(replace(each, host="c2") for each in nodes if each.host == "c1"))),
    )
    zone = zones(larger, libvirt=(open_one,))["west"]

    assert zone.hosts == ("c1", "c2")
    assert zone.witness_missing is None
    assert zone.libvirt_accesses == (open_one,)
    assert zone.hosts_without_access == ("c2",)
