"""Definitions of clouds that a Fuel master deploys, and a master on which their machines have booted."""

from dataclasses import replace

from ostf_dual.environment.definition import (
    DeployerName,
    Environment,
    FuelMaster,
    HighAvailability,
    Network,
    NetworkProvider,
    Node,
    Storage,
    VCenter,
    VMware,
    VMwareZone,
    VolumeBackend,
    VSphereCluster,
)
from ostf_dual.environment.model import Hypervisor, Secret
from tests.contract.nailgun.server.http import Master

FUEL_PASSWORD = "correct-horse-battery"  # noqa: S105 (of nothing)
VCENTER_PASSWORD = "staple-of-the-esx"  # noqa: S105 (of nothing)
VARIABLES = {"FUEL_PASSWORD": FUEL_PASSWORD, "VCENTER_PASSWORD": VCENTER_PASSWORD}


def mac(number: int) -> str:
    """Of the machine of a number, in capitals as an operator may write it."""
    return f"52:54:00:AA:00:{number:02X}"


def node(number: int, name: str, *roles: str) -> Node:
    """A node on the machine of a number."""
    return Node(name=name, roles=roles, mac=mac(number))


KVM_NODES = (
    node(1, "controller-1", "controller"),
    node(2, "compute-1", "compute", "cinder"),
    node(3, "compute-2", "compute"),
)
VCENTER_COMPUTE = node(4, "vcenter-compute-1", "vcenter-compute")
VCENTER = VCenter(host="vc1.example.org", password=Secret(env="VCENTER_PASSWORD"), insecure=True)
ON_NODE = VSphereCluster(cluster="Cluster1", service_name="vmcluster1", target="vcenter-compute-1")
VMWARE = VMware(zones=(VMwareZone(name="vcenter", vcenter=VCENTER, clusters=(ON_NODE,)),))


def kvm_only(url: str) -> Environment:
    """Fuel 9.2 with KVM computes alone."""
    return Environment(
        name="dual",
        release="9.2",
        deployer=DeployerName.NAILGUN,
        hypervisor=Hypervisor.QEMU,
        high_availability=HighAvailability(mode="simple"),
        nodes=KVM_NODES,
        storage=Storage(volumes=(VolumeBackend.LVM,)),
        fuel=FuelMaster(url=url, password=Secret(env="FUEL_PASSWORD"), timeout_s=20),
    )


def with_vcenter(environment: Environment) -> Environment:
    """The same cloud with a node for vCenter."""
    return replace(
        environment,
        nodes=(*environment.nodes, VCENTER_COMPUTE),
        network=replace(environment.network, dvs=True),
        vmware=VMWARE,
    )


def installing(environment: Environment) -> Environment:
    """The same, by the spec's own role."""
    assert environment.fuel is not None
    return replace(environment, fuel=replace(environment.fuel, role="install"))


def fuel_61(url: str) -> Environment:
    """Fuel 6.1: nova-network, and nova-compute for vCenter on the controllers."""
    on_controllers = VSphereCluster(cluster="Cluster1", service_name="vmcluster1")
    return replace(
        kvm_only(url),
        release="6.1",
        network=Network(provider=NetworkProvider.NOVA_NETWORK, segmentation="vlan"),
        vmware=VMware(zones=(VMwareZone(name="vcenter", vcenter=VCENTER, clusters=(on_controllers,)),)),
    )


def boot(master: Master, machines: int = 6) -> None:
    """The definitions' machines, and some more, boot by PXE."""
    for number in range(1, machines + 1):
        master.world.boot(mac(number).lower())
