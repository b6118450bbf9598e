"""What OpenStack still knows of a zone that was taken out of the cloud."""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from ostf_dual.cloud.placement import provider
from ostf_dual.cloud.readings import Readings, take_readings

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.zone import Zone


def traces(cloud: "Cloud", zones: "Collection[Zone]") -> tuple[str, ...]:
    """Every record that names a zone, its hosts, its hypervisors or its volumes' services, a line each.

    Args:
        cloud: Asked anew. Needs admin rights.
        zones: As they were while they were there.

    Raises:
        OstfError: One of the APIs did not answer.
    """
    admin = cloud.required_admin()
    readings = take_readings(cloud.project, admin)
    providers = [name for zone in zones for name in zone.nodes if provider(admin, name) is not None]
    return tuple(line for zone in zones for line in traces_in(readings, providers, zone))


def traces_in(readings: Readings, providers: Collection[str], zone: "Zone") -> Iterator[str]:
    """The same of one zone. Pure.

    Args:
        readings: What the cloud has.
        providers: Names of Placement's resource providers.
        zone: As it was.
    """
    hosts = frozenset({*zone.hosts, *zone.volume_services})
    for service in readings.services():
        if service.host in hosts:
            yield f"{service.project} still has {service.binary} on {service.host}"
    yield from _in_nova(readings, hosts, zone)
    for name in zone.nodes:
        if name in providers:
            yield f"Placement still has resource provider {name}"
    if zone.volume_services and zone.volume_type in {each.name for each in readings.volume_types.get()}:
        yield f"Cinder still has volume type {zone.volume_type}"


def _in_nova(readings: Readings, hosts: frozenset[str], zone: "Zone") -> Iterator[str]:
    for node in readings.nodes.get():
        if node.host in hosts or node.name in zone.nodes:
            yield f"Nova still has hypervisor {node.name} of {node.host}"
    is_whole = zone.label == zone.name  # the other hypervisor's part of a mixed zone stays
    for aggregate in readings.aggregates.get():
        if (is_whole and aggregate.zone == zone.name) or hosts & set(aggregate.hosts):
            yield f"Nova still has aggregate {aggregate.name} with {', '.join(aggregate.hosts) or 'no host'}"
    if is_whole and zone.name in readings.zone_names.get():
        yield f"Nova still has availability zone {zone.name}"
