"""What differs between a definition and the cloud that is there, by OpenStack's word. Pure.

What a definition does not speak of is no difference: a cloud has any number of images, types and services.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import TypeVar

from ostf_dual.cloud.asking import Answer
from ostf_dual.cloud.discovery import Discovery
from ostf_dual.cloud.images import ImageFacts
from ostf_dual.cloud.readings import Readings
from ostf_dual.cloud.releases import NEWER
from ostf_dual.cloud.services import missing
from ostf_dual.deployers.base import Action, Change
from ostf_dual.deployers.workers import nodes
from ostf_dual.environment.definition import Environment, NetworkProvider, VolumeBackend
from ostf_dual.environment.expectations import zones_of
from ostf_dual.environment.model import Hypervisor
from ostf_dual.errors import NotDeployedError

T = TypeVar("T")

# What Cinder's drivers call their storage protocol, in small letters. Source: cinder/common/constants.py.
_PROTOCOLS: Mapping[VolumeBackend, frozenset[str]] = {
    VolumeBackend.LVM: frozenset(
        {"iscsi", "iser", "nvme-of", "nvmeof", "nvme-tcp", "nvmet_tcp", "nvmet_rdma"}
    ),
    VolumeBackend.CEPH: frozenset({"ceph", "rbd"}),
    VolumeBackend.NFS: frozenset({"nfs"}),
    VolumeBackend.VMDK: frozenset({"vmdk", "vstorageobject"}),
}


def differences(
    environment: Environment, discovery: Discovery, hypervisors: Mapping[str, Hypervisor]
) -> tuple[Change, ...]:
    """Every difference; to add is what is missing, to remove what the definition does not have.

    Args:
        environment: The definition.
        discovery: What the cloud has.
        hypervisors: What runs servers, by zone label, as the second witness says where there is one.

    Raises:
        NotConfiguredError: There are no admin rights, without which it cannot be told.
        OstfError: One of the APIs did not answer.
    """
    readings = discovery.readings
    services = (*readings.compute_services.get(), *_deployed(readings.volume_services, ()))
    return (
        *_release(environment, readings),
        *_network(environment, readings),
        *_zones(environment, discovery, hypervisors),
        *nodes(environment, services),
        *_services(environment, readings),
        *_images(environment, readings),
        *_volumes(environment, discovery),
    )


def _deployed(answer: Answer[T], default: T) -> T:
    """The answer; ``default`` of a service that is not deployed."""
    return default if isinstance(answer.error, NotDeployedError) else answer.get()


def _release(environment: Environment, readings: Readings) -> Iterator[Change]:
    wanted, found = environment.release, readings.release.value
    if found is None or not found.candidates or not wanted.startswith("20"):
        return  # Fuel's own number says nothing that Nova's API could confirm
    if wanted not in found.candidates and not (found.candidates == NEWER and wanted > NEWER[0]):
        yield Change(action=Action.CHANGE, what="release", detail=f"wanted {wanted}, found {found}")


def _network(environment: Environment, readings: Readings) -> Iterator[Change]:
    wanted = environment.network.provider
    there = not isinstance(readings.network_agents.error, NotDeployedError)
    if (wanted is NetworkProvider.NEUTRON) is not there:
        found = "Neutron is in the service catalogue" if there else "no Neutron is in the service catalogue"
        yield Change(action=Action.CHANGE, what="network.provider", detail=f"wanted {wanted}; {found}")


def _zones(
    environment: Environment, discovery: Discovery, hypervisors: Mapping[str, Hypervisor]
) -> Iterator[Change]:
    wanted = zones_of(environment)
    found: dict[str, set[Hypervisor]] = {}
    for each in discovery.zones:
        known = hypervisors.get(each.part.label, each.part.hypervisor)
        found.setdefault(each.part.zone, set()).add(known)
    for name, kinds in wanted.items():
        if name not in found:
            told = f"{_named(kinds)}: " if kinds else ""
            yield Change(
                action=Action.ADD, what=f"zone {name}", detail=f"{told}no nova-compute record names it"
            )
        elif kinds and not _alike(kinds, found[name]):
            detail = f"wanted {_named(kinds)}, its servers run on {_named(found[name])}"
            yield Change(action=Action.CHANGE, what=f"zone {name}", detail=detail)
    if environment.nodes or environment.vmware or environment.expect.zones is not None:
        for name in sorted(found.keys() - wanted.keys()):
            detail = f"{_named(found[name])}: the definition has no such zone"
            yield Change(action=Action.REMOVE, what=f"zone {name}", detail=detail)


def _alike(wanted: Collection[Hypervisor], found: Collection[Hypervisor]) -> bool:
    """Nova cannot tell kvm from qemu: without a witness either may be there."""

    def fits(one: Hypervisor, other: Hypervisor) -> bool:
        return one is other or (Hypervisor.LIBVIRT in {one, other} and one.is_libvirt and other.is_libvirt)

    return all(any(fits(each, other) for other in found) for each in wanted) and all(
        any(fits(each, other) for other in wanted) for each in found
    )


def _named(kinds: Collection[Hypervisor]) -> str:
    return " and ".join(sorted(kinds))


def _services(environment: Environment, readings: Readings) -> Iterator[Change]:
    if not environment.expect.services:
        return
    found = readings.services()
    for wanted in environment.expect.services:
        if (detail := missing(wanted, found)) is not None:
            yield Change(action=Action.ADD, what=f"service {wanted}", detail=detail)


def _images(environment: Environment, readings: Readings) -> Iterator[Change]:
    if not environment.images:
        return
    found = _deployed(readings.images, ())
    for wanted in environment.images:
        same_name = [each for each in found if each.name == wanted.name]
        what = f"image {wanted.name}"
        if not same_name:
            detail = f"{wanted.disk_format}, for {wanted.hypervisor}: the project sees no such image"
            yield Change(action=Action.ADD, what=what, detail=detail)
        elif not any(_serves(each, wanted.hypervisor, wanted.disk_format) for each in same_name):
            one = same_name[0]
            detail = (
                f"wanted {wanted.disk_format} for {wanted.hypervisor}, active; found {one.disk_format}, "
                f"hypervisor_type={one.hypervisor_type}, {one.status}"
            )
            yield Change(action=Action.CHANGE, what=what, detail=detail)


def _serves(image: ImageFacts, hypervisor: Hypervisor, disk_format: str) -> bool:
    return image.status == "active" and image.disk_format == disk_format and image.suits(hypervisor)


def _volumes(environment: Environment, discovery: Discovery) -> Iterator[Change]:
    wanted = environment.storage.volumes
    if not wanted:
        return
    pools = _deployed(discovery.readings.pools, ())
    there = {pool.protocol.lower() for pool in pools}
    for backend in wanted:
        if not _PROTOCOLS[backend] & there:
            told = ", ".join(f"{pool.service} ({pool.protocol})" for pool in pools) or "none"
            yield Change(
                action=Action.ADD, what=f"volume backend {backend}", detail=f"backends that are up: {told}"
            )
    for zone in discovery.zones:
        if isinstance(zone.volume_type.error, NotDeployedError):
            what = f"volume type for zone {zone.part.label}"
            yield Change(action=Action.ADD, what=what, detail=str(zone.volume_type.error))
