"""Rules on the release, on the deployer's own section, and on what is expected of the cloud."""

from collections.abc import Iterator

from ostf_dual.environment.definition import WAYS, DeployerName, Environment
from ostf_dual.environment.expectations import COMPUTE, DEFAULT_ZONE
from ostf_dual.environment.forms import fault_of_service
from ostf_dual.environment.release import FUEL_RELEASES, RuleBook, book_of, parsed
from ostf_dual.environment.rules.model import Problem, Rule
from ostf_dual.environment.suggestion import suggested

FORM = Rule(id="release-form", says="A release is Fuel's 6.1 to 9.2, or one of OpenStack as 2024.2.")
FUEL_RELEASE = Rule(
    id="release-with-vmware",
    says="Fuel has vCenter beside KVM from 6.1 to 9.2.",
    source="Fuel specs 6.1 to 9.2",
    holds_for="Fuel",
)
NAILGUN_RELEASE = Rule(id="nailgun-deploys-fuel", says="Deployer nailgun deploys Fuel's releases.")
LAB_RELEASE = Rule(id="lab-release", says="The lab is OpenStack 2024.2.")
SECTION = Rule(
    id="deployer-section", says="A deployer has its section: nailgun fuel, command commands, existing access."
)
STRANGE_SECTION = Rule(
    id="section-of-another-deployer", says="The sections fuel and commands belong to their deployers."
)
MAC = Rule(id="nailgun-mac", says="Each node that a Fuel master deploys has its MAC.", source="Nailgun")
WAY = Rule(id="fuel-role", says="A Fuel master comes to know the spec's role by install or map.")
ZONES = Rule(id="zones-known", says="Zones that are expected, or spoken of, are made by the definition.")
SERVICES = Rule(id="services-form", says="A service that is expected is named as binary@host.")
RULES = (
    FORM,
    FUEL_RELEASE,
    NAILGUN_RELEASE,
    LAB_RELEASE,
    SECTION,
    STRANGE_SECTION,
    MAC,
    WAY,
    ZONES,
    SERVICES,
)

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


def _release(environment: Environment) -> Iterator[Problem]:
    release, deployer = environment.release, environment.deployer
    if parsed(release) is None:
        yield FORM.broken(
            "release",
            f"{release!r} is no release: wanted {FUEL_RELEASES[0]} to {FUEL_RELEASES[-1]} (Fuel), or one of "
            f"OpenStack as {_LAB_RELEASE}",
        )
    elif book_of(release) is RuleBook.FUEL and release not in FUEL_RELEASES:
        yield FUEL_RELEASE.broken(
            "release",
            f"Fuel {release} has no VMware beside KVM, or never was{suggested(release, FUEL_RELEASES)}",
        )
    elif deployer is DeployerName.NAILGUN and book_of(release) is not RuleBook.FUEL:
        yield NAILGUN_RELEASE.broken("release", f"deployer nailgun deploys Fuel's releases, not {release}")
    elif deployer is DeployerName.LAB and release != _LAB_RELEASE:
        yield LAB_RELEASE.broken("release", f"the lab is OpenStack {_LAB_RELEASE}, not {release}")


def _sections(environment: Environment) -> Iterator[Problem]:
    for deployer, section in _SECTIONS.items():
        given = getattr(environment, section) is not None
        if environment.deployer is deployer and not given:
            yield SECTION.broken(section, f"deployer {deployer} needs this section")
        # Any installer may need to be told how its cloud is reached.
        if environment.deployer is not deployer and given and section != "access":
            yield STRANGE_SECTION.broken(
                section, f"belongs to deployer {deployer}, and this definition's is {environment.deployer}"
            )
    if environment.fuel is not None and environment.fuel.role not in WAYS:
        way = environment.fuel.role
        yield WAY.broken("fuel.role", f"wanted {' or '.join(WAYS)}, not {way!r}")
    if environment.deployer is DeployerName.NAILGUN:
        for number, node in enumerate(environment.nodes):
            if node.mac is None:
                yield MAC.broken(
                    f"nodes.{number}.mac",
                    f"node {node.name} needs its MAC: a Fuel master's nodes are found by nothing else",
                )


def _expectations(environment: Environment) -> Iterator[Problem]:
    for number, service in enumerate(environment.expect.services):
        if (told := fault_of_service(service)) is not None:
            yield SERVICES.broken(f"expect.services.{number}", told)
    if environment.deployer is DeployerName.EXISTING:
        return  # its zones are found, not defined
    known = _zones(environment)
    named = {f"expect.zones.{number}": name for number, name in enumerate(environment.expect.zones or ())}
    named |= {f"zones.{name}": name for name in environment.zones}
    for path, name in named.items():
        if name not in known:
            there = ", ".join(sorted(known)) or "none"
            hint = suggested(name, known)
            near = hint if "mean" in hint else f"; it makes {there}"
            yield ZONES.broken(path, f"this definition makes no zone {name!r}{near}")


def _zones(environment: Environment) -> frozenset[str]:
    """The zones that a definition makes; computes without one are in Nova's default, ``nova``."""
    libvirt = {node.zone or DEFAULT_ZONE for node in environment.nodes if COMPUTE in node.roles}
    vcenter = {zone.name for zone in (environment.vmware.zones if environment.vmware else ())}
    return frozenset(libvirt | vcenter)
