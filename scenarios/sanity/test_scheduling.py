"""Sanity: whether the scheduler can tell the hypervisors apart."""

from collections.abc import Callable

import pytest

from ostf_dual.cloud.scheduling import isolation, partition_faults, refusal, trait_refusal
from ostf_dual.cloud.zone import Zone
from ostf_dual.environment.model import Hypervisor


@pytest.mark.check("SCH-01", profile="quick", layer="schedule")
def test_zone_holds_one_hypervisor(zone: Zone) -> None:
    """Each host is in exactly one zone, a vCenter host by an aggregate, and the zone runs one hypervisor.

    Why: A vCenter host in no aggregate, or a zone that mixes hypervisors, puts servers where their image cannot
        boot. KVM's hosts may stay in Nova's own zone by themselves, as in every cloud that was converted.
    Witnesses: Nova's services, aggregates and hypervisor records, held against each other.
    On failure: Make an aggregate with --zone for each hypervisor, and put each host into exactly one:
        `openstack aggregate add host`.
    Source: Fuel put vCenter computes into a zone of their own; SAP's vCenter nanny alerts on hosts that are in
        no aggregate (bb_not_in_aggregate).
    """
    zone.cloud.required_admin()
    every = [each.part for each in zone.cloud.zones()]
    faults = partition_faults(zone.part, every, zone.cloud.discovery().readings.aggregates.get())
    assert not faults, "\n".join(faults)


@pytest.mark.check("SCH-02", profile="quick", layer="schedule")
def test_image_can_only_land_on_its_hypervisor(zone: Zone, evidence: Callable[[str, object], None]) -> None:
    """The zone's image passes the scheduler's filters on the zone's hosts, and on no other hypervisor's.

    Why: An image without hypervisor_type passes ImagePropertiesFilter on every host: who asks for a server
        without a zone gets a VMDK on KVM, by chance.
    Witnesses: Glance's properties, Placement's traits and Nova's aggregates, put through the scheduler's own
        rules.
    On failure: Set hypervisor_type=vmware (or qemu) on the image, or isolate it by aggregate metadata, or turn
        query_placement_for_image_type_support on.
    Source: nova.scheduler.filters.image_props_filter, run with such images: it lets them pass on both.
    """
    zone.cloud.required_admin()
    image = zone.image
    own = refusal(image, zone.hypervisor)
    assert own is None, f"{image} is refused by the hosts of its own zone {zone.name}: {own}"

    aggregates = zone.cloud.discovery().readings.aggregates.get()
    is_vcenter = zone.hypervisor is Hypervisor.VCENTER
    for other in zone.cloud.zones():
        if (other.hypervisor is Hypervisor.VCENTER) == is_vcenter:
            continue
        by_property = refusal(image, other.hypervisor)
        by_trait = [trait_refusal(image, node.traits) for node in other.providers]
        by_aggregate = isolation(image, other.hosts, aggregates)
        evidence(f"what keeps it from {other}", by_property or by_trait or by_aggregate or "nothing")
        assert by_property or (by_trait and all(by_trait)) or by_aggregate, (
            f"nothing keeps {image} from the {other.hypervisor} hosts of zone {other}: it has no "
            "hypervisor_type, and a server asked for without a zone can land there and not boot; set "
            f"hypervisor_type={'vmware' if is_vcenter else 'qemu'} on it. Nova's "
            "query_placement_for_image_type_support would do as well: it is off by default, and no API tells"
        )
