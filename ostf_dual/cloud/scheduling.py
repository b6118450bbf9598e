"""What Nova's scheduler will make of zones and images, as far as it can be foretold: pure rules.

Source: nova/scheduler/filters (ImagePropertiesFilter is on by default) and nova/scheduler/request_filter.py.
"""

from collections.abc import Sequence

from ostf_dual.cloud.images import ImageFacts
from ostf_dual.cloud.zoning import AggregateFacts, Part
from ostf_dual.environment.model import Hypervisor

_TRAIT = "trait:"
_STEERS_NO_SERVER = ("availability_zone", "filter_tenant_id")


def partition_faults(
    part: Part, every: Sequence[Part], aggregates: Sequence[AggregateFacts]
) -> tuple[str, ...]:
    """Why a zone does not set its hosts apart, so that a server asked for in it can land elsewhere.

    A cloud with one hypervisor may leave all its hosts in Nova's default zone: nothing can be mixed up there. With
    two, KVM's hosts may stay there by themselves: Nova moves no host that has servers, and that is how a cloud
    becomes one with two. A vCenter host there is a fault, also while it is alone.
    """
    faults = []
    others = sorted({other.hypervisor for other in every if other.zone == part.zone} - {part.hypervisor})
    if others:
        faults.append(
            f"zone {part.zone} runs {part.hypervisor} and {', '.join(others)}: a server for it can land "
            "on either; make an aggregate with a zone of its own for each"
        )
    dual = len({other.hypervisor for other in every}) > 1
    for host in part.hosts:
        zones = {each.zone for each in aggregates if host in each.hosts and each.zone}
        if len(zones) > 1:
            faults.append(f"host {host} is in several zones by its aggregates: {', '.join(sorted(zones))}")
        elif zones and zones != {part.zone}:
            faults.append(f"host {host} is in zone {part.zone}, and its aggregate says {', '.join(zones)}")
        elif not zones and dual and not part.hypervisor.is_libvirt:
            faults.append(
                f"host {host} ({part.hypervisor}) is in no aggregate with a zone, only in the default zone "
                f"{part.zone!r}, where whatever belongs nowhere is mixed; add it to an aggregate"
            )
    faults += [why for each in aggregates if (why := _mixes(each, part, every))]
    return tuple(faults)


def _mixes(aggregate: AggregateFacts, part: Part, every: Sequence[Part]) -> str | None:
    """Why an aggregate sends what asks for it to either hypervisor; one that sets tenants apart does not."""
    steers = sorted(key for key in aggregate.metadata if not key.startswith(_STEERS_NO_SERVER))
    kinds = sorted({other.hypervisor for other in every if set(other.hosts) & set(aggregate.hosts)})
    if not steers or len(kinds) < 2 or not set(part.hosts) & set(aggregate.hosts):  # noqa: PLR2004 - two mix
        return None
    return (
        f"aggregate {aggregate.name!r} holds hosts of {' and '.join(kinds)}, and steers servers by "
        f"{', '.join(steers)}: a flavor or image that asks for that can land on either; make one for each"
    )


def refusal(image: ImageFacts, hypervisor: Hypervisor) -> str | None:
    """Why ImagePropertiesFilter keeps an image from a hypervisor's hosts; None: it lets it pass."""
    asked = (image.hypervisor_type or "").lower()
    offered = {"vmware"} if hypervisor is Hypervisor.VCENTER else {"qemu", "kvm"}
    if not asked or asked in offered:
        return None
    return f"hypervisor_type={asked}, and {hypervisor} hosts offer {' and '.join(sorted(offered))}"


def trait_refusal(image: ImageFacts, traits: frozenset[str]) -> str | None:
    """Why Placement keeps an image from a provider, by the traits that it asks for; None: it does not."""
    for key, value in sorted(image.properties.items()):
        if key.startswith(_TRAIT):
            trait = key.removeprefix(_TRAIT)
            if (value == "required") is not (trait in traits):
                return f"{key}={value}"
    return None


def isolation(image: ImageFacts, hosts: Sequence[str], aggregates: Sequence[AggregateFacts]) -> str | None:
    """The aggregate property that AggregateImagePropertiesIsolation, if it is on, would keep an image out by.

    It must hold for every host. Whether the filter is on cannot be seen from outside.
    """
    reasons = [_isolated(image, host, aggregates) for host in hosts]
    return reasons[0] if reasons and all(reasons) else None


def _isolated(image: ImageFacts, host: str, aggregates: Sequence[AggregateFacts]) -> str | None:
    for aggregate in aggregates:
        for key, allowed in aggregate.metadata.items():
            value = image.properties.get(key)
            if (
                host in aggregate.hosts
                and value
                and value not in {each.strip() for each in allowed.split(",")}
            ):
                return f"aggregate {aggregate.name!r} has {key}={allowed}, and the image {key}={value}"
    return None
