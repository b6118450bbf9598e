"""The release that a master makes clouds of: which one, how it wants to be asked, and what its roles are called."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ostf_dual.deployers.nailgun.master import Master
from ostf_dual.environment.definition import Environment
from ostf_dual.environment.release import parsed
from ostf_dual.environment.roles import COMPUTE_VMWARE, VCENTER_COMPUTE
from ostf_dual.errors import InputError

COMPONENTS_SINCE: Final = (8, 0)
"""Before it, a cluster is created by its network provider."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One of a master's releases.

    Attributes:
        roles: By name.
    """

    number: int
    name: str
    version: str
    roles: tuple[str, ...]


def has_components(environment: Environment) -> bool:
    """Whether clusters of the definition's release are created by components."""
    return (parsed(environment.release) or (0, 0)) >= COMPONENTS_SINCE


def role_on_master(environment: Environment, role: str) -> str:
    """What the master calls a role of the definition."""
    is_mapped = environment.fuel is None or environment.fuel.role == "map"
    return COMPUTE_VMWARE if role == VCENTER_COMPUTE and is_mapped else role


def roles_on_master(environment: Environment, roles: Iterable[str]) -> tuple[str, ...]:
    """The same, of several; each once, as the master counts them."""
    return tuple(dict.fromkeys(role_on_master(environment, each) for each in roles))


def release_of(master: Master, environment: Environment) -> Release:
    """The release to deploy: one that the master can deploy, of its own version.

    Never the first: a master lists releases that it has no packages for.

    Raises:
        InputError: The master is of another Fuel release, or can deploy none.
        OstfError: It could not be asked.
    """
    version = master.read("version")
    if str(version["release"]) != environment.release:
        raise InputError(
            f"release: the master at {master.url} is Fuel {version['release']}, not {environment.release}"
        )
    found: Sequence[Mapping[str, Any]] = master.read("releases")
    deployable = [each for each in found if each["state"] == "available" and each.get("is_deployable", True)]
    if not deployable:
        told = ", ".join(f"{each['name']} ({each['state']})" for each in found) or "none"
        raise InputError(f"release: the master at {master.url} can deploy none of its releases: {told}")
    chosen = min(
        deployable,
        key=lambda each: (
            each["version"] != version.get("openstack_version"),
            each.get("operating_system") != "Ubuntu",
            each["id"],
        ),
    )
    return Release(
        number=chosen["id"],
        name=chosen["name"],
        version=chosen["version"],
        roles=tuple(chosen.get("roles") or ()),
    )


def role_of(master: Master, release: Release, role: str) -> Mapping[str, Any] | None:
    """A role as the master has it; None: it has none of that name."""
    found: Mapping[str, Any] | None = master.find(f"releases/{release.number}/roles/{role}")
    return found
