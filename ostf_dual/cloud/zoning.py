"""Which zones there are, and what runs in them: pure functions over what Nova says."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ostf_dual.cloud.asking import asking
from ostf_dual.cloud.services import COMPUTE
from ostf_dual.environment.expectations import DEFAULT_ZONE
from ostf_dual.environment.model import Hypervisor

if TYPE_CHECKING:
    from openstack.connection import Connection

    from ostf_dual.cloud.services import ServiceFacts

VCENTER_TYPE = "VMware vCenter Server"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFacts:
    """A record of ``os-hypervisors``.

    Attributes:
        id: Its UUID, which is its resource provider's too.
        name: ``hypervisor_hostname``; on vCenter ``<cluster moref>.<vCenter instanceUuid>``.
        type: As the driver says: QEMU, "VMware vCenter Server", ironic ...
        host: Its nova-compute's host.
        version: Of what ``type`` names, as the driver reports it; empty: it does not.
    """

    id: str
    name: str
    type: str
    host: str
    version: str = ""

    @property
    def hypervisor(self) -> Hypervisor:
        """What it is to us. libvirt reports QEMU for kvm and qemu alike."""
        if self.type == VCENTER_TYPE:
            return Hypervisor.VCENTER
        return Hypervisor.LIBVIRT if self.type.lower() in {"qemu", "kvm"} else Hypervisor.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregateFacts:
    """A host aggregate; ``zone`` is the availability zone that it makes, if it makes one."""

    name: str
    zone: str | None
    hosts: tuple[str, ...]
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One hypervisor's part of an availability zone: mostly the whole of it."""

    zone: str
    label: str
    hypervisor: Hypervisor
    because: str
    hosts: tuple[str, ...] = ()
    nodes: tuple[NodeFacts, ...] = ()


def version_of(number: int | None) -> str:
    """Drivers report 7.2.22 as 7002022 (nova.utils.convert_version_to_int)."""
    major, rest = divmod(number or 0, 1_000_000)
    return ".".join(map(str, (major, *divmod(rest, 1000)))) if number else ""


def hypervisor_nodes(admin: "Connection") -> tuple[NodeFacts, ...]:
    """The hypervisors that Nova knows, those of services that are down included. Needs admin rights."""
    from openstack.utils import maximum_supported_microversion

    with asking("the hypervisors"):
        # From 2.88 on Nova asks each compute for its uptime: one that ended just now costs a minute and a 500.
        newest = maximum_supported_microversion(admin.compute, "2.53")
        return tuple(
            NodeFacts(
                id=str(node.id),
                name=node.name,
                type=node.hypervisor_type or "",
                host=(node.service_details or {}).get("host", ""),
                version=version_of(node.hypervisor_version),
            )
            for node in admin.compute.hypervisors(details=True, microversion=newest)
        )


def host_aggregates(admin: "Connection") -> tuple[AggregateFacts, ...]:
    """The host aggregates. Needs admin rights."""
    with asking("the host aggregates"):
        return tuple(
            AggregateFacts(
                name=aggregate.name,
                zone=aggregate.availability_zone,
                hosts=tuple(aggregate.hosts or ()),
                metadata=dict(aggregate.metadata or {}),
            )
            for aggregate in admin.compute.aggregates()
        )


def zone_names(project: "Connection") -> tuple[str, ...]:
    """The availability zones by name, as every project sees them."""
    with asking("the availability zones"):
        return tuple(sorted(zone.name for zone in project.compute.availability_zones()))


def parts(
    services: "Iterable[ServiceFacts]",
    nodes: Iterable[NodeFacts],
    aggregates: Iterable[AggregateFacts],
    told: Mapping[str, Hypervisor],
) -> tuple[Part, ...]:
    """The zones of a cloud from its nova-compute records, one part for each hypervisor in each.

    Args:
        services: Nova's services; those that are down or disabled count. One whose cell is down has no zone of its
            own: an aggregate tells it.
        nodes: The hypervisors.
        aggregates: A host that Nova has no hypervisor of is taken for what the others of its zone are, where
            an aggregate makes the zone; the default zone holds whatever belongs nowhere.
        told: What the environment says of a zone, for hosts whose hypervisor Nova does not know.
    """
    by_host: dict[str, list[NodeFacts]] = defaultdict(list)
    for node in nodes:
        by_host[node.host].append(node)
    every = tuple(aggregates)
    made = {host: aggregate.zone for aggregate in every if aggregate.zone for host in aggregate.hosts}
    hosts_of: dict[str, set[str]] = defaultdict(set)
    lost = set()
    for service in services:
        if service.binary == COMPUTE:
            hosts_of[service.zone or made.get(service.host, DEFAULT_ZONE)].add(service.host)
            lost |= {service.host} if service.cell_is_down else set()
    return tuple(
        part
        for zone, hosts in sorted(hosts_of.items())
        for part in _parts_of(
            zone,
            {host: by_host[host] for host in sorted(hosts)},
            told.get(zone),
            is_made=any(aggregate.zone == zone for aggregate in every),
            lost=lost,
        )
    )


def _parts_of(
    zone: str,
    hosts: Mapping[str, list[NodeFacts]],
    told: Hypervisor | None,
    *,
    is_made: bool,
    lost: Collection[str],
) -> Iterable[Part]:
    kinds = {node.hypervisor for nodes in hosts.values() for node in nodes} - {Hypervisor.UNKNOWN}
    alike = next(iter(kinds)) if is_made and len(kinds) == 1 else None
    fallback = alike or told or Hypervisor.UNKNOWN
    groups: dict[Hypervisor, list[str]] = defaultdict(list)
    for host, nodes in hosts.items():
        groups[nodes[0].hypervisor if nodes else fallback].append(host)
    for kind, members in sorted(groups.items()):
        own = tuple(node for host in members for node in hosts[host])
        yield Part(
            zone=zone,
            label=f"{zone}.{kind}" if len(groups) > 1 else zone,
            hypervisor=kind,
            because=_because(own, told, [host for host in members if host in lost]),
            hosts=tuple(members),
            nodes=own,
        )


def _because(nodes: tuple[NodeFacts, ...], told: Hypervisor | None, lost: Collection[str]) -> str:
    cell = f"; a cell is down, that of {', '.join(lost)}" if lost else ""
    return f"{_known_by(nodes, told, lost)}{cell}"


def _known_by(nodes: tuple[NodeFacts, ...], told: Hypervisor | None, lost: Collection[str]) -> str:
    if nodes:
        return "os-hypervisors says " + ", ".join(sorted({repr(node.type) for node in nodes}))
    if told:
        return "the environment says so; os-hypervisors has no record of its hosts"
    return f"os-hypervisors has no record of its hosts{'' if lost else ': they never came up'}"
