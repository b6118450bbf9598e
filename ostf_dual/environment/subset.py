"""A part of a definition: what a cloud is before it gets its second hypervisor, or after it lost one."""

from dataclasses import replace

from ostf_dual.environment.definition import Environment, ImageStore, Node, Storage, VolumeBackend
from ostf_dual.environment.model import Hypervisor
from ostf_dual.environment.roles import VMWARE_ROLES


def without_vcenter(environment: Environment) -> Environment:
    """The same cloud without its vCenter part; nodes that have no other role are left out."""
    gone = {zone.name for zone in environment.vmware.zones} if environment.vmware else set()
    kept = {each.zone for each in environment.nodes}  # a mixed zone stays, with libvirt alone
    return replace(
        environment,
        vmware=None,
        nodes=tuple(node for each in environment.nodes if (node := _plain(each)).roles),
        storage=_without_vmdk(environment.storage),
        images=tuple(each for each in environment.images if each.hypervisor is not Hypervisor.VCENTER),
        zones={
            name: settings for name, settings in environment.zones.items() if name not in gone or name in kept
        },
        expect=replace(
            environment.expect,
            zones=None
            if environment.expect.zones is None
            else tuple(name for name in environment.expect.zones if name not in gone or name in kept),
        ),
    )


def _plain(node: Node) -> Node:
    return replace(node, roles=tuple(role for role in node.roles if role not in VMWARE_ROLES))


def _without_vmdk(storage: Storage) -> Storage:
    return replace(
        storage,
        volumes=tuple(each for each in storage.volumes if each is not VolumeBackend.VMDK),
        images=ImageStore.FILE if storage.images is ImageStore.VCENTER else storage.images,
    )
