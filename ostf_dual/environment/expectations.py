"""What a definition implies of the cloud that is made by it. Pure."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from ostf_dual.environment.definition import Environment, Image
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


def expected_zones(environment: Environment) -> tuple[str, ...]:
    """The zones that a health check must find; those of the definition, where it names none."""
    said = environment.expect.zones
    return tuple(zones_of(environment)) if said is None else said


def images_of(environment: Environment) -> tuple[Image, ...]:
    """The test images; where none is listed, a TestVM for each hypervisor that is there."""
    if environment.images:
        return environment.images
    libvirt = environment.hypervisor or Hypervisor.LIBVIRT
    usual = (
        Image(name="TestVM-KVM", hypervisor=libvirt, disk_format="qcow2"),
        Image(name="TestVM-VMDK", hypervisor=Hypervisor.VCENTER, disk_format="vmdk"),
    )
    there = {kind for kinds in zones_of(environment).values() for kind in kinds}
    return tuple(each for each in usual if each.hypervisor in there)


def completed(access: Access, environment: Environment) -> Access:
    """An access with what the definition says to the health check; what the access says itself goes before."""
    return replace(
        access,
        expect=access.expect or expected_zones(environment),
        services=access.services or environment.expect.services,
        zones={**environment.zones, **access.zones},
        nodes={**_nodes(environment), **access.nodes},
        budgets=environment.budgets if access.budgets == Budgets() else access.budgets,
        hypervisor_budgets=access.hypervisor_budgets or environment.hypervisor_budgets,
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
