"""Rules on the vSphere clusters over all zones: what may stand once, and the nodes that speak for them."""

from collections.abc import Callable, Iterator
from itertools import chain

from ostf_dual.environment.definition import DeployerName, Environment, VMware, VMwareZone, VSphereCluster
from ostf_dual.environment.release import parsed
from ostf_dual.environment.roles import VCENTER_COMPUTE, VCENTER_COMPUTES
from ostf_dual.environment.rules.model import Problem, Rule
from ostf_dual.environment.rules.vmware import ATTRIBUTES, CONTROLLERS
from ostf_dual.environment.suggestion import suggested

_OVER_ALL = f"{ATTRIBUTES}; here over all zones"

CLUSTER_ONCE = Rule(
    id="cluster-once", says="A vSphere cluster of a vCenter stands once, in all zones.", source=_OVER_ALL
)
SERVICE_ONCE = Rule(id="service-once", says="A service name stands once, in all zones.", source=_OVER_ALL)
TARGET_ONCE = Rule(
    id="target-once", says="A target stands once, in all zones, but for controllers.", source=_OVER_ALL
)
ZONE_ONCE = Rule(id="vmware-zone-once", says="A zone's name stands once.")
TARGET_THERE = Rule(id="target-exists", says="A target is a node, or controllers.", source=ATTRIBUTES)
TARGET_ROLE = Rule(id="target-has-the-role", says="A target has role vcenter-compute.", source=ATTRIBUTES)
TARGETED = Rule(
    id="vcenter-compute-is-a-target", says="A node with role vcenter-compute is a cluster's target.",
    source=ATTRIBUTES,
)  # fmt: skip
CONTROLLERS_ONLY = Rule(
    id="vcenter-on-controllers-only",
    says="A vSphere cluster's target is controllers, and no node has role vcenter-compute.",
    source=f"{ATTRIBUTES}: no target_node before 7.0",
    holds_for="Fuel 6.1",
)
RULES = (
    CLUSTER_ONCE,
    SERVICE_ONCE,
    TARGET_ONCE,
    ZONE_ONCE,
    TARGET_THERE,
    TARGET_ROLE,
    TARGETED,
    CONTROLLERS_ONLY,
)

_TARGETS_SINCE = (7, 0)


def problems(environment: Environment) -> Iterator[Problem]:
    """The problems of the clusters."""
    if environment.vmware is not None:
        yield from _duplicates(environment.vmware)
        yield from _targets(environment, environment.vmware)
        yield from _controllers_only(environment, environment.vmware)


def _duplicates(vmware: VMware) -> Iterator[Problem]:
    keys: tuple[tuple[Rule, str, Callable[[VMwareZone, VSphereCluster], str], str], ...] = (
        # Two vCenters may each have a cluster of one name.
        (
            CLUSTER_ONCE,
            "cluster",
            lambda zone, each: f"{zone.vcenter.host}:{each.cluster}",
            "vSphere cluster",
        ),
        (SERVICE_ONCE, "service_name", lambda _, each: each.service_name, "service name"),
        (TARGET_ONCE, "target", lambda _, each: each.target, "target"),
    )
    for rule, key, of, called in keys:
        first: dict[str, str] = {}
        for path, zone, cluster in _clusters(vmware):
            value = getattr(cluster, key)
            other = first.setdefault(of(zone, cluster), path)
            if other != path and not (key == "target" and value == CONTROLLERS):
                yield rule.broken(f"{path}.{key}", f"{called} {value} stands at {other} too")
    zones: dict[str, int] = {}
    for number, zone in enumerate(vmware.zones):
        if zones.setdefault(zone.name, number) != number:
            yield ZONE_ONCE.broken(f"vmware.zones.{number}.name", f"zone {zone.name} stands twice")


def _targets(environment: Environment, vmware: VMware) -> Iterator[Problem]:
    nodes = {node.name: node for node in environment.nodes}
    is_defined = environment.deployer is not DeployerName.EXISTING
    speaking = [node.name for node in environment.nodes if VCENTER_COMPUTES & set(node.roles)]
    targets = set()
    for path, _, cluster in _clusters(vmware):
        targets.add(cluster.target)
        node = nodes.get(cluster.target)
        if cluster.target == CONTROLLERS or not is_defined:
            continue
        if node is None:
            hint = suggested(cluster.target, [*speaking, CONTROLLERS])
            yield TARGET_THERE.broken(f"{path}.target", f"there is no node {cluster.target!r}{hint}")
        elif node.name not in speaking:
            message = f"node {node.name} has no role vcenter-compute, only {', '.join(node.roles)}"
            yield TARGET_ROLE.broken(f"{path}.target", message)
    for number, each in enumerate(environment.nodes):
        if each.name in speaking and each.name not in targets:
            message = (
                f"node {each.name} has role vcenter-compute, and no vSphere cluster names it as its target"
            )
            yield TARGETED.broken(f"nodes.{number}", message)


def _controllers_only(environment: Environment, vmware: VMware) -> Iterator[Problem]:
    is_early = (parsed(environment.release) or _TARGETS_SINCE) < _TARGETS_SINCE
    if not is_early or environment.deployer is DeployerName.EXISTING:
        return
    told = f"Fuel {environment.release} runs every nova-compute for vCenter on the controllers"
    for path, _, cluster in _clusters(vmware):
        if cluster.target != CONTROLLERS:
            yield CONTROLLERS_ONLY.broken(
                f"{path}.target", f"{told}: wanted {CONTROLLERS}, not {cluster.target}"
            )
    for number, node in enumerate(environment.nodes):
        if VCENTER_COMPUTE in node.roles:
            yield CONTROLLERS_ONLY.broken(
                f"nodes.{number}.roles", f"{told}: node {node.name} cannot have role {VCENTER_COMPUTE}"
            )


def _clusters(vmware: VMware) -> Iterator[tuple[str, VMwareZone, VSphereCluster]]:
    return chain.from_iterable(
        (
            (f"vmware.zones.{at}.clusters.{number}", zone, cluster)
            for number, cluster in enumerate(zone.clusters)
        )
        for at, zone in enumerate(vmware.zones)
    )
