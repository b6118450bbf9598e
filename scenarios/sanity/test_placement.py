"""Sanity: what Placement knows of the compute nodes, held against the witness."""

from collections.abc import Callable

import pytest

from ostf_dual.cloud.placement import disk_fault, inventory_faults, providers, trait_faults
from ostf_dual.cloud.zone import Zone
from ostf_dual.environment.model import Hypervisor
from ostf_dual.hypervisors.vcenter import usable_capacity_gib


@pytest.mark.check("SVC-03", profile="quick", layer="placement")
def test_nodes_offer_what_they_have(zone: Zone, evidence: Callable[[str, object], None]) -> None:
    """Each compute node offers CPU, memory and disk in Placement; on vCenter the disk that is there."""
    nodes = providers(zone.cloud.required_admin(), zone.nodes)
    assert nodes, f"os-hypervisors has no record of {zone.told_hosts}; see SVC-02"
    evidence(
        "inventories",
        {node.name: {name: str(each) for name, each in node.inventories.items()} for node in nodes},
    )
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
    """Each compute node says in Placement that it takes its hypervisor's image format, not the other's."""
    nodes = providers(zone.cloud.required_admin(), zone.nodes)
    assert nodes, f"os-hypervisors has no record of {zone.told_hosts}; see SVC-02"
    faults = [why for node in nodes for why in trait_faults(node, zone.hypervisor)]
    assert not faults, "\n".join(faults)
