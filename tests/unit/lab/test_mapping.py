"""From a definition to a lab's shape: each subset, and what no lab can carry."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ostf_dual.deployers.lab.layout import recipe
from ostf_dual.deployers.lab.mapping import Mapped, mapped
from ostf_dual.deployers.lab.shape import ALL_NODES, CLUSTERS, Image, Shape, usual
from ostf_dual.environment import definition
from ostf_dual.environment.definition import (
    Environment,
    Expectations,
    HighAvailability,
    ImageStore,
    Network,
    NetworkProvider,
    Node,
    Storage,
    VMware,
    VMwareGlance,
    VolumeBackend,
)
from ostf_dual.environment.load import load_environment
from ostf_dual.environment.model import Budgets, Hypervisor, Secret, ZoneSettings
from tests.unit.lab.definitions import (
    CINDER,
    CINDER_VMWARE,
    CONTROLLER,
    DUAL,
    DUAL_NODES,
    KVM,
    QEMU_ONLY,
    VCENTER_COMPUTE,
    cluster,
    environment,
    zone,
)

SECRET = Secret(env="VCENTER_PASSWORD")
TWO_ZONES = environment(
    *DUAL_NODES,
    Node(name="esx-2", roles=("vcenter-compute",)),
    Node(name="esx-3", roles=("vcenter-compute",)),
    zones=(
        zone("esx-a", cluster(), cluster("Cluster2", "vm2", "esx-2", "ds1")),
        zone("esx-b", cluster("Cluster3", "vm3", "esx-3"), host="vcenter-b.example.org"),
    ),
)
ON_CONTROLLER = environment(
    Node(name="ctl", roles=("controller", "cinder")),
    zones=(zone("nova", cluster(target="controllers"), cluster("Cluster2", "vm2", "ctl")),),
    hypervisor=None,
)
MIXED = environment(CONTROLLER, KVM, VCENTER_COMPUTE, zones=(zone("kvm", cluster()),))


def mapping(given: Environment, secret: str = "", **own: str) -> Mapped:
    return mapped(given, lambda _: secret, own)


def shape(given: Environment) -> Shape:
    found = mapping(given)
    assert found.refusals == ()
    return found.shape


@pytest.mark.parametrize(
    ("given", "groups", "zones", "vcenters", "network_host"),
    [
        (QEMU_ONLY, "controller kvm-1 vol-1", {"kvm-1": "kvm"}, "", "kvm-1"),
        (DUAL, "controller kvm-1 esx-1 vol-1 vol-2", {"kvm-1": "kvm", "vm1": "vcenter"}, "vc1", "kvm-1"),
        (
            TWO_ZONES,
            "controller kvm-1 esx-1 esx-2 esx-3 vol-1 vol-2",
            {"kvm-1": "kvm", "vm1": "esx-a", "vm2": "esx-a", "vm3": "esx-b"},
            "vc1 vcenter-b.example.org",
            "kvm-1",
        ),
        (MIXED, "controller kvm-1 esx-1", {"kvm-1": "kvm", "vm1": "kvm"}, "vc1", "kvm-1"),
        (
            ON_CONTROLLER,
            "controller controller+vm1 controller+vm2 controller+cinder",
            {"vm1": None, "vm2": None},
            "vc1",
            "controller",
        ),
        (environment(CONTROLLER, replace(KVM, zone=None)), "controller kvm-1", {"kvm-1": None}, "", "kvm-1"),
        (
            environment(
                CONTROLLER,
                Node(name="esx-1", roles=("vcenter-compute", "cinder-vmware")),
                zones=(zone("vcenter", cluster()),),
            ),
            "controller esx-1+vm1 esx-1+cinder-vmware",
            {"vm1": "vcenter"},
            "vc1",
            "controller",
        ),
    ],
    ids=["qemu-only", "dual", "two-zones", "mixed", "on-controller", "no-zone", "two-roles"],
)
def test_a_subset_becomes_its_parts_and_nothing_else(
    given: Environment, groups: str, zones: dict[str, str | None], vcenters: str, network_host: str
) -> None:
    found = shape(given)

    assert [each.group for each in found.parts] == groups.split()
    assert {each.host: each.zone for each in found.computes} == zones
    assert list(found.vcenters) == vcenters.split()
    assert found.network_host == network_host
    assert not [each for each in found.parts if each.faults]


@pytest.mark.parametrize(
    "file",
    [each for each in sorted(recipe("environments").glob("*.yaml")) if "deployer: lab" in each.read_text()],
    ids=lambda file: file.stem,
)
def test_the_definitions_that_are_shipped_for_the_lab_are_carried_by_it(file: Path) -> None:
    assert [each.faults for each in shape(load_environment(file)).parts if each.faults] == []


def test_two_zones_may_name_the_same_vcenter() -> None:
    given = environment(
        *DUAL_NODES, Node(name="esx-2", roles=("vcenter-compute",)),
        zones=(zone("esx-a", cluster()), zone("esx-b", cluster("Cluster2", "vm2", "esx-2"))),
    )  # fmt: skip

    assert list(shape(given).vcenters) == ["vc1"]
    assert list(shape(given).vmware_zones) == ["esx-a", "esx-b"]


@pytest.mark.parametrize(
    ("cinder_zone", "told"), [(None, ("Cluster1", "Cluster2")), ("esx-b", ("Cluster3",))]
)
def test_volumes_are_in_the_clusters_of_one_zone(cinder_zone: str | None, told: tuple[str, ...]) -> None:
    assert TWO_ZONES.vmware
    given = replace(TWO_ZONES, vmware=replace(TWO_ZONES.vmware, cinder_zone=cinder_zone))
    (volumes,) = (each for each in shape(given).parts if each.kind == "cinder-vmware")

    assert volumes.vsphere
    assert volumes.vsphere.clusters == told


@pytest.mark.parametrize(
    ("given", "secret", "own", "fault"),
    [
        (zone("z", cluster(regex="nothing")), "", "x", "datastore regex 'nothing' does not match ds1"),
        (zone("z", cluster(regex="(")), "", "x", "datastore regex '('"),
        (zone("z", cluster("Clustre1")), "", "x", "no cluster 'Clustre1'"),
        (zone("z", cluster(), password=SECRET), "wrong", "x", "password is not that of"),
        (zone("z", cluster(), password=SECRET), "right", "right", None),
        (zone("z", cluster(CLUSTERS[-1], regex="ds")), "", "x", None),
    ],
)
def test_what_a_real_vcenter_would_refuse_is_deployed_and_said(
    given: definition.VMwareZone, secret: str, own: str, fault: str | None
) -> None:
    found = mapping(environment(*DUAL_NODES, zones=(given,)), secret, vc1=own)
    told = [each for part in found.shape.parts for each in part.faults]

    assert found.refusals == ()
    assert len(told) == (2 if fault else 0)
    assert all(fault in each for each in told if fault)
    assert "wrong" not in repr(found)


def test_images_are_those_of_the_hypervisors_or_those_that_are_named() -> None:
    old = definition.Image(name="TestVM", hypervisor=Hypervisor.QEMU, disk_format="qcow2")

    assert shape(QEMU_ONLY).images == (Image(name="TestVM-KVM", disk_format="qcow2"),)
    assert [each.name for each in shape(DUAL).images] == ["TestVM-KVM", "TestVM-VMDK"]
    assert shape(replace(QEMU_ONLY, images=(old,))).images == (Image(name="TestVM", disk_format="qcow2"),)


def test_budgets_zones_and_expectations_reach_the_environment_file() -> None:
    given = replace(
        DUAL,
        budgets=Budgets(boot_s=7),
        zones={"vcenter": ZoneSettings(flavor="tiny", hypervisor=Hypervisor.VCENTER)},
        expect=Expectations(services=("nova-compute@kvm-1",)),
        hypervisor_budgets={Hypervisor.VCENTER: {"boot_s": 9}},
    )

    told = shape(given).access
    assert told["expect"] == ["kvm", "vcenter"]
    assert told["zones"] == {"vcenter": {"flavor": "tiny", "hypervisor": "vcenter"}}
    assert told["services"] == ["nova-compute@kvm-1"]
    assert told["budgets"]["boot_s"] == 7
    assert told["hypervisor_budgets"] == {"vcenter": {"boot_s": 9}}
    assert shape(replace(DUAL, expect=Expectations(zones=("west",)))).access["expect"] == ["west"]


VMWARE = DUAL.vmware or VMware(zones=())
GLANCE = VMwareGlance(vcenter=VMWARE.zones[0].vcenter, datacenter="DC1", datastore="ds1")
BEYOND: dict[str, tuple[Environment, str]] = {
    "name": (replace(QEMU_ONLY, name="My Cloud"), "'My Cloud' is no name for a lab"),
    "fuel": (replace(QEMU_ONLY, release="9.2"), "OpenStack 2024.2 only, not 9.2"),
    "other release": (replace(QEMU_ONLY, release="2025.1"), "not 2025.1"),
    "nova-network": (replace(QEMU_ONLY, network=Network(provider=NetworkProvider.NOVA_NETWORK)), "Neutron only"),
    "pacemaker": (replace(QEMU_ONLY, high_availability=HighAvailability(pacemaker=("controller",))), "no pacemaker"),
    "ceph": (replace(QEMU_ONLY, storage=Storage(volumes=(VolumeBackend.CEPH,))), "no Ceph"),
    "swift": (replace(QEMU_ONLY, storage=Storage(images=ImageStore.SWIFT)), "no store of kind swift"),
    "glance on vCenter": (replace(DUAL, vmware=replace(VMWARE, glance=GLANCE)), "vmware.glance"),
    "raw image": (
        replace(QEMU_ONLY, images=(definition.Image(name="i", hypervisor=Hypervisor.QEMU, disk_format="raw"),)),
        "images.i: the lab has the TestVM for qemu as qcow2 only",
    ),
    "mongo": (environment(CONTROLLER, KVM, Node(name="m", roles=("mongo",))), "nodes.m.roles: the lab has no role"),
    "zabbix": (environment(CONTROLLER, Node(name="m", roles=("zabbix-server",))), "no role zabbix-server"),
    "three controllers": (
        environment(*(replace(CONTROLLER, name=each) for each in "abc"), KVM), "exactly one controller, not 3"
    ),
    "no controller": (environment(KVM), "exactly one controller, not 0"),
    "two computes": (environment(CONTROLLER, KVM, replace(KVM, name="kvm-2")), "one libvirtd"),
    "odd name": (environment(CONTROLLER, replace(KVM, name="../kvm")), "'../kvm' cannot be a node"),
    "taken folder": (environment(CONTROLLER, replace(KVM, name="nodes")), "'nodes' cannot be a node"),
    "second controller's name": (environment(CONTROLLER, replace(KVM, name="controller")), "name of several"),
    "vCenter named as a node": (
        environment(*DUAL_NODES, zones=(zone("z", cluster(), host="kvm-1"),)), "'kvm-1' is the name of several"
    ),
    "service named as a compute": (
        environment(*DUAL_NODES, zones=(zone("z", cluster(service="kvm-1")),)), "report as host 'kvm-1'"
    ),
    "unknown target": (
        environment(*DUAL_NODES, zones=(zone("z", cluster(target="esx-9"), cluster("Cluster2", "vm2")),)),
        "a target is esx-9",
    ),
    "no cluster for a node": (environment(CONTROLLER, VCENTER_COMPUTE), "nodes.esx-1: has role vcenter-compute"),
    "no vCenter for volumes": (environment(CONTROLLER, CINDER, CINDER_VMWARE), "wants a zone under vmware.zones"),
    "unknown cinder zone": (replace(DUAL, vmware=replace(VMWARE, cinder_zone="x")), "there is no zone x"),
    "zone twice": (environment(*DUAL_NODES, zones=(zone("z", cluster()), zone("z"))), "several are named 'z'"),
    "cluster twice": (
        environment(*DUAL_NODES, zones=(zone("z", cluster(), cluster(service="vm2")),)), "several nova-computes"
    ),
    "two users": (
        environment(*DUAL_NODES, zones=(zone("y", cluster()), zone("z", cluster("Cluster2", "vm2"), user="u"))),
        "vCenter vc1 has one user",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BEYOND)
def test_what_a_lab_cannot_carry_is_refused_with_the_labs_limit(case: str) -> None:
    given, why = BEYOND[case]

    refusals = mapping(given).refusals
    assert any(why in each for each in refusals), refusals


def test_every_refusal_is_told_at_once() -> None:
    given: dict[str, Any] = {"release": "6.1", "network": Network(provider=NetworkProvider.NOVA_NETWORK)}

    assert len(mapping(environment(KVM, replace(KVM, name="kvm-2"), **given)).refusals) == 4


def test_what_is_otherwise_in_the_lab_is_noted() -> None:
    given = replace(QEMU_ONLY, storage=Storage(volumes=(VolumeBackend.LVM,)))
    told = {each.what: each.detail for each in mapping(given).notes}

    assert told == {
        "node ctl": "is called `controller` in the lab",
        "storage lvm": "the lab's volumes are files of Cinder's NFS driver",
    }


def test_the_usual_lab_has_its_five_nodes_and_what_is_named_of_them() -> None:
    assert usual(ALL_NODES).nodes == (
        "controller",
        "compute-kvm",
        "compute-vcenter",
        "cinder-kvm",
        "cinder-vmware",
    )
    assert usual(("compute-kvm",)).nodes == ("controller", "compute-kvm")
    assert usual(("compute-kvm",)).vcenters == {}
