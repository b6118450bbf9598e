"""Each row of the table of rules has a case here that breaks just it: `-k 'lvm-or-ceph'`."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ostf_dual.environment.definition import (
    Commands,
    DeployerName,
    Environment,
    Expectations,
    HighAvailability,
    Image,
    ImageStore,
    Network,
    NetworkProvider,
    Node,
    Storage,
    VMware,
    VolumeBackend,
    VSphereCluster,
)
from ostf_dual.environment.model import Hypervisor, ZoneSettings
from ostf_dual.environment.roles import CONFLICTS
from ostf_dual.environment.rules import RULES, nodes, problems
from ostf_dual.environment.rules.table import table

Definition = Callable[..., Environment]
Change = Callable[[Environment], Environment]

QEMU_IMAGE = Image(name="a", hypervisor=Hypervisor.QEMU, disk_format="qcow2")
VMDK_IMAGE = Image(name="b", hypervisor=Hypervisor.VCENTER, disk_format="vmdk")
NOVA_NETWORK = Network(provider=NetworkProvider.NOVA_NETWORK, segmentation="vlan")
HERE, FUEL, GLANCE, ZONES = "qemu-and-vcenter", "kvm-and-vcenter", "fuel-9-dvs", "two-vcenter-zones"
EARLY = "fuel-6.1-nova-network"


def so(**changes: Any) -> Change:
    return lambda environment: replace(environment, **changes)


def node(*roles: str, **more: Any) -> Change:
    """One node more."""
    new = Node(roles=roles, **{"name": "more", "mac": "52:54:00:00:99:99", **more})
    return lambda environment: replace(environment, nodes=(*environment.nodes, new))


def without(name: str) -> Change:
    return lambda environment: replace(
        environment, nodes=tuple(each for each in environment.nodes if each.name != name)
    )


def vmware(**changes: Any) -> Change:
    def change(environment: Environment) -> Environment:
        assert environment.vmware is not None
        return replace(environment, vmware=replace(environment.vmware, **changes))

    return change


def zone(at: int = 0, *, vcenter: Mapping[str, Any] | None = None, cluster: Mapping[str, Any] | None = None,
         **changes: Any) -> Change:  # fmt: skip
    """A vCenter zone, or its vCenter, or its first cluster, otherwise."""

    def change(environment: Environment) -> Environment:
        assert environment.vmware is not None
        zones = list(environment.vmware.zones)
        was = zones[at]
        clusters = (replace(was.clusters[0], **cluster), *was.clusters[1:]) if cluster else was.clusters
        told = {"vcenter": replace(was.vcenter, **(vcenter or {})), "clusters": clusters, **changes}
        zones[at] = replace(was, **told)
        return replace(environment, vmware=VMware(zones=tuple(zones)))

    return change


def glance(**changes: Any) -> Change:
    def change(environment: Environment) -> Environment:
        assert environment.vmware is not None
        assert environment.vmware.glance is not None
        return vmware(glance=replace(environment.vmware.glance, **changes))(environment)

    return change


def role_way(way: str) -> Change:
    def change(environment: Environment) -> Environment:
        assert environment.fuel is not None
        return replace(environment, fuel=replace(environment.fuel, role=way))

    return change


CASES: Mapping[str, tuple[str, Change]] = {
    "release-form": (HERE, so(release="nine")),
    "release-with-vmware": (FUEL, so(release="5.1")),
    "nailgun-deploys-fuel": (FUEL, so(release="2024.2")),
    "lab-release": (HERE, so(release="2023.1")),
    "deployer-section": (HERE, so(deployer=DeployerName.COMMAND)),
    "section-of-another-deployer": (HERE, so(commands=Commands(deploy=("x",)))),
    "nailgun-mac": (FUEL, node("compute", mac=None)),
    "fuel-role": (FUEL, role_way("both")),
    "zones-known": (HERE, so(zones={"kvn": ZoneSettings()})),
    "services-form": (HERE, so(expect=Expectations(services=("nova-compute",)))),
    "network-segmentation": (HERE, so(network=Network(segmentation="ring"))),
    "network-nsx": (HERE, so(network=Network(segmentation="nsxv"))),
    "nova-network-gone-from-openstack": (HERE, so(network=NOVA_NETWORK)),
    "nova-network-gone-from-fuel": (FUEL, so(network=NOVA_NETWORK)),
    "vcenter-nova-network-only": (FUEL, so(release="7.0")),
    "vcenter-neutron-only": (FUEL, so(release="8.0", network=NOVA_NETWORK)),
    "vcenter-no-tunnels": (FUEL, so(network=Network(segmentation="gre", dvs=True))),
    "vcenter-dvs": (FUEL, so(network=Network())),
    "node-has-a-role": (HERE, node()),
    "node-has-a-role-once": (HERE, node("mongo", "mongo")),
    "role-is-known": (HERE, node("comptue")),
    "role-of-release:compute-vmware": (FUEL, lambda given: node("compute-vmware")(so(release="6.1")(given))),
    "role-of-release:cinder-block-device": (HERE, node("cinder-block-device")),
    "role-of-release:cinder-vmware": (FUEL, so(release="6.0")),
    "role-of-release:zabbix-server": (FUEL, node("zabbix-server")),
    "role-of-release:virt": (HERE, node("virt")),
    "role-of-release:ironic": (FUEL, lambda given: node("ironic")(so(release="7.0")(given))),
    "zone-of-a-compute": (HERE, node("mongo", zone="a")),
    "nodes-once": (FUEL, node("compute", mac="52:54:00:00:00:04")),
    "hypervisor-of-computes": (HERE, so(hypervisor=Hypervisor.VCENTER)),
    "hypervisor-is-said": (HERE, so(hypervisor=None)),
    "ha-mode": (HERE, so(high_availability=HighAvailability(mode="some"))),
    "no-pacemaker-over-vcenter-compute": (
        HERE, so(high_availability=HighAvailability(mode="simple", pacemaker=("vcenter-compute",)))),
    "pacemaker-role": (HERE, so(high_availability=HighAvailability(mode="simple", pacemaker=("x",)))),
    "no-ha-for-vcenter-compute": (HERE, so()),
    "role-least:controller": (HERE, without("controller")),
    "role-recommended:controller": (FUEL, without("controller-3")),
    "role-recommended:cinder-vmware": (FUEL, so()),
    "role-recommended:mongo": (FUEL, node("mongo")),
    "role-recommended:ceph-osd": (FUEL, node("ceph-osd")),
    "role-recommended:ironic": (FUEL, node("ironic")),
    "role-most:mongo": (HERE, lambda given: node("mongo", name="another")(node("mongo")(given))),
    "role-most:zabbix-server": (
        FUEL, lambda given: node("zabbix-server", name="another", mac=None)(node("zabbix-server")(given))),
    "one-controller-when-simple": (FUEL, so(high_availability=HighAvailability(mode="simple"))),
    "something-runs-servers": ("qemu-only", without("compute-kvm")),
    "volumes-want-a-role": (FUEL, so(storage=Storage(volumes=(VolumeBackend.CEPH,)))),
    "ceph-osd-wants-ceph": (FUEL, node("ceph-osd")),
    "images-ceph-want-a-role": (FUEL, so(storage=Storage(images=ImageStore.CEPH))),
    "role-wants-volumes": (HERE, so(storage=Storage(volumes=(VolumeBackend.VMDK,)))),
    "lvm-or-ceph": (FUEL, so(storage=Storage(volumes=(VolumeBackend.LVM, VolumeBackend.CEPH)))),
    "images-vcenter-want-glance": (HERE, so(storage=Storage(images=ImageStore.VCENTER))),
    "glance-wants-images-vcenter": (GLANCE, so(storage=Storage())),
    "vmdk-wants-vcenter": (HERE, so(vmware=None)),
    "vcenter-wants-vmdk": (HERE, so(storage=Storage(volumes=(VolumeBackend.NFS,)))),
    "image-format": (HERE, so(images=(QEMU_IMAGE, replace(VMDK_IMAGE, disk_format="qcow2")))),
    "image-names": (HERE, so(images=(QEMU_IMAGE, replace(VMDK_IMAGE, name="a")))),
    "image-for-each-hypervisor": (HERE, so(images=(QEMU_IMAGE,))),
    "image-hypervisor": (HERE, so(images=(replace(QEMU_IMAGE, hypervisor=Hypervisor.UNKNOWN),))),
    "vmware-section": (HERE, so(vmware=None)),
    "vmware-zones": (HERE, vmware(zones=())),
    "vmware-cinder-zone": (HERE, vmware(cinder_zone="x")),
    "vmware-zone-not-nova": (HERE, zone(name="nova")),
    "vmware-zone-named": (HERE, zone(name=" ")),
    "vmware-zone-form": (FUEL, zone(name="esx-a")),
    "vmware-zone-mixed": (HERE, zone(name="kvm")),
    "vmware-clusters": (HERE, zone(clusters=())),
    "vcenter-host-and-user": (HERE, zone(vcenter={"user": " "})),
    "vcenter-password": (FUEL, zone(vcenter={"password": None})),
    "vcenter-verified": (HERE, zone(vcenter={"insecure": True, "ca_file": Path("ca.pem")})),
    "vcenter-host-alone": (HERE, zone(vcenter={"host": "https://vc.example.org/sdk"})),
    "vcenter-host-form": (FUEL, zone(vcenter={"host": "2001:db8::1"})),
    "vcenter-unverified-before-9.1": (FUEL, so(release="9.0")),
    "cluster-settings": (HERE, zone(cluster={"cluster": ""})),
    "cluster-datastore-regex": (HERE, zone(cluster={"datastore_regex": "a{99999999999}"})),
    "cluster-service-form": (FUEL, zone(cluster={"service_name": "a"})),
    "glance-settings": (GLANCE, glance(datastore=" ")),
    "cluster-once": (ZONES, zone(1, vcenter={"host": "vc1"})),
    "service-once": (ZONES, zone(1, cluster={"service_name": "a1"})),
    "target-once": (ZONES, zone(1, cluster={"target": "compute-a1"})),
    "vmware-zone-once": (ZONES, zone(1, name="esx-a")),
    "target-exists": (HERE, zone(cluster={"target": "nobody"})),
    "target-has-the-role": (HERE, zone(cluster={"target": "compute-kvm"})),
    "vcenter-compute-is-a-target": (HERE, node("vcenter-compute")),
    "vcenter-on-controllers-only": (EARLY, zone(cluster={"target": "compute-1"})),
}  # fmt: skip

SHARING = (
    *((release, "vcenter-compute", other)
      for release in ("6.1", "7.0", "8.0", "9.0", "9.1", "2024.2") for other in ("compute", "mongo", "zabbix-server")),
    ("9.2", "vcenter-compute", "compute"),
    ("9.2", "vcenter-compute", "mongo"),
    ("7.0", "compute-vmware", "*"),
    *((release, "compute-vmware", other)
      for release in ("8.0", "9.0", "9.1", "9.2")
      for other in ("controller", "compute", "cinder", "cinder-block-device", "ceph-osd", "mongo", "base-os", "virt",
                    "ironic")),
    *((release, role, other)
      for release in ("6.1", "7.0", "8.0", "9.0", "9.1", "9.2")
      for role, other in (("controller", "compute"), ("mongo", "compute"), ("mongo", "ceph-osd"),
                          ("virt", "controller"), ("virt", "base-os"), ("ironic", "compute"))),
    *((release, "cinder-block-device", other)
      for release in ("8.0", "9.0", "9.1", "9.2") for other in ("controller", "cinder", "cinder-vmware", "ceph-osd")),
)  # fmt: skip
"""Release, and two roles that may not share a node in it; ``*``: any other role."""


@pytest.mark.parametrize("row", [each for each in table() if each.test in CASES], ids=lambda row: row.test)
def test_a_row_is_broken_by_its_case(definition: Definition, row: Any) -> None:
    base, change = CASES[row.test]

    found = [each for each in problems(change(definition(base))) if each.rule.id == row.rule]

    assert found, f"nothing breaks {row.rule}"
    assert all(each.source == row.source for each in found if row.rule == row.test)
    piece = row.test.partition(":")[2]
    assert any(piece in each.message and each.source == row.source for each in found)


@pytest.mark.parametrize(("release", "role", "other"), SHARING)
def test_a_pair_of_roles_breaks_its_own_row(
    definition: Definition, release: str, role: str, other: str
) -> None:
    base = definition(HERE if release == "2024.2" else FUEL, release=release)
    shared = Node(name="x", roles=(role, "mongo" if other == "*" else other))

    rows = {(rule.role, rule.other) for _, _, rule in nodes.conflicts(base, shared)}

    assert (role, other) in rows


def test_every_row_has_a_case_and_no_case_is_left_over() -> None:
    pairs = {f"{nodes.CONFLICT.id}:{role}+{other}" for _, role, other in SHARING}

    assert {each.test for each in table()} == CASES.keys() | pairs
    assert len(CONFLICTS) == len(pairs)


def test_rules_have_names_of_their_own_and_sources() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.says and rule.source for rule in RULES)


def test_a_target_that_is_no_node_gets_a_suggestion(definition: Definition) -> None:
    cluster = VSphereCluster(cluster="Cluster1", service_name="a", target="compute-vcentre")

    found = problems(zone(clusters=(cluster,))(definition(HERE)))

    assert any(each.message.endswith("did you mean compute-vcenter?") for each in found)
