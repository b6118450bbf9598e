"""What tells a master from a definition: what is to be done with which node, and how a person reads it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from ostf_dual.deployers.base import Action, Change
from ostf_dual.deployers.nailgun import networks, settings, vmware
from ostf_dual.deployers.nailgun.nodes import Node, found_by_mac
from ostf_dual.deployers.nailgun.release import role_on_master, roles_on_master
from ostf_dual.deployers.nailgun.survey import OPERATIONAL, Cluster, Survey
from ostf_dual.deployers.nailgun.vmware import VMwareSettings
from ostf_dual.environment.definition import Environment
from ostf_dual.environment.definition import Node as Wanted
from ostf_dual.environment.release import parsed
from ostf_dual.environment.roles import BY_NAME, VCENTER_COMPUTE, VCENTER_COMPUTES
from ostf_dual.environment.rules.vmware import CONTROLLERS

TEST_IMAGES = frozenset({"TestVM", "TestVM-VMDK"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A node of the definition, and the master's."""

    wanted: Wanted
    there: Node


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Difference:
    """From what is on the master to what is wanted.

    Attributes:
        added: Nodes that are in no cluster yet.
        kept: In the cluster, and to stay.
        removed: In the cluster, and not to stay.
        vmware: None: there is to be no vCenter, or a target among its nodes was never seen.
    """

    environment: Environment
    survey: Survey
    added: tuple[Pair, ...]
    kept: tuple[Pair, ...]
    removed: tuple[Node, ...]
    vmware: VMwareSettings | None

    @property
    def lacks_role(self) -> bool:
        """Whether the spec's own role is to be put on the master."""
        return VCENTER_COMPUTE in self.survey.roles and self.survey.roles[VCENTER_COMPUTE] is None

    @property
    def reassigned(self) -> tuple[Pair, ...]:
        """Nodes that are not deployed yet, and are to get other roles."""
        return tuple(pair for pair in self.kept if not pair.there.is_deployed and not self.has_roles(pair))

    @property
    def restored(self) -> tuple[Pair, ...]:
        """Deployed nodes that were to go, and are to stay."""
        return tuple(pair for pair in self.kept if pair.there.is_deleted)

    def has_roles(self, pair: Pair) -> bool:
        """Whether a node has the roles that it is to have."""
        return pair.there.roles == set(roles_on_master(self.environment, pair.wanted.roles))


def between(environment: Environment, survey: Survey) -> Difference:
    """The difference of a master and a definition.

    Raises:
        InputError: A secret that goes to the master cannot be had.
    """
    found = found_by_mac(environment.nodes, survey.nodes)
    cluster = survey.cluster.number if survey.cluster else None
    pairs = [Pair(wanted=each, there=found[each.name]) for each in environment.nodes if each.name in found]
    mine = {pair.there.number for pair in pairs}
    return Difference(
        environment=environment,
        survey=survey,
        added=tuple(pair for pair in pairs if pair.there.cluster is None),
        kept=tuple(pair for pair in pairs if cluster is not None and pair.there.cluster == cluster),
        removed=tuple(
            each
            for each in survey.nodes
            if cluster is not None and each.cluster == cluster and each.number not in mine
        ),
        vmware=_vmware(environment, {name: node.hostname for name, node in found.items()}),
    )


def _vmware(environment: Environment, hostnames: dict[str, str]) -> VMwareSettings | None:
    told = environment.vmware
    if told is None:
        return None
    targets = {cluster.target for zone in told.zones for cluster in zone.clusters} - {CONTROLLERS}
    if not targets <= hostnames.keys():
        return None
    return vmware.settings_of(told, parsed(environment.release) or (0, 0), hostnames)


def changes(difference: Difference) -> Iterator[Change]:
    """A line for each thing that is done, in the order in which it is done; notes at the end."""
    cluster, environment = difference.survey.cluster, difference.environment
    if difference.lacks_role:
        name = difference.survey.release.name
        yield Change(action=Action.ADD, what=f"role {VCENTER_COMPUTE}", detail=f"on the master, for {name}")
    if cluster is None:
        name = difference.survey.release.name
        yield Change(action=Action.ADD, what=f"cluster {environment.name}", detail=f"of {name}")
    for node in difference.removed:
        if not node.is_deleted:
            yield Change(action=Action.REMOVE, what=f"node {node.name}", detail=", ".join(sorted(node.roles)))
    if cluster is not None:
        yield from _settings(cluster, environment)
    yield from _nodes(difference)
    yield from _zones(difference)
    if cluster is not None:
        yield from _unfinished(difference, cluster)
    yield from _notes(environment)


def _settings(cluster: Cluster, environment: Environment) -> Iterator[Change]:
    for path, (was, value) in settings.differing(cluster.editable, environment).items():
        yield Change(
            action=Action.CHANGE, what=f"setting {path}", detail=f"{_shown(was)} becomes {_shown(value)}"
        )
    if plugin := settings.plugin_to_enable(cluster.editable, environment):
        yield Change(action=Action.CHANGE, what=f"plugin {plugin}", detail="is switched on")
    for path, was, now in networks.differing(cluster.network, environment):
        if not path.endswith(".meta"):
            yield Change(
                action=Action.CHANGE, what=f"network {path}", detail=f"{_shown(was)} becomes {_shown(now)}"
            )


def _nodes(difference: Difference) -> Iterator[Change]:
    for pair in difference.added:
        yield Change(
            action=Action.ADD,
            what=f"node {pair.wanted.name}",
            detail=f"{_roles(difference, pair)}, on {pair.there}",
        )
    for pair in difference.reassigned:
        yield Change(action=Action.CHANGE, what=f"node {pair.wanted.name}", detail=_roles(difference, pair))
    for pair in difference.restored:
        yield Change(
            action=Action.CHANGE,
            what=f"node {pair.wanted.name}",
            detail="was to go with the next deployment; stays",
        )


def _roles(difference: Difference, pair: Pair) -> str:
    names = (
        (each, role_on_master(difference.environment, each)) for each in dict.fromkeys(pair.wanted.roles)
    )
    return ", ".join(name if name == called else f"{name} (there: {called})" for name, called in names)


def _zones(difference: Difference) -> Iterator[Change]:
    cluster, told = difference.survey.cluster, difference.environment.vmware
    if told is None or difference.vmware is None:
        return
    if cluster is not None and cluster.vmware is not None:
        if not vmware.is_poisoned(cluster.vmware):
            yield from vmware.changes(cluster.vmware, vmware.wanted(cluster.vmware, difference.vmware))
        return
    for zone in told.zones:
        clusters = ", ".join(
            f"{each.cluster} by {each.service_name} on {each.target}" for each in zone.clusters
        )
        yield Change(action=Action.ADD, what=f"zone {zone.name}", detail=f"{zone.vcenter.host}: {clusters}")


def _unfinished(difference: Difference, cluster: Cluster) -> Iterator[Change]:
    """What an earlier deployment did not bring to its end."""
    for task in cluster.running:
        yield Change(
            action=Action.CHANGE,
            what=f"task {task.name}",
            detail=f"is at {task.progress} %: its end is waited for",
        )
    for node in difference.removed:
        if node.is_deleted:
            yield Change(action=Action.REMOVE, what=f"node {node.name}", detail="was marked for it before")
    for pair in difference.kept:
        if not pair.there.is_deployed:
            state = " ".join(filter(None, (pair.there.status, pair.there.error)))
            yield Change(
                action=Action.CHANGE, what=f"node {pair.wanted.name}", detail=f"is {state}: it is deployed"
            )
    if cluster.status != OPERATIONAL or cluster.has_changes:
        state = cluster.status if cluster.status != OPERATIONAL else "changed since its last deployment"
        yield Change(
            action=Action.CHANGE, what=f"cluster {difference.environment.name}", detail=f"is {state}: goes on"
        )


def _notes(environment: Environment) -> Iterator[Change]:
    for node in environment.nodes:
        for role in node.roles:
            if role in VCENTER_COMPUTES and not BY_NAME[role].is_highly_available:
                yield Change(
                    action=Action.NOTE,
                    what=f"node {node.name}",
                    detail=f"{role} has no high availability: while the node is gone, its vSphere cluster takes "
                    "no new servers",
                )
    if role_on_master(environment, VCENTER_COMPUTE) == VCENTER_COMPUTE and any(
        VCENTER_COMPUTE in node.roles for node in environment.nodes
    ):
        yield Change(
            action=Action.NOTE,
            what=f"role {VCENTER_COMPUTE}",
            detail="a stock master has no deployment tasks for it: unless some were put there, the node gets its "
            "system and no nova-compute",
        )
    for image in environment.images:
        if image.name not in TEST_IMAGES:
            yield Change(
                action=Action.NOTE,
                what=f"image {image.name}",
                detail="is not made: a Fuel master uploads TestVM, and TestVM-VMDK for vCenter",
            )
    if environment.vmware and environment.vmware.cinder_zone:
        yield Change(
            action=Action.NOTE,
            what="vmware.cinder_zone",
            detail="means nothing to a Fuel master: cinder-vmware serves every zone's vCenter",
        )


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
