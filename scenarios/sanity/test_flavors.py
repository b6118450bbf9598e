"""Sanity: the zone's flavor."""

from collections.abc import Callable

import pytest

from ostf_dual.cloud.flavors import flavor_faults, flavor_warnings, quota_faults, quotas
from ostf_dual.cloud.placement import fit_faults
from ostf_dual.cloud.zone import Zone


@pytest.mark.check("FLV-01", profile="quick", layer="flavor")
def test_a_server_of_the_flavor_can_be_had(zone: Zone, evidence: Callable[[str, object], None]) -> None:
    """The zone's flavor suits its hypervisor, the project's quota allows a server, and one fits on a node.

    Why: A flavor that the driver refuses, a used-up quota or a node without room end in NoValidHost minutes
        later, which names none of the three.
    Witnesses: Nova's flavor and quota, and Placement's inventories, reservations and allocations of each node.
    On failure: A memory size that is no multiple of 4 MiB is refused by the VMware driver alone. Room:
        Placement's max_unit of DISK_GB on vCenter is the largest free datastore, not the sum. Look at
        `openstack allocation candidate list`. Unsupported: all flavors are for servers that boot from a volume, give
        `zones.NAME.flavor` one with a disk.
    Source: nova.virt.vmwareapi.vmops (InstanceUnacceptable: memory size is not multiple of 4), vm_util;
        nova.conf allocation ratios; nova.compute.api (BootFromVolumeRequiredForZeroDiskFlavor).
    """
    flavor = zone.flavor
    evidence("as Nova's policy will have it", flavor_warnings(flavor) or "nothing")
    faults = flavor_faults(flavor, zone.hypervisor)
    assert not faults, "\n".join(f"{flavor}: {why}" for why in faults)

    over = quota_faults(quotas(zone.cloud.project), flavor)
    assert not over, "\n".join(f"{flavor}: {why}; raise it, or delete servers" for why in over)

    nodes = zone.providers
    assert nodes, f"os-hypervisors has no record of {zone.told_hosts}; see SVC-02"
    against = {node.name: fit_faults(node, flavor.resources) for node in nodes}
    evidence("what keeps it from a node", {name: why or "nothing" for name, why in against.items()})
    assert not all(against.values()), (
        f"{flavor} fits on no node of zone {zone.name}, Nova would answer NoValidHost:\n"
        + "\n".join(f"{name}: {'; '.join(why)}" for name, why in against.items())
    )
