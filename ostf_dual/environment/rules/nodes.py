"""Rules on nodes: roles that share one, how many there must be, and what is highly available."""

from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches

from ostf_dual.environment.definition import MODES, DeployerName, Environment, Node
from ostf_dual.environment.model import Hypervisor
from ostf_dual.environment.release import RuleBook, book_of, parsed
from ostf_dual.environment.roles import (
    BY_NAME,
    COMPUTE_VMWARE,
    CONFLICTS,
    ROLES,
    SPEC,
    VCENTER_COMPUTE,
    VCENTER_COMPUTES,
)
from ostf_dual.environment.rules.model import OURS, Problem


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
    if not node.roles:
        yield Problem(path=f"{path}.roles", message=f"node {node.name} has no role", source=OURS)
    for name, count in Counter(node.roles).items():
        if count > 1:
            # Nailgun takes it, and counts it once.
            yield Problem(
                path=f"{path}.roles", message=f"node {node.name} has role {name} twice", source=OURS
            )
        role = BY_NAME.get(name)
        if role is None:
            near = get_close_matches(name, BY_NAME, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(BY_NAME)}"
            yield Problem(path=f"{path}.roles", message=f"there is no role {name!r}{hint}", source=OURS)
        elif not role.is_known_to(book, release):
            yield Problem(
                path=f"{path}.roles",
                source=role.source,
                message=f"{book} {environment.release} has no role {name}",
            )
    for mine, other, source in _forbidden(environment, node):
        yield Problem(
            path=f"{path}.roles",
            source=source,
            message=f"node {node.name}: role {mine} cannot share a node "
            f"with {other}, by the rule book of {book} {environment.release}",
        )
    if node.zone is not None and "compute" not in node.roles:
        yield Problem(
            path=f"{path}.zone",
            source=OURS,
            message=f"node {node.name} is no compute; the zone of a vSphere cluster stands in vmware.zones",
        )


def _forbidden(environment: Environment, node: Node) -> Iterator[tuple[str, str, str]]:
    """Pairs of roles that may not share the node, each pair once, and the rule's source."""
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
                    and rule.other in {"*", other}
                    and rule.holds(book, release)
                ):
                    seen.add(pair)
                    yield mine, other, rule.source


def _twice(environment: Environment) -> Iterator[Problem]:
    for key in ("name", "mac"):
        first: dict[str, int] = {}
        for number, node in enumerate(environment.nodes):
            value = getattr(node, key)
            other = number if value is None else first.setdefault(value.lower(), number)
            if other != number:
                message = f"{key} {value} stands at nodes.{other} too"
                yield Problem(path=f"nodes.{number}.{key}", message=message, source=OURS)


def _hypervisor(environment: Environment) -> Iterator[Problem]:
    computes = [node for node in environment.nodes if "compute" in node.roles]
    if environment.hypervisor not in {None, Hypervisor.KVM, Hypervisor.QEMU}:
        yield Problem(
            path="hypervisor",
            source=OURS,
            message="wanted kvm or qemu, what runs servers on nodes with role "
            f"compute, not {environment.hypervisor}; vCenter stands in vmware",
        )
    elif computes and environment.hypervisor is None:
        yield Problem(
            path="hypervisor", source=OURS, message=f"node {computes[0].name} is a compute: kvm or qemu?"
        )


def _high_availability(environment: Environment) -> Iterator[Problem]:
    settings = environment.high_availability
    if settings.mode not in MODES:
        yield Problem(
            path="high_availability.mode",
            source=OURS,
            message=f"wanted {' or '.join(MODES)}, not {settings.mode!r}",
        )
    for number, role in enumerate(settings.pacemaker):
        if role in VCENTER_COMPUTES:
            yield Problem(
                path=f"high_availability.pacemaker.{number}",
                source=SPEC,
                message=f"{role} is not highly "
                "available: it does not run under pacemaker, also where it shares a controller",
            )
        elif role not in BY_NAME:
            yield Problem(
                path=f"high_availability.pacemaker.{number}",
                message=f"there is no role {role!r}",
                source=OURS,
            )
    for number, node in enumerate(environment.nodes):
        if VCENTER_COMPUTES & set(node.roles):
            yield Problem(
                path=f"nodes.{number}.roles",
                source=SPEC,
                is_warning=True,
                message=f"node {node.name} has no "
                "high availability: while it is gone, its vSphere cluster takes no new servers and those there "
                "cannot be managed",
            )


def _counts(environment: Environment) -> Iterator[Problem]:
    counts = Counter(role for node in environment.nodes for role in set(node.roles))
    is_highly_available = environment.high_availability.mode == "ha"
    for role in ROLES:
        count = counts[role.name]
        if count < role.least:
            yield Problem(
                path="nodes",
                source=role.source,
                message=f"{role.name}: wanted {role.least} at least, "
                f"found {count or 'none'}; a Fuel master would deploy it all the same, and fail",
            )
        elif is_highly_available and 0 < count < role.recommended:
            yield Problem(
                path="nodes",
                source=role.source,
                is_warning=True,
                message=f"{role.name}: {role.recommended} "
                f"are recommended for high availability, found {count}",
            )
    if not is_highly_available and counts["controller"] > 1:
        yield Problem(
            path="high_availability.mode",
            source="Nailgun, modes",
            message=f"{counts['controller']} controllers want mode ha",
        )
    if not counts["compute"] and environment.vmware is None:
        yield Problem(
            path="nodes",
            source=SPEC,
            message="nothing runs servers: there is no node with role compute, "
            "which only a cloud with vCenter may lack",
        )
