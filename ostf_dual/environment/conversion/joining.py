"""Two halves become one definition."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from ostf_dual.environment.conversion.addition import Addition
from ostf_dual.environment.conversion.model import Move, Options, Renaming
from ostf_dual.environment.definition import Environment, Image, Node, VMware, VMwareZone
from ostf_dual.environment.expectations import COMPUTE, DEFAULT_ZONE, expected_zones, images_of, zones_of
from ostf_dual.environment.model import Access, Hypervisor, ZoneSettings
from ostf_dual.environment.release import RuleBook, book_of

T = TypeVar("T")

FUELS_IMAGE = "TestVM"
"""What Fuel calls the image of its first hypervisor; also common elsewhere."""
VMWARE_IMAGE = "TestVM-VMDK"
"""What Fuel calls the image of vCenter beside it."""
_TELLING = {True: "TestVM-KVM", False: VMWARE_IMAGE}  # by: is libvirt's


def joined(
    old: Environment, addition: Addition, moves: Iterable[Move], renamings: Iterable[Renaming]
) -> Environment:
    """The definition of both; its name stays, since it is the same cloud."""
    zones = {each.was: each.now for each in moves}
    names = {each.was.name: each.now.name for each in renamings if not each.is_copy}
    new = replace(
        old,
        hypervisor=old.hypervisor or addition.hypervisor,
        network=replace(old.network, dvs=old.network.dvs or addition.network.dvs),
        nodes=_nodes(old.nodes, addition.nodes, zones),
        storage=replace(old.storage, volumes=_united(old.storage.volumes, addition.storage.volumes)),
        images=_images(old, addition, renamings),
        vmware=addition.vmware or _moved(old.vmware, zones),
        zones={**_settings(old.zones, zones, names), **addition.zones},
        hypervisor_budgets={**old.hypervisor_budgets, **addition.hypervisor_budgets},
        access=_access(old.access, zones, names) if old.access else None,
    )
    return _expecting(old, new, zones)


def moves_of(old: Environment, options: Options) -> tuple[Move, ...]:
    """The hosts that are to have another zone."""
    if options.zone is None:
        return ()
    found: dict[str, list[str]] = {}
    for node in old.nodes:
        if COMPUTE in node.roles:
            found.setdefault(node.zone or DEFAULT_ZONE, []).append(node.name)
    for zone in old.vmware.zones if old.vmware else ():
        found.setdefault(zone.name, []).extend(hosts_of(old, zone))
    return tuple(
        Move(hosts=tuple(hosts), was=was, now=options.zone)
        for was, hosts in found.items()
        if was != options.zone
    )


def hosts_of(environment: Environment, zone: VMwareZone) -> tuple[str, ...]:
    """Nova's names of the hosts that speak for a zone's vSphere clusters; Fuel puts the zone's name before each."""
    prefix = f"{zone.name}-" if book_of(environment.release) is RuleBook.FUEL else ""
    return tuple(f"{prefix}{each.service_name}" for each in zone.clusters)


def renamings_of(old: Environment, addition: Addition, options: Options) -> tuple[Renaming, ...]:
    """The images whose names tell no hypervisor, and what they are to be called."""
    there = old_images(old)
    taken = {each.name for each in (*there, *addition.images)}
    return tuple(
        Renaming(was=each, now=replace(each, name=name), is_copy=options.copies_images)
        for each in there
        if each.name == FUELS_IMAGE and (name := _TELLING[each.hypervisor.is_libvirt]) not in taken
    )


def old_images(old: Environment) -> tuple[Image, ...]:
    """The test images of the cloud that is there; Fuel makes one, and calls it TestVM."""
    if old.images or book_of(old.release) is RuleBook.OPENSTACK:
        return images_of(old)
    return tuple(replace(each, name=FUELS_IMAGE) for each in images_of(old)[:1])


def new_images(addition: Addition) -> tuple[Image, ...]:
    """The test images that come."""
    if addition.images:
        return addition.images
    if addition.vmware is not None:
        return (Image(name=_TELLING[False], hypervisor=Hypervisor.VCENTER, disk_format="vmdk"),)
    libvirt = addition.hypervisor or Hypervisor.LIBVIRT
    return (Image(name=_TELLING[True], hypervisor=libvirt, disk_format="qcow2"),)


def _images(old: Environment, addition: Addition, renamings: Iterable[Renaming]) -> tuple[Image, ...]:
    changed = {each.was: each for each in renamings}
    found: list[Image] = []
    for image in old_images(old):
        renaming = changed.get(image)
        if renaming is None or renaming.is_copy:
            found.append(image)
        if renaming is not None:
            found.append(renaming.now)
    return _united(found, new_images(addition))


def _nodes(old: Iterable[Node], added: Iterable[Node], zones: Mapping[str, str]) -> tuple[Node, ...]:
    """Those that are there, with the roles that come to them, and those that come."""
    more = {each.name: each for each in added}
    found = []
    for node in old:
        zone = node.zone
        if COMPUTE in node.roles:
            moved = zones.get(zone or DEFAULT_ZONE)
            zone = moved or zone
        coming = more.pop(node.name, None)
        roles = _united(node.roles, coming.roles) if coming else node.roles
        mac = node.mac or (coming.mac if coming else None)
        found.append(replace(node, roles=roles, mac=mac, zone=zone or (coming.zone if coming else None)))
    return (*found, *more.values())


def _moved(vmware: VMware | None, zones: Mapping[str, str]) -> VMware | None:
    if vmware is None:
        return None
    return replace(
        vmware,
        zones=tuple(replace(each, name=zones.get(each.name, each.name)) for each in vmware.zones),
        cinder_zone=zones.get(vmware.cinder_zone, vmware.cinder_zone) if vmware.cinder_zone else None,
    )


def _settings(
    given: Mapping[str, ZoneSettings], zones: Mapping[str, str], names: Mapping[str, str]
) -> dict[str, ZoneSettings]:
    """What is said of zones, under their new names, with the images' new names."""
    return {
        zones.get(zone, zone): replace(each, image=names.get(each.image, each.image) if each.image else None)
        for zone, each in given.items()
    }


def _access(access: Access, zones: Mapping[str, str], names: Mapping[str, str]) -> Access:
    return replace(
        access,
        zones=_settings(access.zones, zones, names),
        libvirt=access.libvirt,
        vcenters=tuple(
            replace(each, zones=tuple(zones.get(zone, zone) for zone in each.zones))
            for each in access.vcenters
        ),
    )


def _expecting(old: Environment, new: Environment, zones: Mapping[str, str]) -> Environment:
    """With the zones expected that come, where it was said which are."""
    before = {zones.get(each, each) for each in zones_of(old)}
    coming = tuple(each for each in zones_of(replace(new, expect=replace(new.expect, zones=None)))
                   if each not in before)  # fmt: skip
    if old.expect.zones is not None:
        said = _united((zones.get(each, each) for each in expected_zones(old)), coming)
        new = replace(new, expect=replace(new.expect, zones=said))
    if new.access is not None and new.access.expect:
        said = _united((zones.get(each, each) for each in new.access.expect), coming)
        new = replace(new, access=replace(new.access, expect=said))
    return new


def _united(one: Iterable[T], other: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*one, *other)))
