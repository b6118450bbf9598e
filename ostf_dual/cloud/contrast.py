"""Two zones of different hypervisors: what of one of them is not for the other."""

from contextlib import suppress
from typing import TYPE_CHECKING

from ostf_dual.cloud.flavors import FlavorFacts, size_faults
from ostf_dual.environment.model import Hypervisor
from ostf_dual.errors import NotAskedError, NotDeployedError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ostf_dual.cloud.zone import Zone


def zone_of_other_kind(zone: "Zone", zones: "Iterable[Zone]") -> "Zone":
    """A zone of the other hypervisor family.

    Raises:
        NotDeployedError: There is none.
        UnsupportedError: What runs in this zone is not known, so nothing is known to be another's.
    """
    if zone.hypervisor is Hypervisor.UNKNOWN:
        raise UnsupportedError(
            f"what runs zone {zone.label} is unknown without admin rights, and so is what is not for it"
        )
    for other in zones:
        if (
            other.hypervisor is not Hypervisor.UNKNOWN
            and other.hypervisor.is_libvirt != zone.hypervisor.is_libvirt
        ):
            return other
    raise NotDeployedError(f"this cloud has no zone of another hypervisor than {zone.hypervisor}")


def foreign_volume_type(zone: "Zone", other: "Zone") -> str:
    """The other zone's volume type, whose volumes this zone's servers cannot take.

    Raises:
        UnsupportedError: They can: both hypervisors attach iSCSI, for one.
        NotAskedError: The other zone has no volume type, or it cannot be told which; this zone needs none.
    """
    name, own = other.volume_type, ""
    with suppress(NotAskedError):
        own = zone.volume_type
    if name == own:
        raise UnsupportedError(
            f"zones {zone.label} and {other.label} share volume type {name!r}: it is for both"
        )
    pools = zone.cloud.discovery().readings.pools.or_else(())
    for pool in pools:
        if pool.service in other.volume_services and pool.suits(zone.hypervisor):
            raise UnsupportedError(
                f"volumes of type {name!r} are on {pool.service} by {pool.protocol}: {zone.hypervisor} takes them too"
            )
    return name


def flavor_for_foreign_image(zone: "Zone", other: "Zone") -> FlavorFacts:
    """This zone's flavor, on which the other zone's image would fit: so that the image alone is to be refused.

    Raises:
        UnsupportedError: It would not fit, and would be refused for that.
    """
    if faults := size_faults(other.image, zone.flavor):
        raise UnsupportedError(f"a refusal would tell nothing of the image: {'; '.join(faults)}")
    return zone.flavor
