"""Rules on nodes: roles that share one, how many there must be, and what is highly available."""

from collections import Counter
from collections.abc import Iterator

from ostf_dual.environment.definition import MODES, DeployerName, Environment, Node
from ostf_dual.environment.model import Hypervisor
from ostf_dual.environment.release import RuleBook, book_of, chosen_by, parsed
from ostf_dual.environment.roles import (
    ANY,
    BY_NAME,
    COMPUTE_VMWARE,
    CONFLICTS,
    ROLES,
    SPEC,
    VCENTER_COMPUTE,
    VCENTER_COMPUTES,
    Conflict,
)
from ostf_dual.environment.rules.model import Problem, Rule
from ostf_dual.environment.suggestion import suggested

SOME_ROLE = Rule(id="node-has-a-role", says="A node has a role.")
ROLE_ONCE = Rule(id="node-has-a-role-once", says="A node has each of its roles once.")
KNOWN_ROLE = Rule(id="role-is-known", says="There is such a role.")
ROLE_OF_RELEASE = Rule(id="role-of-release", says="The release has the role.")
CONFLICT = Rule(id="roles-that-share", says="No two roles share a node that may not.", source="see its rows")
ZONE = Rule(id="zone-of-a-compute", says="Only a node with role compute has a zone.")
ONCE = Rule(id="nodes-once", says="A node's name and its MAC stand once.")
HYPERVISOR = Rule(id="hypervisor-of-computes", says="Nodes with role compute run kvm or qemu.")
COMPUTES = Rule(id="hypervisor-is-said", says="Where there are computes, their hypervisor is said.")
MODE = Rule(id="ha-mode", says="The mode of high availability is ha or simple.")
PACEMAKER = Rule(
    id="no-pacemaker-over-vcenter-compute",
    says="vcenter-compute does not run under pacemaker, also where it shares a controller.",
    source=SPEC,
)
PACEMAKER_ROLE = Rule(id="pacemaker-role", says="What pacemaker runs is a role.")
NO_HA = Rule(
    id="no-ha-for-vcenter-compute",
    says="A node with role vcenter-compute is not highly available.",
    source=SPEC,
    is_warning=True,
)
LEAST = Rule(id="role-least", says="There are as many nodes with a role as it needs.", source="see its rows")
RECOMMENDED = Rule(
    id="role-recommended",
    says="With high availability there are as many nodes with a role as are recommended.",
    source="see its rows",
    is_warning=True,
)
MOST = Rule(
    id="role-most", says="There are no more nodes with a role than it may have.", source="see its rows"
)
SIMPLE = Rule(
    id="one-controller-when-simple", says="Several controllers want mode ha.", source="Nailgun, modes"
)
SERVERS = Rule(id="something-runs-servers", says="Only a cloud with vCenter may lack computes.", source=SPEC)
RULES = (SOME_ROLE, ROLE_ONCE, KNOWN_ROLE, ROLE_OF_RELEASE, CONFLICT, ZONE, ONCE, HYPERVISOR, COMPUTES, MODE,
         PACEMAKER, PACEMAKER_ROLE, NO_HA, LEAST, MOST, RECOMMENDED, SIMPLE, SERVERS)  # fmt: skip


def problems(environment: Environment) -> Iterator[Problem]:
    """The problems of the nodes."""
    for number, node in enumerate(environment.nodes):
        yield from _roles(environment, f"nodes.{number}", node)
    yield from _twice(environment)
    yield from _hypervisor(environment)
    yield from _high_availability(environment)
    if environment.deployer is not DeployerName.EXISTING or environment.nodes:
        yield from _counts(environment)


def _roles(environment: Environment, path: str, node: Node) -> Iterator[Problem]:
    book, release = book_of(environment.release), parsed(environment.release) or (0, 0)
    roles = f"{path}.roles"
    if not node.roles:
        yield SOME_ROLE.broken(roles, f"node {node.name} has no role")
    for name, count in Counter(node.roles).items():
        if count > 1:
            # Nailgun takes it, and counts it once.
            yield ROLE_ONCE.broken(roles, f"node {node.name} has role {name} twice")
        role = BY_NAME.get(name)
        if role is None:
            yield KNOWN_ROLE.broken(roles, f"there is no role {name!r}{suggested(name, BY_NAME)}")
        elif not role.is_known_to(book, release):
            yield ROLE_OF_RELEASE.broken(
                roles, f"{book} {environment.release} has no role {name}", role.source
            )
    for mine, other, rule in conflicts(environment, node):
        message = f"node {node.name}: role {mine} cannot share a node with {other}, by {chosen_by(environment.release)}"
        yield CONFLICT.broken(roles, message, rule.source)
    if node.zone is not None and "compute" not in node.roles:
        message = f"node {node.name} is no compute; the zone of a vSphere cluster stands in vmware.zones"
        yield ZONE.broken(f"{path}.zone", message)


def conflicts(environment: Environment, node: Node) -> Iterator[tuple[str, str, Conflict]]:
    """Pairs of roles that may not share the node, each pair once, and the row that says so."""
    book, release = book_of(environment.release), parsed(environment.release) or (0, 0)
    # Mapped to the release's own name, the spec's role falls under that one's rules as well.
    is_mapped = book is RuleBook.FUEL and (environment.fuel is None or environment.fuel.role == "map")
    seen = set()
    for rule in CONFLICTS:
        role = VCENTER_COMPUTE if is_mapped and rule.role == COMPUTE_VMWARE else rule.role
        for mine in {rule.role, role} & set(node.roles):
            for other in node.roles:
                pair = frozenset({mine, other})
                if (
                    other != mine
                    and pair not in seen
                    and rule.other in {ANY, other}
                    and rule.holds(book, release)
                ):
                    seen.add(pair)
                    yield mine, other, rule


def _twice(environment: Environment) -> Iterator[Problem]:
    for key in ("name", "mac"):
        first: dict[str, int] = {}
        for number, node in enumerate(environment.nodes):
            value = getattr(node, key)
            other = number if value is None else first.setdefault(value.lower(), number)
            if other != number:
                yield ONCE.broken(f"nodes.{number}.{key}", f"{key} {value} stands at nodes.{other} too")


def _hypervisor(environment: Environment) -> Iterator[Problem]:
    computes = [node for node in environment.nodes if "compute" in node.roles]
    if environment.hypervisor not in {None, Hypervisor.KVM, Hypervisor.QEMU}:
        yield HYPERVISOR.broken(
            "hypervisor",
            "wanted kvm or qemu, what runs servers on nodes with role compute, not "
            f"{environment.hypervisor}; vCenter stands in vmware",
        )
    elif computes and environment.hypervisor is None:
        yield COMPUTES.broken("hypervisor", f"node {computes[0].name} is a compute: kvm or qemu?")


def _high_availability(environment: Environment) -> Iterator[Problem]:
    settings = environment.high_availability
    if settings.mode not in MODES:
        hint = suggested(settings.mode, MODES)
        yield MODE.broken(
            "high_availability.mode", f"wanted {' or '.join(MODES)}, not {settings.mode!r}"
            f"{hint if 'mean' in hint else ''}"
        )  # fmt: skip
    for number, role in enumerate(settings.pacemaker):
        path = f"high_availability.pacemaker.{number}"
        if role in VCENTER_COMPUTES:
            yield PACEMAKER.broken(
                path,
                f"{role} is not highly available: it does not run under pacemaker, also where it shares a controller",
            )
        elif role not in BY_NAME:
            yield PACEMAKER_ROLE.broken(path, f"there is no role {role!r}{suggested(role, BY_NAME)}")
    for number, node in enumerate(environment.nodes):
        if VCENTER_COMPUTES & set(node.roles):
            yield NO_HA.broken(
                f"nodes.{number}.roles",
                f"node {node.name} has no high availability: while it is gone, its vSphere cluster takes no new "
                "servers and those there cannot be managed",
            )


def _counts(environment: Environment) -> Iterator[Problem]:
    counts = Counter(role for node in environment.nodes for role in set(node.roles))
    is_highly_available = environment.high_availability.mode == "ha"
    is_defined = environment.deployer is not DeployerName.EXISTING
    for role in ROLES:
        count = counts[role.name]
        if is_defined and count < role.least:
            is_fuel = book_of(environment.release) is RuleBook.FUEL
            why = "; a Fuel master would deploy it all the same, and fail" if is_fuel else ""
            yield LEAST.broken(
                "nodes",
                f"{role.name}: wanted {role.least} at least, found {count or 'none'}{why}",
                role.source,
            )
        elif (most := role.limit(is_highly_available=is_highly_available)) is not None and count > most:
            where = "" if role.most == most else " without high availability"
            yield MOST.broken(
                "nodes", f"{role.name}: wanted {most} at most{where}, found {count}", role.source
            )
        elif is_highly_available and 0 < count < role.recommended:
            yield RECOMMENDED.broken(
                "nodes",
                f"{role.name}: {role.recommended} are recommended for high availability, found {count}",
                role.source,
            )
    if not is_highly_available and counts["controller"] > 1:
        yield SIMPLE.broken("high_availability.mode", f"{counts['controller']} controllers want mode ha")
    if not counts["compute"] and environment.vmware is None:
        yield SERVERS.broken(
            "nodes",
            "nothing runs servers: there is no node with role compute, which only a cloud with vCenter may lack",
        )
