"""Which nodes of a definition a cloud has, told by the services that report under their names. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ostf_dual.cloud.services import ServiceFacts
from ostf_dual.deployers.base import Action, Change
from ostf_dual.environment.definition import Environment, Node, VolumeBackend
from ostf_dual.environment.expectations import COMPUTE, DEFAULT_ZONE

_CONTROLLERS = "controllers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A service that a node must run.

    Attributes:
        node: The node's name, or `controllers`.
        names: Under which of these it may report.
        zone: In which it must be; None: of no interest.
    """

    node: str
    role: str
    binary: str
    names: tuple[str, ...]
    zone: str | None = None

    def is_met_by(self, service: ServiceFacts) -> bool:
        """Whether it is this service. Hosts may report with their domain, and volume services with a backend."""
        host = service.node
        return service.binary == self.binary and bool({host, host.partition(".")[0]} & set(self.names))


def nodes(environment: Environment, services: Sequence[ServiceFacts]) -> Iterator[Change]:
    """The nodes that are missing, that are otherwise, and the nova-computes that belong to none."""
    every = tuple(wanted(environment))
    for name in dict.fromkeys(each.node for each in every):
        of_node = [each for each in every if each.node == name]
        faults = [fault for each in of_node if (fault := _fault(each, services))]
        if faults:
            none = not any(each.is_met_by(service) for each in of_node for service in services)
            is_new = none and name != _CONTROLLERS
            action = Action.ADD if is_new else Action.CHANGE
            yield Change(action=action, what=f"node {name}", detail="; ".join(faults))
    if environment.nodes:
        yield from _strangers(every, services)


def wanted(environment: Environment) -> Iterator[Wanted]:
    """The services that tell a node from its absence."""
    for node in environment.nodes:
        for role in node.roles:
            yield from _of_role(node, role, environment)
    # Fuel's nova-compute reports as AZ-SERVICE (fuel-library, nova-compute.conf.erb), others as they are told.
    for zone in environment.vmware.zones if environment.vmware else ():
        for each in zone.clusters:
            names = (each.service_name, f"{zone.name}-{each.service_name}")
            yield Wanted(
                node=each.target,
                role=f"vSphere cluster {each.cluster}",
                binary="nova-compute",
                names=names,
                zone=zone.name,
            )


def _of_role(node: Node, role: str, environment: Environment) -> Iterator[Wanted]:
    match role:
        case "controller":
            yield Wanted(node=node.name, role=role, binary="nova-conductor", names=(node.name,))
        case "compute":
            zone = node.zone or DEFAULT_ZONE
            yield Wanted(node=node.name, role=COMPUTE, binary="nova-compute", names=(node.name,), zone=zone)
        # Of Ceph the services of all nodes report under one name, and on Fuel those of a vCenter under its zone's.
        case "cinder" if VolumeBackend.CEPH not in environment.storage.volumes:
            yield Wanted(node=node.name, role=role, binary="cinder-volume", names=(node.name,))
        case "cinder-vmware":
            zones = environment.vmware.zones if environment.vmware else ()
            names = (node.name, *(zone.name for zone in zones))
            yield Wanted(node=node.name, role=role, binary="cinder-volume", names=names)


def _fault(each: Wanted, services: Iterable[ServiceFacts]) -> str | None:
    found = [service for service in services if each.is_met_by(service)]
    if not found:
        return f"{each.role}: no {each.binary} reports as {' or '.join(each.names)}"
    zones = sorted({service.zone or DEFAULT_ZONE for service in found})
    if each.zone is not None and each.zone not in zones:
        return f"{each.role}: wanted in zone {each.zone}, is in {', '.join(zones)}"
    return None


def _strangers(every: Sequence[Wanted], services: Iterable[ServiceFacts]) -> Iterator[Change]:
    """Those of a zone that the definition has not are told with the zone."""
    zones = {each.zone for each in every} - {None}
    for service in services:
        is_here = service.binary == "nova-compute" and (service.zone or DEFAULT_ZONE) in zones
        if is_here and not any(each.is_met_by(service) for each in every):
            detail = f"nova-compute in zone {service.zone}: the definition has no such node"
            yield Change(action=Action.REMOVE, what=f"node {service.host}", detail=detail)
