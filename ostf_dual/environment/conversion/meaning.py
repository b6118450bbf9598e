"""What a conversion means, for whoever has to answer for the cloud."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from ostf_dual.environment.conversion.model import LIBVIRT_MARK, REFUSAL, VMWARE_MARK, Move, Renaming
from ostf_dual.environment.definition import Environment, VolumeBackend
from ostf_dual.environment.expectations import zones_of
from ostf_dual.environment.roles import VCENTER_COMPUTES


def consequences(
    old: Environment, new: Environment, moves: Sequence[Move], renamings: Sequence[Renaming]
) -> tuple[str, ...]:
    """What it means for what runs, and for who uses it."""
    return tuple(
        chain(
            _servers(old, moves),
            _images(renamings),
            _volumes(new),
            _without_zone(),
            _availability(old, new),
            _witnesses(new),
        )
    )


def impossibilities(old: Environment, new: Environment) -> tuple[str, ...]:
    """What stays as it is, whatever is deployed."""
    known = zones_of(old).keys() & zones_of(new).keys()
    there = "KVM" if old.vmware is None else "vCenter"
    other = "vCenter" if old.vmware is None else "KVM"
    kept = f" in {', '.join(sorted(known))}" if known else ""
    servers = (
        f"A server does not go from one hypervisor to the other: those{kept} stay on {there}. To have one on {other}, "
        "make it anew from an image of that hypervisor's format (qemu-img convert) and bring its data over."
    )
    volumes = (
        "A volume does not go from one backend to the other by retype or migration: copy its data, or make an image "
        "of it, convert that and make a volume from it."
    )
    return servers, volumes, f"Images and snapshots of servers on {there} boot on {there} only."


def _servers(old: Environment, moves: Sequence[Move]) -> Iterator[str]:
    moved = {move.was for move in moves}
    if kept := [name for name in zones_of(old) if name not in moved]:
        yield (
            f"Servers in {', '.join(kept)} go on running: host, zone, addresses and volumes stay. Their hosts keep "
            f"their zone, since {REFUSAL}."
        )
    for move in moves:
        yield (
            f"Servers on {', '.join(move.hosts)} are off from their shelving to their unshelving, and lose what they "
            "have in memory; id, addresses, volumes and disk stay. Their disks pass through Glance, which needs room "
            f"for them. Who asked for zone {move.was} by name asks for {move.now} then."
        )


def _images(renamings: Iterable[Renaming]) -> Iterator[str]:
    for each in renamings:
        if each.is_copy:
            yield f"Servers made from {each.was.name} keep it, and whoever boots by that name goes on doing so."
        else:
            yield (
                f"Servers made from {each.was.name} keep it, since an image is known by its id; whoever boots by its "
                f"name must say {each.now.name}."
            )


def _volumes(new: Environment) -> Iterator[str]:
    yield (
        "A volume keeps its type and backend. It can be attached to servers of the hypervisor that its "
        f"backend is for: {_backends(new)}."
    )


def _without_zone() -> Iterator[str]:
    yield (
        "A server that is asked for without a zone goes to the hypervisor that its image names in "
        "hypervisor_type. An image without that property may be sent to either: give each image one "
        f"(`openstack image set --property {LIBVIRT_MARK} IMAGE`, or {VMWARE_MARK})."
    )


def _availability(old: Environment, new: Environment) -> Iterator[str]:
    were = {node.name for node in old.nodes if VCENTER_COMPUTES & set(node.roles)}
    for node in new.nodes:
        if VCENTER_COMPUTES & set(node.roles) and node.name not in were:
            yield (
                f"Node {node.name} is not highly available: while it is gone its vSphere clusters take no new servers, "
                "and those there run on unmanaged."
            )


def _witnesses(new: Environment) -> Iterator[str]:
    if new.access is not None and new.vmware is not None and not new.access.vcenters:
        yield "The health check has no access to the vCenter yet: access.vcenters says how it is asked."


def _backends(new: Environment) -> str:
    vmdk = [each for each in new.storage.volumes if each is VolumeBackend.VMDK]
    others = [each for each in new.storage.volumes if each is not VolumeBackend.VMDK]
    return f"{', '.join(others) or 'none'} for {new.hypervisor or 'KVM'}, {', '.join(vmdk) or 'none'} for vCenter"
