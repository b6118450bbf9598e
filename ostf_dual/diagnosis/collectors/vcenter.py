"""What vCenter says of the zone: clusters, datastores, and what went wrong there lately."""

from typing import TYPE_CHECKING

from ostf_dual.diagnosis.findings import Findings
from ostf_dual.diagnosis.subject import Collected, Subject
from ostf_dual.environment.model import Hypervisor
from ostf_dual.environment.sizes import GIB

if TYPE_CHECKING:
    from ostf_dual.hypervisors.vcenter import ClusterFacts


def clusters(subject: Subject) -> Collected:
    """The zone's vSphere clusters and their hosts."""
    if subject.zone.hypervisor is not Hypervisor.VCENTER:
        return Collected()
    from ostf_dual.hypervisors.vcenter import cluster_faults  # pyvmomi, where there is a vCenter

    found = _clusters(subject)
    faults = [fault for cluster in found for fault in cluster_faults(cluster)]
    gone = set(subject.zone.clusters) - {cluster.id for cluster in found}
    faults += [f"vCenter has no cluster {moref}, which nova-compute reports" for moref in sorted(gone)]
    lines = [
        f"cluster {cluster.name} ({cluster.id}): {cluster.status}, DRS {cluster.drs}, HA {cluster.ha}\n"
        + "\n".join(
            f"  {host.name}: {host.state}{', in maintenance' if host.in_maintenance else ''}"
            for host in cluster.hosts
        )
        for cluster in found
    ]
    return Collected(
        findings=Findings(cluster_faults=tuple(faults)), evidence={"vSphere clusters": "\n".join(lines)}
    )


def datastores(subject: Subject) -> Collected:
    """Their datastores: which Nova would use, and what is free there."""
    if subject.zone.hypervisor is not Hypervisor.VCENTER:
        return Collected()
    from ostf_dual.hypervisors.vcenter import datastore_faults

    zone, lines = subject.zone, []
    faults: list[str] = []
    for cluster in _clusters(subject):
        seen = zone.vcenter.datastores(cluster.id)
        regex = zone.vcenter.access.regex_of(cluster.name)
        faults += datastore_faults(cluster, seen, regex, zone.root_disk_bytes)
        lines.append(f"cluster {cluster.name}: datastore_regex {regex or 'not set'}")
        lines += [
            f"  {store.name}: {store.type}, {store.free_bytes / GIB:.1f} of {store.capacity_bytes / GIB:.1f} GiB free,"
            f" {'accessible' if store.is_accessible else 'NOT ACCESSIBLE'}, maintenance {store.maintenance_mode}"
            for store in seen
        ]
    return Collected(
        findings=Findings(datastore_faults=tuple(faults)), evidence={"datastores": "\n".join(lines)}
    )


def tasks(subject: Subject) -> Collected:
    """What vCenter was told to do lately, and how that ended."""
    if subject.zone.hypervisor is not Hypervisor.VCENTER:
        return Collected()
    from ostf_dual.hypervisors.vcenter import recent_tasks

    found = recent_tasks(subject.zone.vcenter)
    return Collected(
        findings=Findings(tasks=tuple(str(task) for task in found if task.error)),
        evidence={"vCenter tasks": "\n".join(map(str, found))} if found else {},
    )


def events(subject: Subject) -> Collected:
    """What happened in the zone's clusters lately."""
    if subject.zone.hypervisor is not Hypervisor.VCENTER:
        return Collected()
    from ostf_dual.hypervisors.vcenter import recent_events

    found = [line for moref in subject.zone.clusters for line in recent_events(subject.zone.vcenter, moref)]
    return Collected(evidence={"vCenter events": "\n".join(found)} if found else {})


def _clusters(subject: Subject) -> "tuple[ClusterFacts, ...]":
    zone = subject.zone
    found = (zone.vcenter.cluster(moref) for moref in zone.clusters)
    return tuple(cluster for cluster in found if cluster is not None)
