"""What OpenStack still knows of a zone that was taken out of the cloud."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ostf_dual.cloud.placement import provider
from ostf_dual.cloud.services import compute_services, network_agents, volume_services
from ostf_dual.cloud.volume_types import list_volume_types
from ostf_dual.cloud.zoning import host_aggregates, hypervisor_nodes, zone_names

if TYPE_CHECKING:
    from openstack.connection import Connection

    from ostf_dual.cloud.zone import Zone


def traces(admin: "Connection", zones: "Iterable[Zone]") -> tuple[str, ...]:
    """Every record that names a zone, its hosts, its hypervisors or its volumes' services, a line each.

    Args:
        admin: Asked anew.
        zones: As they were while they were there, and known by then: their facts are not asked again.

    Raises:
        OstfError: One of the APIs did not answer.
    """
    return tuple(line for zone in zones for line in _traces(admin, zone))


def _traces(admin: "Connection", zone: "Zone") -> Iterator[str]:
    hosts = frozenset({*zone.hosts, *zone.volume_services})
    for service in (*compute_services(admin), *volume_services(admin), *network_agents(admin)):
        if service.host in hosts:
            yield f"{service.project} still has {service.binary} on {service.host}"
    yield from _in_nova(admin, zone, hosts)
    for name in zone.nodes:
        if provider(admin, name) is not None:
            yield f"Placement still has resource provider {name}"
    if zone.volume_services and zone.volume_type in {each.name for each in list_volume_types(admin)}:
        yield f"Cinder still has volume type {zone.volume_type}"


def _in_nova(admin: "Connection", zone: "Zone", hosts: frozenset[str]) -> Iterator[str]:
    for node in hypervisor_nodes(admin):
        if node.host in hosts or node.name in zone.nodes:
            yield f"Nova still has hypervisor {node.name} of {node.host}"
    for aggregate in host_aggregates(admin):
        if aggregate.zone == zone.name or hosts & set(aggregate.hosts):
            yield f"Nova still has aggregate {aggregate.name} with {', '.join(aggregate.hosts) or 'no host'}"
    if zone.name in zone_names(admin):
        yield f"Nova still has availability zone {zone.name}"
