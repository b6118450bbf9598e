"""A definition as it is understood: what its nodes, zones and release imply. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from ostf_dual.environment.definition import Environment, Image
from ostf_dual.environment.expectations import completed, images_of, zones_of
from ostf_dual.environment.model import Access, Hypervisor
from ostf_dual.environment.release import RuleBook, book_of
from ostf_dual.environment.roles import BY_NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeView:
    """A node, and what its roles imply.

    Attributes:
        zones: In which it runs servers, itself or for vSphere clusters.
        partitions: Volumes of its disks, by Nailgun's names.
        single: Its roles whose work nobody takes over while it is gone.
    """

    name: str
    roles: tuple[str, ...]
    zones: tuple[str, ...]
    partitions: tuple[str, ...]
    single: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterView:
    """A vSphere cluster, and where its nova-compute is."""

    zone: str
    vcenter: str
    verified: bool
    cluster: str
    service_name: str
    datastore_regex: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What a definition comes to, defaults filled in.

    Attributes:
        zones: Hypervisors by zone; none where the definition says nothing of it.
        expected: Zones that a health check must find; None: whatever there is.
        budgets_s: By hypervisor that is there.
    """

    environment: Environment
    rule_book: RuleBook
    nodes: tuple[NodeView, ...]
    zones: Mapping[str, tuple[Hypervisor, ...]]
    clusters: tuple[ClusterView, ...]
    expected: tuple[str, ...]
    images: tuple[Image, ...]
    budgets_s: Mapping[Hypervisor, Mapping[str, float]]


def overview(environment: Environment) -> Overview:
    """What a definition comes to."""
    told = completed(environment.access or Access(cloud=environment.name), environment)
    zones = {
        name: tuple(sorted(kinds)) for name, kinds in zones_of(replace(environment, zones=told.zones)).items()
    }
    zones |= {name: () for name in told.expect if name not in zones}
    there = sorted({kind for kinds in zones.values() for kind in kinds})
    return Overview(
        environment=environment,
        rule_book=book_of(environment.release),
        nodes=_nodes(environment),
        zones=zones,
        clusters=_clusters(environment),
        expected=told.expect,
        images=images_of(environment),
        budgets_s={kind: asdict(told.budgets_of(kind)) for kind in there},
    )


def _nodes(environment: Environment) -> tuple[NodeView, ...]:
    served = {
        (each.target, zone.name)
        for zone in (environment.vmware.zones if environment.vmware else ())
        for each in zone.clusters
    }
    found = []
    for node in environment.nodes:
        roles = [BY_NAME[name] for name in node.roles if name in BY_NAME]
        names = {node.name, *(("controllers",) if "controller" in node.roles else ())}
        zones = {zone for target, zone in served if target in names}
        if "compute" in node.roles:
            zones.add(node.zone or "nova")
        partitions = dict.fromkeys(part for role in roles for part in role.partitions)
        found.append(
            NodeView(
                name=node.name,
                roles=node.roles,
                zones=tuple(sorted(zones)),
                partitions=tuple(partitions),
                single=tuple(role.name for role in roles if not role.is_highly_available),
            )
        )
    return tuple(found)


def _clusters(environment: Environment) -> tuple[ClusterView, ...]:
    return tuple(
        ClusterView(
            zone=zone.name,
            vcenter=zone.vcenter.host,
            verified=not zone.vcenter.insecure,
            cluster=each.cluster,
            service_name=each.service_name,
            datastore_regex=each.datastore_regex,
            target=each.target,
        )
        for zone in (environment.vmware.zones if environment.vmware else ())
        for each in zone.clusters
    )
