"""What a cloud with both hypervisors may have been before: either half alone, in the shape that it had of old. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from ostf_dual.environment.conversion.addition import AddedNetwork, AddedStorage, Addition
from ostf_dual.environment.conversion.joining import FUELS_IMAGE
from ostf_dual.environment.definition import (
    Environment,
    Expectations,
    Image,
    Node,
    VMware,
    VMwareZone,
    VolumeBackend,
)
from ostf_dual.environment.expectations import COMPUTE
from ostf_dual.environment.model import Hypervisor
from ostf_dual.environment.roles import VCENTER_COMPUTES, VMWARE_ROLES
from ostf_dual.environment.rules.vmware import CONTROLLERS
from ostf_dual.environment.subset import without_vcenter

_LIBVIRT_ROLES = frozenset({COMPUTE, "cinder", "ceph-osd"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Halves:
    """What was there, and what came to it."""

    old: Environment
    addition: Addition


def kvm_first(dual: Environment) -> Halves:
    """KVM alone: one image called TestVM, computes in Nova's own zone."""
    plain, backends = without_vcenter(dual), dual.storage.volumes
    computes = tuple(replace(each, zone=None) for each in plain.nodes)
    return Halves(
        old=_of_old(replace(plain, nodes=computes), dual.hypervisor or Hypervisor.KVM, "qcow2"),
        addition=Addition(
            nodes=_with_roles(dual.nodes, VMWARE_ROLES),
            storage=AddedStorage(volumes=tuple(each for each in backends if each is VolumeBackend.VMDK)),
            network=AddedNetwork(dvs=dual.network.dvs),
            vmware=dual.vmware,
        ),
    )


def vcenter_first(dual: Environment) -> Halves:
    """VCenter alone: one image called TestVM, each nova-compute on the controllers."""
    backends = dual.storage.volumes
    old = replace(
        dual,
        hypervisor=None,
        nodes=_without_roles(dual.nodes, _LIBVIRT_ROLES | VCENTER_COMPUTES),
        storage=replace(dual.storage, volumes=tuple(each for each in backends if each is VolumeBackend.VMDK)),
        vmware=_on_controllers(dual.vmware),
    )
    return Halves(
        old=_of_old(old, Hypervisor.VCENTER, "vmdk"),
        addition=Addition(
            hypervisor=dual.hypervisor,
            nodes=_with_roles(dual.nodes, _LIBVIRT_ROLES),
            storage=AddedStorage(volumes=tuple(each for each in backends if each is not VolumeBackend.VMDK)),
        ),
    )


def _of_old(environment: Environment, hypervisor: Hypervisor, disk_format: str) -> Environment:
    """With its one image, and nothing said of zones that had other names then."""
    image = Image(name=FUELS_IMAGE, hypervisor=hypervisor, disk_format=disk_format)
    return replace(environment, images=(image,), zones={}, expect=Expectations())


def _on_controllers(vmware: VMware | None) -> VMware | None:
    if vmware is None:
        return None

    def moved(zone: VMwareZone) -> VMwareZone:
        return replace(zone, clusters=tuple(replace(each, target=CONTROLLERS) for each in zone.clusters))

    return replace(vmware, zones=tuple(map(moved, vmware.zones)))


def _with_roles(nodes: Iterable[Node], wanted: Collection[str]) -> tuple[Node, ...]:
    """The nodes that have any of these roles, with no others."""
    kept = (replace(each, roles=tuple(role for role in each.roles if role in wanted)) for each in nodes)
    return tuple(each for each in kept if each.roles)


def _without_roles(nodes: Iterable[Node], unwanted: Collection[str]) -> tuple[Node, ...]:
    """The nodes that have other roles than these, computes among them, with those alone."""
    kept = (
        replace(each, roles=tuple(role for role in each.roles if role not in unwanted), zone=None)
        for each in nodes
    )
    return tuple(each for each in kept if each.roles)
