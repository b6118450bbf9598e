"""A definition as it might be too: with its hypervisors in one zone, with a mistake of the operator's. Pure."""

from dataclasses import replace
from typing import Any

from ostf_dual.environment.definition import Environment, VMware, VMwareZone
from ostf_dual.environment.expectations import COMPUTE, DEFAULT_ZONE


def mixed(environment: Environment) -> Environment:
    """The same cloud with its first vCenter zone's clusters in the zone of its libvirt computes."""
    vmware = _vmware(environment)
    first, *others = vmware.zones
    home = next(node.zone or DEFAULT_ZONE for node in environment.nodes if COMPUTE in node.roles)
    zones = {name: settings for name, settings in environment.zones.items() if name not in {first.name, home}}
    return replace(
        environment,
        vmware=replace(
            vmware,
            zones=(replace(first, name=home), *others),
            cinder_zone=home if vmware.cinder_zone == first.name else vmware.cinder_zone,
        ),
        zones=zones,  # what was said of either holds for half of it
        expect=replace(
            environment.expect,
            zones=None
            if environment.expect.zones is None
            else tuple(each for each in environment.expect.zones if each != first.name),
        ),
    )


def with_clusters(environment: Environment, **changes: Any) -> Environment:
    """The same cloud, whose vSphere clusters are told otherwise: ``datastore_regex="nothing"``."""

    def changed(zone: VMwareZone) -> VMwareZone:
        return replace(zone, clusters=tuple(replace(each, **changes) for each in zone.clusters))

    return _with_zones(environment, tuple(map(changed, _vmware(environment).zones)))


def with_vcenters(environment: Environment, **changes: Any) -> Environment:
    """The same cloud, whose vCenters are told otherwise: ``password=Secret(...)``."""
    zones = _vmware(environment).zones
    return _with_zones(
        environment, tuple(replace(zone, vcenter=replace(zone.vcenter, **changes)) for zone in zones)
    )


def with_roles(environment: Environment, node: str, *roles: str) -> Environment:
    """The same cloud, with roles added to a node."""
    return replace(
        environment,
        nodes=tuple(
            replace(each, roles=(*each.roles, *roles)) if each.name == node else each
            for each in environment.nodes
        ),
    )


def _with_zones(environment: Environment, zones: tuple[VMwareZone, ...]) -> Environment:
    return replace(environment, vmware=replace(_vmware(environment), zones=zones))


def _vmware(environment: Environment) -> VMware:
    if environment.vmware is None:
        raise ValueError(f"{environment.name} has no vCenter")
    return environment.vmware
