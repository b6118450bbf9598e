"""Rules on the release, on the deployer's own section, and on what is expected of the cloud."""

from collections.abc import Iterator
from dataclasses import fields

from ostf_dual.environment.definition import DeployerName, Environment
from ostf_dual.environment.model import Budgets
from ostf_dual.environment.release import FUEL_RELEASES, RuleBook, book_of, parsed
from ostf_dual.environment.rules.model import OURS, Problem

_SECTIONS = {
    DeployerName.NAILGUN: "fuel",
    DeployerName.COMMAND: "commands",
    DeployerName.EXISTING: "access",
}
_LAB_RELEASE = "2024.2"


def problems(environment: Environment) -> Iterator[Problem]:
    """The problems of these."""
    yield from _release(environment)
    yield from _sections(environment)
    yield from _expectations(environment)
    for hypervisor, budgets in environment.hypervisor_budgets.items():
        known = {field.name for field in fields(Budgets)}
        for name, seconds in budgets.items():
            path = f"hypervisor_budgets.{hypervisor}.{name}"
            if name not in known:
                yield Problem(
                    path=path, message=f"no such budget; there are {', '.join(sorted(known))}", source=OURS
                )
            elif seconds <= 0:
                yield Problem(path=path, message="wanted more than 0 seconds", source=OURS)


def _release(environment: Environment) -> Iterator[Problem]:
    release, deployer = environment.release, environment.deployer
    if parsed(release) is None:
        yield Problem(
            path="release",
            source=OURS,
            message=f"{release!r} is no release: wanted {FUEL_RELEASES[0]} "
            f"to {FUEL_RELEASES[-1]} (Fuel), or one of OpenStack as {_LAB_RELEASE}",
        )
    elif book_of(release) is RuleBook.FUEL and release not in FUEL_RELEASES:
        yield Problem(
            path="release",
            source="Fuel specs 6.1 to 9.2",
            message=f"Fuel {release} has no VMware beside "
            f"KVM, or never was; there are {', '.join(FUEL_RELEASES)}",
        )
    elif deployer is DeployerName.NAILGUN and book_of(release) is not RuleBook.FUEL:
        yield Problem(
            path="release", source=OURS, message=f"deployer nailgun deploys Fuel's releases, not {release}"
        )
    elif deployer is DeployerName.LAB and release != _LAB_RELEASE:
        yield Problem(
            path="release", source=OURS, message=f"the lab is OpenStack {_LAB_RELEASE}, not {release}"
        )


def _sections(environment: Environment) -> Iterator[Problem]:
    for deployer, section in _SECTIONS.items():
        given = getattr(environment, section) is not None
        if environment.deployer is deployer and not given:
            yield Problem(path=section, message=f"deployer {deployer} needs this section", source=OURS)
        # Any installer may need to be told how its cloud is reached.
        if environment.deployer is not deployer and given and section != "access":
            yield Problem(
                path=section,
                source=OURS,
                message=f"belongs to deployer {deployer}, and this definition's is {environment.deployer}",
            )
    if environment.deployer is DeployerName.NAILGUN:
        for number, node in enumerate(environment.nodes):
            if node.mac is None:
                yield Problem(
                    path=f"nodes.{number}.mac",
                    source="Nailgun",
                    message=f"node {node.name} needs its MAC: "
                    "a Fuel master's nodes are found by nothing else",
                )


def _expectations(environment: Environment) -> Iterator[Problem]:
    if environment.deployer is DeployerName.EXISTING:
        return  # its zones are found, not defined
    known = zone_names(environment)
    for number, name in enumerate(environment.expect.zones or ()):
        if name not in known:
            yield _unknown_zone(f"expect.zones.{number}", name, known)
    for name in environment.zones:
        if name not in known:
            yield _unknown_zone(f"zones.{name}", name, known)


def zone_names(environment: Environment) -> frozenset[str]:
    """The zones that a definition makes; computes without one are in Nova's default, ``nova``."""
    libvirt = {node.zone or "nova" for node in environment.nodes if "compute" in node.roles}
    return frozenset(
        libvirt | {zone.name for zone in (environment.vmware.zones if environment.vmware else ())}
    )


def _unknown_zone(path: str, name: str, known: frozenset[str]) -> Problem:
    there = ", ".join(sorted(known)) or "none"
    return Problem(
        path=path, message=f"this definition makes no zone {name!r}; it makes {there}", source=OURS
    )
