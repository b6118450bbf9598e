"""Flavors: which one a zone's servers get, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING

from ostf_dual.cloud.asking import Choice, asking
from ostf_dual.environment.model import Hypervisor
from ostf_dual.environment.sizes import GIB
from ostf_dual.errors import NotDeployedError, UnsupportedError

if TYPE_CHECKING:
    from openstack.connection import Connection

    from ostf_dual.cloud.images import ImageFacts

_VMWARE_RAM_STEP_MIB = 4
_BY_POLICY = (
    "Nova boots an image with such a flavor only for admins, unless its policy "
    "os_compute_api:servers:create:zero_disk_flavor says otherwise"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlavorFacts:
    """A flavor."""

    id: str
    name: str
    vcpus: int
    ram_mib: int
    disk_gib: int
    extra_specs: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"flavor {self.name!r} ({self.vcpus} vCPU, {self.ram_mib} MiB, {self.disk_gib} GiB)"

    @property
    def resources(self) -> dict[str, int]:
        """What one server of it takes, by Placement's resource classes."""
        wanted = {"VCPU": self.vcpus, "MEMORY_MB": self.ram_mib, "DISK_GB": self.disk_gib}
        return {name: amount for name, amount in wanted.items() if amount}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How much a project may have of a thing, and has; a limit of -1 means none."""

    name: str
    limit: int
    used: int

    def fault(self, amount: int) -> str | None:
        """Why it does not allow ``amount`` more; None: it does."""
        if self.limit < 0 or self.used + amount <= self.limit:
            return None
        return (
            f"the project's quota of {self.name} is {self.limit} with {self.used} in use, "
            f"and a server needs {amount}"
        )


def list_flavors(project: "Connection") -> tuple[FlavorFacts, ...]:
    """Every flavor that the project may use."""
    with asking("the flavors"):
        return tuple(
            FlavorFacts(
                id=flavor.id,
                name=flavor.name,
                vcpus=flavor.vcpus,
                ram_mib=flavor.ram,
                disk_gib=flavor.disk,
                extra_specs=dict(flavor.extra_specs or {}),
            )
            for flavor in project.compute.flavors()
        )


def quotas(project: "Connection") -> Mapping[str, Quota]:
    """The project's quotas for servers: instances, VCPU and MEMORY_MB."""
    with asking("the project's compute limits"):
        limits = project.compute.get_limits().absolute
    return {
        "instances": Quota(name="instances", limit=limits.instances, used=limits.instances_used),
        "VCPU": Quota(name="cores", limit=limits.total_cores, used=limits.total_cores_used),
        "MEMORY_MB": Quota(name="RAM (MiB)", limit=limits.total_ram, used=limits.total_ram_used),
    }


def quota_faults(left: Mapping[str, Quota], flavor: FlavorFacts) -> tuple[str, ...]:
    """Why a project may not have one more server of a flavor."""
    wanted = {"instances": 1, **flavor.resources}
    return tuple(why for name, quota in left.items() if (why := quota.fault(wanted.get(name, 0))))


def flavor_faults(flavor: FlavorFacts, hypervisor: Hypervisor) -> tuple[str, ...]:
    """What makes a flavor unfit for a hypervisor."""
    faults = []
    if hypervisor is Hypervisor.VCENTER and flavor.ram_mib % _VMWARE_RAM_STEP_MIB:
        faults.append(
            f"RAM of {flavor.ram_mib} MiB is not a multiple of 4: vCenter answers "
            '"Memory size is not multiple of 4"'
        )
    return tuple(faults)


def flavor_warnings(flavor: FlavorFacts) -> tuple[str, ...]:
    """What may make Nova refuse a flavor, as the cloud's policy will have it, which no API tells."""
    if flavor.disk_gib:
        return ()
    return (f"its disk is 0 GiB: {_BY_POLICY}",)


def size_faults(image: "ImageFacts", flavor: FlavorFacts) -> tuple[str, ...]:
    """Why an image does not fit a flavor. A disk of 0 GiB means "as large as the image", and fits."""
    faults = []
    if image.min_ram_mib > flavor.ram_mib:
        faults.append(f"min_ram of {image} is {image.min_ram_mib} MiB, and {flavor} has {flavor.ram_mib}")
    if flavor.disk_gib == 0:
        return tuple(faults)
    if image.min_disk_gib > flavor.disk_gib:
        faults.append(f"min_disk of {image} is {image.min_disk_gib} GiB, and {flavor} has {flavor.disk_gib}")
    largest = max(image.virtual_size_bytes or 0, image.size_bytes or 0)
    if largest > flavor.disk_gib * GIB:
        faults.append(f"{image} unfolds to {ceil(largest / GIB)} GiB, and {flavor} has {flavor.disk_gib}")
    return tuple(faults)


def choose_flavor(
    flavors: Sequence[FlavorFacts],
    image: "ImageFacts | None",
    hypervisor: Hypervisor,
    wanted: str | None,
    zone: str,
) -> Choice[FlavorFacts]:
    """The flavor for a zone's servers, and why it: given, else the smallest that fits.

    Where none fits the one with the least against it is taken: FLV-01 or IMG-06 then says what that is. One
    without a disk is for servers on volumes, and is taken only where it is given.

    Raises:
        NotDeployedError: There is none.
        UnsupportedError: None has a disk.
    """
    if wanted is not None:
        given = [flavor for flavor in flavors if wanted in {flavor.id, flavor.name}]
        if not given:
            raise NotDeployedError(f"zones.{zone}.flavor is {wanted!r}: the project sees no such flavor")
        return Choice(given[0], "given by the environment")
    if not flavors:
        raise NotDeployedError("the project sees no flavor at all")
    bootable = [flavor for flavor in flavors if flavor.disk_gib]
    if not bootable:
        raise UnsupportedError(
            f"every flavor has a disk of 0 GiB, for servers that boot from a volume, and no check does: {_BY_POLICY}; "
            f"give zones.{zone}.flavor: one with a disk, or one of these where the policy allows it"
        )

    def faults(flavor: FlavorFacts) -> tuple[str, ...]:
        return flavor_faults(flavor, hypervisor) + (size_faults(image, flavor) if image else ())

    def rank(flavor: FlavorFacts) -> tuple[int, bool, int, int, int, str]:
        # Extra specs may ask for traits, huge pages or devices that the zone does not have.
        special = bool(flavor.extra_specs)
        return len(faults(flavor)), special, flavor.ram_mib, flavor.vcpus, flavor.disk_gib, flavor.name

    chosen = min(bootable, key=rank)
    against = faults(chosen)
    if against:
        return Choice(chosen, f"none fits: {'; '.join(against)}")
    return Choice(chosen, f"the smallest of {len(bootable)} that fits")
