"""Rules on the VMware settings, over all zones and all vSphere clusters."""

import re
from collections.abc import Callable, Iterator
from itertools import chain

from ostf_dual.environment.definition import (
    DeployerName,
    Environment,
    VCenter,
    VMware,
    VMwareZone,
    VSphereCluster,
)
from ostf_dual.environment.release import RuleBook, book_of, parsed
from ostf_dual.environment.roles import SPEC, VCENTER_COMPUTES, VMWARE_ROLES
from ostf_dual.environment.rules.model import OURS, Problem

_ATTRIBUTES = "Nailgun, vmware_attributes"
CONTROLLERS = "controllers"
_HOST, _ZONE = r"[a-zA-Z\d]+[-\.\da-zA-Z]*", r"\w+"
_SERVICE, _EARLY_SERVICE = r"\w[\w\-]+", r"\w+"
_VERIFIES_SINCE = (9, 1)


def problems(environment: Environment) -> Iterator[Problem]:
    """The problems of the section, and of nodes that it should name."""
    vmware = environment.vmware
    if vmware is None:
        for number, node in enumerate(environment.nodes):
            if useless := VMWARE_ROLES & set(node.roles):
                yield Problem(
                    path=f"nodes.{number}.roles",
                    source=SPEC,
                    message=f"node {node.name} has role "
                    f"{', '.join(sorted(useless))}, and there is no section vmware",
                )
        return
    if not vmware.zones:
        yield Problem(path="vmware.zones", message="is empty: wanted a zone at least", source=OURS)
    for number, zone in enumerate(vmware.zones):
        yield from _zone(environment, f"vmware.zones.{number}", zone)
    if vmware.glance:
        yield from _vcenter(environment, "vmware.glance.vcenter", vmware.glance.vcenter)
    yield from _duplicates(vmware)
    yield from _targets(environment, vmware)
    names = [zone.name for zone in vmware.zones]
    if vmware.cinder_zone not in {None, *names}:
        yield Problem(
            path="vmware.cinder_zone",
            source=OURS,
            message=f"there is no zone {vmware.cinder_zone!r}; there are {', '.join(names)}",
        )


def _zone(environment: Environment, path: str, zone: VMwareZone) -> Iterator[Problem]:
    if zone.name == "nova":
        yield Problem(
            path=f"{path}.name",
            source=_ATTRIBUTES,
            message="a vCenter zone cannot be called nova: that is where Nova puts every host without a zone",
        )
    elif not zone.name.strip():
        yield Problem(path=f"{path}.name", message="is empty", source=OURS)
    if any(node.zone == zone.name for node in environment.nodes):
        yield Problem(
            path=f"{path}.name",
            source=SPEC,
            is_warning=True,
            message=f"zone {zone.name} mixes hypervisors: "
            "only the images' properties keep servers apart in it",
        )
    if not zone.clusters:
        yield Problem(
            path=f"{path}.clusters", message=f"zone {zone.name} has no vSphere cluster", source=OURS
        )
    yield from _vcenter(environment, f"{path}.vcenter", zone.vcenter)
    for number, cluster in enumerate(zone.clusters):
        yield from _cluster(environment, f"{path}.clusters.{number}", cluster)
    if book_of(environment.release) is RuleBook.FUEL:
        yield from _matches(f"{path}.name", zone.name, _ZONE, "letters, digits and underscores")


def _vcenter(environment: Environment, path: str, vcenter: VCenter) -> Iterator[Problem]:
    if not vcenter.host.strip() or not vcenter.user.strip():
        yield Problem(path=path, message="host and user must not be empty", source=_ATTRIBUTES)
    if vcenter.password is None and environment.deployer in {DeployerName.NAILGUN, DeployerName.COMMAND}:
        yield Problem(
            path=f"{path}.password",
            source=_ATTRIBUTES,
            message="is missing: give env, file or command, never the password itself",
        )
    if vcenter.insecure and vcenter.ca_file is not None:
        yield Problem(
            path=f"{path}.insecure",
            source=_ATTRIBUTES,
            message="the certificate is either verified against ca_file or not at all",
        )
    if book_of(environment.release) is RuleBook.FUEL:
        yield from _matches(f"{path}.host", vcenter.host, _HOST, "a host name or an IPv4 address")
        release = parsed(environment.release) or (0, 0)
        if release < _VERIFIES_SINCE and not vcenter.insecure:
            yield Problem(
                path=f"{path}.insecure",
                source="Fuel spec 10.0/custom-ca-bundle-verify-vcenter-cert",
                message=f"Fuel {environment.release} verifies no vCenter's certificate (9.1 was the first "
                "to): say insecure: true, so that everybody knows",
            )


def _cluster(environment: Environment, path: str, cluster: VSphereCluster) -> Iterator[Problem]:
    for key in ("cluster", "service_name", "datastore_regex", "target"):
        if not getattr(cluster, key).strip():
            yield Problem(path=f"{path}.{key}", source=_ATTRIBUTES, message="is empty")
    try:
        re.compile(cluster.datastore_regex)
    except re.error as error:
        yield Problem(
            path=f"{path}.datastore_regex",
            source="Nova, [vmware] datastore_regex",
            message=f"{cluster.datastore_regex!r} is no regular expression: {error}",
        )
    if book_of(environment.release) is RuleBook.FUEL:
        early = (parsed(environment.release) or (0, 0)) < (8, 0)
        told = (
            "letters, digits and underscores"
            if early
            else "letters, digits, underscores and dashes, two at least"
        )
        yield from _matches(
            f"{path}.service_name", cluster.service_name, _EARLY_SERVICE if early else _SERVICE, told
        )


def _matches(path: str, value: str, pattern: str, told: str) -> Iterator[Problem]:
    if value.strip() and not re.fullmatch(pattern, value):
        yield Problem(
            path=path,
            source=_ATTRIBUTES,
            message=f"{value!r} is refused by a Fuel master before it deploys: wanted {told}",
        )


def _duplicates(vmware: VMware) -> Iterator[Problem]:
    keys: tuple[tuple[str, Callable[[VMwareZone, VSphereCluster], str], str], ...] = (
        # Two vCenters may each have a cluster of one name.
        ("cluster", lambda zone, each: f"{zone.vcenter.host}:{each.cluster}", "vSphere cluster"),
        ("service_name", lambda _, each: each.service_name, "service name"),
        ("target", lambda _, each: each.target, "target"),
    )
    for key, of, called in keys:
        first: dict[str, str] = {}
        for path, zone, cluster in _clusters(vmware):
            value = getattr(cluster, key)
            other = first.setdefault(of(zone, cluster), path)
            if other != path and not (key == "target" and value == CONTROLLERS):
                yield Problem(
                    path=f"{path}.{key}",
                    source=f"{_ATTRIBUTES}; here over all zones",
                    message=f"{called} {value} stands at {other} too",
                )
    zones: dict[str, int] = {}
    for number, zone in enumerate(vmware.zones):
        if zones.setdefault(zone.name, number) != number:
            yield Problem(
                path=f"vmware.zones.{number}.name", message=f"zone {zone.name} stands twice", source=OURS
            )


def _targets(environment: Environment, vmware: VMware) -> Iterator[Problem]:
    nodes = {node.name: node for node in environment.nodes}
    is_defined = environment.deployer is not DeployerName.EXISTING
    targets = set()
    for path, _, cluster in _clusters(vmware):
        targets.add(cluster.target)
        node = nodes.get(cluster.target)
        if cluster.target == CONTROLLERS or not is_defined:
            continue
        if node is None:
            yield Problem(
                path=f"{path}.target", source=_ATTRIBUTES, message=f"there is no node {cluster.target!r}"
            )
        elif not VCENTER_COMPUTES & set(node.roles):
            yield Problem(
                path=f"{path}.target",
                source=_ATTRIBUTES,
                message=f"node {node.name} has no role vcenter-compute, only {', '.join(node.roles)}",
            )
    for number, each in enumerate(environment.nodes):
        if VCENTER_COMPUTES & set(each.roles) and each.name not in targets:
            yield Problem(
                path=f"nodes.{number}",
                source=_ATTRIBUTES,
                message=f"node {each.name} has role "
                "vcenter-compute, and no vSphere cluster names it as its target",
            )


def _clusters(vmware: VMware) -> Iterator[tuple[str, VMwareZone, VSphereCluster]]:
    return chain.from_iterable(
        (
            (f"vmware.zones.{at}.clusters.{number}", zone, cluster)
            for number, cluster in enumerate(zone.clusters)
        )
        for at, zone in enumerate(vmware.zones)
    )
