"""What a lab cannot carry, each with the lab's limit; what no cloud could carry is found before, by the rules."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeVar

from ostf_dual.deployers.lab.layout import NAME
from ostf_dual.deployers.lab.shape import CONTROLLER, Kind
from ostf_dual.environment.definition import (
    Environment,
    ImageStore,
    NetworkProvider,
    Node,
    VMwareZone,
    VolumeBackend,
)
from ostf_dual.environment.model import Hypervisor

T = TypeVar("T")

RELEASE = "2024.2"
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# A host's name is part of its programs' names, and `nodes` is a folder beside the groups' own.
_RESERVED = frozenset({"nodes", "api", "conductor", "scheduler", "agent-notification"})


def beyond(environment: Environment) -> tuple[str, ...]:
    """Why a lab cannot carry a definition: a sentence for each reason."""
    return (
        *_limits(environment),
        *_node_limits(environment),
        *_names(environment),
        *_target_limits(environment),
        *_vcenter_limits(environment),
    )


def with_role(environment: Environment, role: Kind) -> tuple[Node, ...]:
    """The nodes with a role."""
    return tuple(each for each in environment.nodes if role in each.roles)


def vmware_zones(environment: Environment) -> tuple[VMwareZone, ...]:
    """The zones with a vCenter."""
    return environment.vmware.zones if environment.vmware else ()


def lab_name(node: Node) -> str:
    """A node's name in the lab, where the controller has but one."""
    return CONTROLLER if Kind.CONTROLLER in node.roles else node.name


def _limits(environment: Environment) -> Iterator[str]:
    """What a lab never has."""
    if environment.release != RELEASE:
        yield f"release: the lab runs OpenStack {RELEASE} only, not {environment.release}"
    if environment.network.provider is not NetworkProvider.NEUTRON:
        yield "network.provider: the lab's OpenStack has Neutron only; nova-network is gone from it"
    if environment.high_availability.pacemaker:
        yield "high_availability.pacemaker: the lab has no pacemaker"
    if VolumeBackend.CEPH in environment.storage.volumes:
        yield "storage.volumes: the lab has no Ceph"
    if environment.storage.images is not ImageStore.FILE:
        yield f"storage.images: the lab's Glance keeps files, it has no store of kind {environment.storage.images}"
    for image in environment.images:
        wanted = "vmdk" if image.hypervisor is Hypervisor.VCENTER else "qcow2"
        if image.disk_format != wanted:
            yield f"images.{image.name}: the lab has the TestVM for {image.hypervisor} as {wanted} only"


def _node_limits(environment: Environment) -> Iterator[str]:
    roles = {each: node.name for node in environment.nodes for each in node.roles}
    for role in sorted(roles.keys() - set(Kind)):
        yield f"nodes.{roles[role]}.roles: the lab has no role {role}; it has: {', '.join(Kind)}"
    controllers = with_role(environment, Kind.CONTROLLER)
    if len(controllers) != 1:
        yield f"nodes: the lab has exactly one controller, not {len(controllers)}"
    computes = with_role(environment, Kind.COMPUTE)
    if len(computes) > 1:
        yield f"nodes: the lab has one libvirtd, so one node with role compute, not {len(computes)}"


def _names(environment: Environment) -> Iterator[str]:
    """Names become folders and processes."""
    if not NAME.fullmatch(environment.name):
        yield (
            f"name: {environment.name!r} is no name for a lab: small letters, digits and dashes, at most 32, "
            "no dash first"
        )
    nodes = [lab_name(node) for node in environment.nodes]
    zones = vmware_zones(environment)
    services = [each.service_name for zone in zones for each in zone.clusters]
    computes = [lab_name(node) for node in with_role(environment, Kind.COMPUTE)]
    hosts = {zone.vcenter.host for zone in zones}
    for name in sorted({*nodes, *services, *hosts}):
        if not _WORD.fullmatch(name) or name in _RESERVED:
            yield f"{name!r} cannot be a node, a service or a vCenter of the lab: letters, digits, dots and dashes"
    for name in _repeated([*nodes, *hosts]):
        yield f"nodes: {name!r} is the name of several things in the lab, whose controller is `{CONTROLLER}`"
    for name in _repeated([*computes, *services]):
        yield f"several nova-computes would report as host {name!r}: give each cluster its own service_name"


def _target_limits(environment: Environment) -> Iterator[str]:
    targets = [each.target for zone in vmware_zones(environment) for each in zone.clusters]
    known = {node.name for node in environment.nodes} | {"controllers"}
    for each in sorted(set(targets) - known):
        yield f"vmware.zones: a target is {each}, and no node has that name"
    for node in with_role(environment, Kind.VCENTER_COMPUTE):
        is_target = node.name in targets or (lab_name(node) == CONTROLLER and "controllers" in targets)
        if not is_target:
            yield f"nodes.{node.name}: has role {Kind.VCENTER_COMPUTE}, and no cluster of vmware.zones has it as target"
    if with_role(environment, Kind.CINDER_VMWARE) and not targets:
        yield f"nodes: role {Kind.CINDER_VMWARE} wants a zone under vmware.zones"


def _vcenter_limits(environment: Environment) -> Iterator[str]:
    vmware, zones = environment.vmware, vmware_zones(environment)
    if vmware and vmware.glance:
        yield "vmware.glance: the lab's Glance keeps files, none on a datastore"
    if vmware and vmware.cinder_zone and vmware.cinder_zone not in {each.name for each in zones}:
        yield f"vmware.cinder_zone: there is no zone {vmware.cinder_zone}"
    for name in _repeated(zone.name for zone in zones):
        yield f"vmware.zones: several are named {name!r}; give one all the clusters"
    for host, cluster in _repeated(
        (zone.vcenter.host, each.cluster) for zone in zones for each in zone.clusters
    ):
        yield f"vmware.zones: cluster {cluster} of {host} has several nova-computes: Placement knows it once"
    users = {(zone.vcenter.host, zone.vcenter.user) for zone in zones}
    for host in _repeated(host for host, _ in users):
        yield f"vmware.zones: the lab's vCenter {host} has one user, not several"


def _repeated(names: Iterable[T]) -> list[T]:
    return [name for name, count in Counter(names).items() if count > 1]
