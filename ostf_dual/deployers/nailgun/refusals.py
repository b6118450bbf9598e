"""Why a definition cannot be carried by a master, a sentence each. Pure; nothing is written where there is one."""

from collections.abc import Iterator
from itertools import permutations

from ostf_dual.deployers.nailgun import clusters, networks, settings, vmware
from ostf_dual.deployers.nailgun.difference import Difference
from ostf_dual.deployers.nailgun.nodes import found_by_mac
from ostf_dual.deployers.nailgun.release import roles_on_master
from ostf_dual.deployers.nailgun.survey import Cluster
from ostf_dual.environment.definition import WAYS, Environment, NetworkProvider, VolumeBackend
from ostf_dual.environment.expectations import COMPUTE, DEFAULT_ZONE
from ostf_dual.environment.release import Release, parsed
from ostf_dual.environment.roles import COMPUTE_VMWARE, VCENTER_COMPUTE, VCENTER_COMPUTES

_PORT = 443
_ANY = "*"
_ROLES_SINCE = (7, 0)
"""Before it, no role can be put on a master."""
_DOOR_SINCE = (8, 0)
"""Before it, nothing of vCenter changes in a locked cluster."""


def refusals(difference: Difference) -> Iterator[str]:
    """All reasons at once."""
    environment, cluster = difference.environment, difference.survey.cluster
    yield from beyond(environment)
    yield from _nodes(difference)
    yield from _roles(difference)
    yield from _switch(difference)
    yield from _ceph(environment, cluster)
    if cluster is not None:
        yield from _cluster(difference, cluster)


def beyond(environment: Environment) -> Iterator[str]:
    """What no master can do, or none of this release: told without one."""
    for node in environment.nodes:
        if COMPUTE in node.roles and node.zone not in {None, DEFAULT_ZONE}:
            yield (
                f"nodes.{node.name}.zone: a Fuel master puts computes into the zone {DEFAULT_ZONE}, "
                f"not {node.zone}"
            )
    if VolumeBackend.NFS in environment.storage.volumes:
        yield "storage.volumes: a Fuel master has no nfs; it has lvm, ceph and vmdk"
    if environment.network.provider is NetworkProvider.NEUTRON and environment.network.segmentation == "flat":
        yield "network.segmentation: a Fuel master has no flat networks for tenants; it has vlan, gre and vxlan"
    for each in dict.fromkeys(vmware.vcenters_of(environment.vmware) if environment.vmware else ()):
        if each.port != _PORT:
            yield f"vmware: a Fuel master speaks to vCenters at port {_PORT} only; {each.host} has {each.port}"
    if environment.fuel and environment.fuel.role not in WAYS:
        yield f"fuel.role: wanted {' or '.join(WAYS)}, not {environment.fuel.role!r}"
    if environment.fuel and environment.fuel.cloud_insecure and environment.fuel.cloud_ca_file:
        yield "fuel.cloud_insecure: the certificate is either verified against cloud_ca_file or not at all"
    yield from networks.faults_in(environment)


def _nodes(difference: Difference) -> Iterator[str]:
    survey = difference.survey
    found = found_by_mac(difference.environment.nodes, survey.nodes)
    taken: dict[int, str] = {}
    for node in difference.environment.nodes:
        there = found.get(node.name)
        if there is None:
            yield f"node {node.name}: no node with MAC {node.mac} is known to the master: boot it by PXE first"
            continue
        if (other := taken.setdefault(there.number, node.name)) != node.name:
            yield f"node {node.name}: its MAC is of the same machine as node {other}'s"
        if there.cluster is not None and (survey.cluster is None or there.cluster != survey.cluster.number):
            yield f"node {node.name}: the master's node {there} belongs to another cluster ({there.cluster})"
        elif not there.is_online:
            yield f"node {node.name}: the master's node {there} is offline"
    for pair in difference.kept:
        wanted = set(roles_on_master(difference.environment, pair.wanted.roles))
        if pair.there.given - wanted or (pair.there.is_deployed and pair.there.roles != wanted):
            yield (
                f"node {pair.wanted.name}: is deployed as {', '.join(sorted(pair.there.roles))}, and a deployed "
                "node cannot change its roles: deploy without it, and then with it"
            )


def _roles(difference: Difference) -> Iterator[str]:
    """Roles that the master has not, and pairs that it forbids: its bulk calls would take them."""
    environment, survey = difference.environment, difference.survey
    for name, role in survey.roles.items():
        if role is None and name != VCENTER_COMPUTE and name not in survey.release.roles:
            yield _no_such_role(difference, name)
    for node in environment.nodes:
        names = roles_on_master(environment, node.roles)
        told = set()
        for one, other in permutations(names, 2):
            conflicts = ((survey.roles[one] or {}).get("meta") or {}).get("conflicts") or ()
            pair = frozenset((one, other))
            if pair not in told and (conflicts == _ANY or _ANY in conflicts or other in conflicts):
                told.add(pair)
                yield f"node {node.name}: the master forbids role {one} beside {other}"


def _no_such_role(difference: Difference, name: str) -> str:
    release = difference.survey.release
    instead = f"it has {', '.join(release.roles)}"
    if VCENTER_COMPUTES & {name}:
        instead = "target `controllers`"
        if _is_since(difference.environment, _ROLES_SINCE):
            instead += ", or set fuel.role to `install`"
    return f"role {name}: the master's release {release.name} has none; {instead}"


def _switch(difference: Difference) -> Iterator[str]:
    """A distributed switch is a plugin's business."""
    survey = difference.survey
    if not settings.wants_dvs(difference.environment) or survey.components is None:
        return
    if survey.cluster is None:
        has_plugin = clusters.dvs_component(survey.components) is not None
    else:
        has_plugin = settings.has_plugin(survey.cluster.editable)
    if not has_plugin:
        yield "network.dvs: the master has no plugin for a distributed switch: install fuel-plugin-vmware-dvs on it"


def _ceph(environment: Environment, cluster: Cluster | None) -> Iterator[str]:
    """Fewer nodes than copies: the master finds that only when it is to deploy."""
    least = settings.least_osds(environment, cluster.editable if cluster else None)
    found = sum("ceph-osd" in node.roles for node in environment.nodes)
    if least is not None and found < least:
        yield (
            f"nodes: ceph-osd: the master wants as many nodes as Ceph keeps copies ({settings.POOL_SIZE}): "
            f"{least} at least, found {found}"
        )


def _cluster(difference: Difference, cluster: Cluster) -> Iterator[str]:
    environment = difference.environment
    yield from networks.unknown(cluster.network, environment)
    alone = set(networks.faults_in(environment))
    found = networks.faults(networks.wanted(cluster.network, environment))
    yield from (each for each in found if each not in alone)
    if cluster.vmware is not None and vmware.is_poisoned(cluster.vmware):
        yield vmware.POISONED
    differing = settings.differing(cluster.editable, environment)
    for path, (was, _) in differing.items():
        if was is None:
            yield f"the master has no setting {path}, which the definition needs"
    if not cluster.is_locked:
        yield from _guarded(difference, cluster)
    if cluster.is_locked and not cluster.running and (locked := [*differing, *_locked(difference, cluster)]):
        yield (
            f"Fuel {environment.release} changes no settings of a cloud that is deployed ({', '.join(locked)}): "
            "destroy it first"
        )


def _guarded(difference: Difference, cluster: Cluster) -> Iterator[str]:
    """What the master refuses of deployed nodes for vCenter, once everything else is changed already."""
    if cluster.vmware is None or difference.vmware is None or vmware.is_poisoned(cluster.vmware):
        return
    were = vmware.computes_of(cluster.vmware)
    are = vmware.computes_of(vmware.wanted(cluster.vmware, difference.vmware))
    for pair in difference.kept:
        was, now = (each.get(pair.there.hostname) for each in (were, are))
        if not pair.there.is_deployed or COMPUTE_VMWARE not in pair.there.given or was is None or was == now:
            continue
        keys = ", ".join(key for key in was if now and was[key] != now[key])
        why = (
            f"changes nothing of its vSphere cluster ({keys})"
            if now
            else (
                "wants its vSphere cluster kept in the first zone, and its zone is no longer the first of vmware.zones"
            )
        )
        yield (
            f"node {pair.wanted.name}: is deployed, and a Fuel master {why}: deploy without the node, and then with it"
        )


def _locked(difference: Difference, cluster: Cluster) -> Iterator[str]:
    """Networks and zones that differ, but for what a node for vCenter takes with it as it comes or goes."""
    yield from (path for path, _, _ in networks.differing(cluster.network, difference.environment))
    if cluster.vmware is None or difference.vmware is None or vmware.is_poisoned(cluster.vmware):
        return
    new, hosts = vmware.wanted(cluster.vmware, difference.vmware), _moving(difference)
    compared = vmware.without(cluster.vmware, hosts), vmware.without(new, hosts)
    yield from (each.what for each in vmware.changes(*compared))


def _moving(difference: Difference) -> frozenset[str]:
    """Hostnames of the nodes whose vSphere clusters a locked cluster may get or lose: they are not deployed, or go.

    The master knows them by its own name of the role alone.
    """
    environment = difference.environment
    if not _is_since(environment, _DOOR_SINCE):
        return frozenset()
    coming = (*difference.added, *(pair for pair in difference.kept if not pair.there.is_deployed))
    return frozenset(
        (
            *(
                pair.there.hostname
                for pair in coming
                if COMPUTE_VMWARE in roles_on_master(environment, pair.wanted.roles)
            ),
            *(node.hostname for node in difference.removed if COMPUTE_VMWARE in node.roles),
        )
    )


def _is_since(environment: Environment, release: Release) -> bool:
    return (parsed(environment.release) or (0, 0)) >= release
