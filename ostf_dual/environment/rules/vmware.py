"""Rules on the VMware settings: each zone, each vCenter, each vSphere cluster by itself."""

import re
from collections.abc import Iterator

from ostf_dual.environment.definition import DeployerName, Environment, VCenter, VMwareZone, VSphereCluster
from ostf_dual.environment.expectations import DEFAULT_ZONE
from ostf_dual.environment.forms import fault_of_host, fault_of_regex
from ostf_dual.environment.release import RuleBook, book_of, parsed
from ostf_dual.environment.roles import SPEC, VMWARE_ROLES
from ostf_dual.environment.rules.model import Problem, Rule
from ostf_dual.environment.suggestion import suggested

ATTRIBUTES = "Nailgun, vmware_attributes"
CONTROLLERS = "controllers"
"""A target: whichever controller it is."""

SECTION = Rule(id="vmware-section", says="Roles for vCenter have a section vmware.", source=SPEC)
ZONES = Rule(id="vmware-zones", says="The section vmware has a zone at least.")
CINDER_ZONE = Rule(id="vmware-cinder-zone", says="The zone whose vCenter holds volumes is one of the zones.")
NOT_NOVA = Rule(id="vmware-zone-not-nova", says="A vCenter zone is not called nova.", source=ATTRIBUTES)
NAMED = Rule(id="vmware-zone-named", says="A vCenter zone has a name.")
ZONE_FORM = Rule(id="vmware-zone-form", says="A vCenter zone's name: letters, digits and underscores.",
                 source=ATTRIBUTES, holds_for="Fuel")  # fmt: skip
MIXED = Rule(id="vmware-zone-mixed", says="A zone has one hypervisor.", source=SPEC, is_warning=True)
CLUSTERS = Rule(id="vmware-clusters", says="A vCenter zone has a vSphere cluster at least.")
LOGIN = Rule(id="vcenter-host-and-user", says="A vCenter has a host and a user.", source=ATTRIBUTES)
PASSWORD = Rule(
    id="vcenter-password",
    says="A vCenter that is not the lab's has its password by reference.",
    source=ATTRIBUTES,
)
VERIFIED = Rule(
    id="vcenter-verified", says="A certificate is verified against ca_file, or not at all.", source=ATTRIBUTES
)
HOST_ALONE = Rule(
    id="vcenter-host-alone",
    says="A vCenter's host is a name or an address, no URL.",
    source="Nova, [vmware] host_ip",
)
HOST_FORM = Rule(id="vcenter-host-form", says="A vCenter's host is a name or an IPv4 address.", source=ATTRIBUTES,
                 holds_for="Fuel")  # fmt: skip
UNVERIFIED = Rule(
    id="vcenter-unverified-before-9.1",
    says="A release that verifies no certificate says insecure: true.",
    source="Fuel spec 10.0/custom-ca-bundle-verify-vcenter-cert",
    holds_for="Fuel before 9.1",
)
SETTINGS = Rule(
    id="cluster-settings",
    says="A vSphere cluster has its name, service name, datastore regex and target.",
    source=ATTRIBUTES,
)
REGEX = Rule(
    id="cluster-datastore-regex",
    says="The datastore regex is a regular expression.",
    source="Nova, [vmware] datastore_regex",
)
SERVICE_FORM = Rule(id="cluster-service-form", says="A service name: letters, digits, underscores, from 8.0 dashes.",
                    source=ATTRIBUTES, holds_for="Fuel")  # fmt: skip
GLANCE = Rule(
    id="glance-settings", says="Images on vCenter have a datacenter and a datastore.", source=ATTRIBUTES
)
RULES = (SECTION, ZONES, CINDER_ZONE, NOT_NOVA, NAMED, ZONE_FORM, MIXED, CLUSTERS, LOGIN, PASSWORD, VERIFIED,
         HOST_ALONE, HOST_FORM, UNVERIFIED, SETTINGS, REGEX, SERVICE_FORM, GLANCE)  # fmt: skip

_HOST, _ZONE = r"[a-zA-Z\d]+[-\.\da-zA-Z]*", r"\w+"
_SERVICE, _EARLY_SERVICE = r"\w[\w\-]+", r"\w+"
_VERIFIES_SINCE = (9, 1)


def problems(environment: Environment) -> Iterator[Problem]:
    """The problems of the section, and of nodes that want it."""
    vmware = environment.vmware
    if vmware is None:
        for number, node in enumerate(environment.nodes):
            if useless := VMWARE_ROLES & set(node.roles):
                yield SECTION.broken(
                    f"nodes.{number}.roles",
                    f"node {node.name} has role {', '.join(sorted(useless))}, and there is no section vmware",
                )
        return
    if not vmware.zones:
        yield ZONES.broken("vmware.zones", "is empty: wanted a zone at least")
    for number, zone in enumerate(vmware.zones):
        yield from _zone(environment, f"vmware.zones.{number}", zone)
    if vmware.glance:
        yield from _vcenter(environment, "vmware.glance.vcenter", vmware.glance.vcenter)
        for key in ("datacenter", "datastore"):
            if not getattr(vmware.glance, key).strip():
                yield GLANCE.broken(f"vmware.glance.{key}", "is empty")
    names = [zone.name for zone in vmware.zones]
    if vmware.cinder_zone not in {None, *names}:
        hint = suggested(vmware.cinder_zone or "", names)
        yield CINDER_ZONE.broken("vmware.cinder_zone", f"there is no zone {vmware.cinder_zone!r}{hint}")


def _zone(environment: Environment, path: str, zone: VMwareZone) -> Iterator[Problem]:
    if zone.name == DEFAULT_ZONE:
        yield NOT_NOVA.broken(
            f"{path}.name",
            "a vCenter zone cannot be called nova: that is where Nova puts every host without a zone",
        )
    elif not zone.name.strip():
        yield NAMED.broken(f"{path}.name", "is empty")
    if any(node.zone == zone.name for node in environment.nodes):
        yield MIXED.broken(
            f"{path}.name",
            f"zone {zone.name} mixes hypervisors: only the images' properties keep servers apart in it",
        )
    if not zone.clusters:
        yield CLUSTERS.broken(f"{path}.clusters", f"zone {zone.name} has no vSphere cluster")
    yield from _vcenter(environment, f"{path}.vcenter", zone.vcenter)
    for number, cluster in enumerate(zone.clusters):
        yield from _cluster(environment, f"{path}.clusters.{number}", cluster)
    if book_of(environment.release) is RuleBook.FUEL:
        yield from _matches(ZONE_FORM, f"{path}.name", zone.name, _ZONE, "letters, digits and underscores")


def _vcenter(environment: Environment, path: str, vcenter: VCenter) -> Iterator[Problem]:
    if not vcenter.host.strip() or not vcenter.user.strip():
        yield LOGIN.broken(path, "host and user must not be empty")
    if vcenter.password is None and environment.deployer in {DeployerName.NAILGUN, DeployerName.COMMAND}:
        yield PASSWORD.broken(
            f"{path}.password", "is missing: give env, file or command, never the password itself"
        )
    if vcenter.insecure and vcenter.ca_file is not None:
        yield VERIFIED.broken(
            f"{path}.insecure", "the certificate is either verified against ca_file or not at all"
        )
    no_host = fault_of_host(vcenter.host) if vcenter.host.strip() else None
    if no_host:
        yield HOST_ALONE.broken(f"{path}.host", no_host)
    if book_of(environment.release) is RuleBook.FUEL:
        if not no_host:
            yield from _matches(
                HOST_FORM, f"{path}.host", vcenter.host, _HOST, "a host name or an IPv4 address"
            )
        release = parsed(environment.release) or (0, 0)
        if release < _VERIFIES_SINCE and not vcenter.insecure:
            yield UNVERIFIED.broken(
                f"{path}.insecure",
                f"Fuel {environment.release} verifies no vCenter's certificate (9.1 was the first to): say insecure: "
                "true, so that everybody knows",
            )


def _cluster(environment: Environment, path: str, cluster: VSphereCluster) -> Iterator[Problem]:
    for key in ("cluster", "service_name", "datastore_regex", "target"):
        if not getattr(cluster, key).strip():
            yield SETTINGS.broken(f"{path}.{key}", "is empty")
    if (told := fault_of_regex(cluster.datastore_regex)) is not None:
        yield REGEX.broken(f"{path}.datastore_regex", told)
    if book_of(environment.release) is RuleBook.FUEL:
        early = (parsed(environment.release) or (0, 0)) < (8, 0)
        pattern, told = (
            (_EARLY_SERVICE, "letters, digits and underscores")
            if early
            else (_SERVICE, "letters, digits, underscores and dashes, two at least")
        )
        yield from _matches(SERVICE_FORM, f"{path}.service_name", cluster.service_name, pattern, told)


def _matches(rule: Rule, path: str, value: str, pattern: str, told: str) -> Iterator[Problem]:
    if value.strip() and not re.fullmatch(pattern, value, re.ASCII):
        yield rule.broken(path, f"{value!r} is refused by a Fuel master before it deploys: wanted {told}")
