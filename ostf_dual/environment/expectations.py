"""What a definition implies of the cloud that is made by it. Pure."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from ostf_dual.environment.definition import Environment
from ostf_dual.environment.model import Access, Budgets, Hypervisor

DEFAULT_ZONE = "nova"
COMPUTE = "compute"


def zones_of(environment: Environment) -> Mapping[str, frozenset[Hypervisor]]:
    """The zones that the nodes, vSphere clusters and expectations make, and what runs servers there.

    No hypervisor: the definition says nothing of it.
    """
    found: dict[str, set[Hypervisor]] = defaultdict(set)
    for node in environment.nodes:
        if COMPUTE in node.roles:
            found[node.zone or DEFAULT_ZONE] |= {environment.hypervisor or Hypervisor.LIBVIRT}
    for zone in environment.vmware.zones if environment.vmware else ():
        found[zone.name].add(Hypervisor.VCENTER)
    for name, settings in environment.zones.items():
        if name not in found:
            found[name] |= {settings.hypervisor} if settings.hypervisor else set()
    for name in environment.expect.zones or ():
        _ = found[name]
    return {name: frozenset(kinds) for name, kinds in sorted(found.items())}


def completed(access: Access, environment: Environment) -> Access:
    """An access with what the definition says to the health check; what the access says itself goes before."""
    expected = environment.expect.zones
    return replace(
        access,
        expect=access.expect or (tuple(zones_of(environment)) if expected is None else expected),
        zones={**environment.zones, **access.zones},
        nodes={**_nodes(environment), **access.nodes},
        budgets=environment.budgets if access.budgets == Budgets() else access.budgets,
    )


def _nodes(environment: Environment) -> dict[str, str]:
    """The nodes that speak for vSphere clusters, by the names that they report under."""
    known = {node.name for node in environment.nodes}
    return {
        cluster.service_name: cluster.target
        for zone in (environment.vmware.zones if environment.vmware else ())
        for cluster in zone.clusters
        if cluster.target in known - {cluster.service_name}
    }
