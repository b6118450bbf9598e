"""What a cluster is created with. Pure."""

from collections.abc import Iterator

from ostf_dual.deployers.nailgun.settings import wants_dvs
from ostf_dual.environment.definition import (
    Environment,
    ImageStore,
    Network,
    NetworkProvider,
    VolumeBackend,
)
from ostf_dual.environment.release import parsed

_DVS = "dvs"
_TUNNELS = frozenset({"vxlan", "gre"})
_SIMPLE_UNTIL = (6, 1)


def body(environment: Environment, release: int, components: tuple[str, ...] | None) -> dict[str, object]:
    """The body of the request that creates a cluster.

    Args:
        environment: What is wanted.
        release: The master's number of the release.
        components: Those of the release; None: it is older than components.
    """
    network = environment.network
    found: dict[str, object] = {
        "name": environment.name,
        "release": release,
        "mode": _mode(environment),
    }
    if components is not None and network.provider is NetworkProvider.NEUTRON:
        return {**found, "components": [*_components(environment, components)]}
    if network.provider is NetworkProvider.NOVA_NETWORK:
        return {**found, "net_provider": "nova_network"}
    return {**found, "net_provider": "neutron", "net_segment_type": _segment(network)}


def dvs_component(components: tuple[str, ...]) -> str | None:
    """The component that a plugin for a distributed switch brings; None: there is no such plugin."""
    return next((each for each in components if each.startswith("network:") and _DVS in each), None)


def _components(environment: Environment, there: tuple[str, ...]) -> Iterator[str]:
    storage = environment.storage
    yield "hypervisor:qemu"
    if environment.vmware is not None:
        yield "hypervisor:vmware"
    yield "network:neutron:core:ml2"
    yield (
        "network:neutron:ml2:tun"
        if environment.network.segmentation in _TUNNELS
        else "network:neutron:ml2:vlan"
    )
    if wants_dvs(environment) and (dvs := dvs_component(there)):
        yield dvs
    yield "storage:block:ceph" if VolumeBackend.CEPH in storage.volumes else "storage:block:lvm"
    if storage.images is ImageStore.CEPH:
        yield "storage:image:ceph"
    if any("mongo" in node.roles for node in environment.nodes):
        yield "additional_service:ceilometer"


def _segment(network: Network) -> str:
    return {"vxlan": "tun"}.get(network.segmentation, network.segmentation)


def _mode(environment: Environment) -> str:
    """Later releases know one mode only, in which a single controller is a group of one."""
    is_simple = environment.high_availability.mode == "simple"
    may_be_simple = (parsed(environment.release) or (0, 0)) <= _SIMPLE_UNTIL
    return "multinode" if is_simple and may_be_simple else "ha_compact"
