"""Definitions of clouds, as short as a test wants them."""

from typing import Any

from ostf_dual.deployers.lab.limits import RELEASE
from ostf_dual.environment.definition import (
    DeployerName,
    Environment,
    Node,
    VCenter,
    VMware,
    VMwareZone,
    VSphereCluster,
)
from ostf_dual.environment.model import Hypervisor

CONTROLLER = Node(name="ctl", roles=("controller",))
KVM = Node(name="kvm-1", roles=("compute",), zone="kvm")
CINDER = Node(name="vol-1", roles=("cinder",))
VCENTER_COMPUTE = Node(name="esx-1", roles=("vcenter-compute",))
CINDER_VMWARE = Node(name="vol-2", roles=("cinder-vmware",))


def cluster(
    name: str = "Cluster1", service: str = "vm1", target: str = "esx-1", regex: str = ".*"
) -> VSphereCluster:
    return VSphereCluster(cluster=name, service_name=service, target=target, datastore_regex=regex)


def zone(name: str, *clusters: VSphereCluster, host: str = "vc1", **told: Any) -> VMwareZone:
    return VMwareZone(name=name, vcenter=VCenter(host=host, **told), clusters=clusters)


def environment(*nodes: Node, zones: tuple[VMwareZone, ...] = (), **more: Any) -> Environment:
    vmware = VMware(zones=zones) if zones else None
    given = {"name": "one", "release": RELEASE, "hypervisor": Hypervisor.QEMU, "vmware": vmware, **more}
    return Environment(deployer=DeployerName.LAB, nodes=nodes, **given)


QEMU_ONLY = environment(CONTROLLER, KVM, CINDER)
DUAL_NODES = (CONTROLLER, KVM, CINDER, VCENTER_COMPUTE, CINDER_VMWARE)
DUAL = environment(*DUAL_NODES, zones=(zone("vcenter", cluster()),))
