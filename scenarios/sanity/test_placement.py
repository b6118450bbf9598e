"""Sanity: what Placement knows of the compute nodes, held against the witness."""

from collections.abc import Callable

import pytest

from ostf_dual.cloud.placement import disk_fault, inventory_faults, trait_faults
from ostf_dual.cloud.zone import Zone
from ostf_dual.environment.model import Hypervisor
from ostf_dual.errors import UnsupportedError
from ostf_dual.hypervisors.vcenter import usable_capacity_gib


@pytest.mark.check("SVC-03", profile="quick", layer="placement")
def test_nodes_offer_what_they_have(zone: Zone, evidence: Callable[[str, object], None]) -> None:
    """Each compute node offers CPU, memory and disk in Placement; on vCenter the disk that is there.

    Why: The scheduler goes by Placement alone. Inventories that are missing or stale give NoValidHost on an
        empty cloud, and, on vCenter, servers on a datastore that is full.
    Witnesses: Placement's inventories, and on vCenter the capacity of the datastores that Nova's regex matches.
    On failure: A regex that matches nothing raises ValueError in nova-compute, which only its log tells: the
        service stays up. Look at "Error updating resources for node" there, and at datastore_regex.
    Source: nova.virt.vmwareapi.driver.update_provider_tree; nova.compute.manager swallows its error; Nova API
        2.88 shows no disk any more.
    """
    nodes = zone.providers
    assert nodes, f"os-hypervisors has no record of {zone.told_hosts}; see SVC-02"
    evidence(
        "inventories",
        {node.name: {name: str(each) for name, each in node.inventories.items()} for node in nodes},
    )
    refuse_unknown(zone)
    faults = [why for node in nodes for why in inventory_faults(node)]
    assert not faults, "\n".join(faults)

    if zone.hypervisor is Hypervisor.VCENTER:
        for node, cluster in zip(nodes, zone.clusters, strict=True):
            facts = zone.vcenter.cluster(cluster)
            assert facts is not None, f"{zone.vcenter} has no cluster {cluster}; see VC-02"
            regex = zone.vcenter.access.regex_of(facts.name)
            held = usable_capacity_gib(zone.vcenter.datastores(cluster), regex)
            assert (stale := disk_fault(node, held)) is None, stale


@pytest.mark.check("SVC-04", profile="quick", layer="placement")
def test_nodes_have_the_traits_of_their_hypervisor(zone: Zone) -> None:
    """Each compute node says in Placement that it takes its hypervisor's image format, not the other's.

    Why: The image-type traits are what [scheduler] query_placement_for_image_type_support goes by, and show
        which driver really runs on a host.
    Witnesses: Placement's traits of each node, and the hypervisor that os-hypervisors tells.
    On failure: A node with the other driver's traits was moved or its compute_driver changed: look at nova.conf
        there. None at all: nova-compute never reported, see SVC-03. RAW without QCOW2 is right where root disks
        are on LVM or RBD and force_raw_images is off: such a zone wants a raw image.
    Source: os-traits COMPUTE_IMAGE_TYPE_*; nova.virt.driver capabilities of libvirt and vmwareapi.
    """
    nodes = zone.providers
    assert nodes, f"os-hypervisors has no record of {zone.told_hosts}; see SVC-02"
    refuse_unknown(zone)
    faults = [why for node in nodes for why in trait_faults(node, zone.hypervisor)]
    assert not faults, "\n".join(faults)


def refuse_unknown(zone: Zone) -> None:
    """Bare metal, for one, offers neither CPUs nor image formats.

    Raises:
        UnsupportedError: What runs the zone is unknown, and so is what its nodes should say.
    """
    if zone.hypervisor is Hypervisor.UNKNOWN:
        raise UnsupportedError(
            f"what runs zone {zone.label} is neither libvirt nor vCenter, so is unknown what its nodes should offer"
        )
