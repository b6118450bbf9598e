"""A cloud grows from one hypervisor to two, and back."""

from typing import TYPE_CHECKING

import pytest

from ostf_dual.cloud.metering import Metering
from ostf_dual.cloud.residents import Resident, changes
from ostf_dual.cloud.workbench import Workbench
from ostf_dual.deployers.base import Action
from ostf_dual.environment.expectations import zones_of
from ostf_dual.environment.subset import without_vcenter
from ostf_dual.plugin.stage import connected

if TYPE_CHECKING:
    from collections.abc import Collection

    from ostf_dual.journal import Journal
    from ostf_dual.plugin.stage import Health, Stage
    from ostf_dual.plugin.typing import Evidence, Step


@pytest.mark.check("SYS-01", profile="system", layer="system")
def test_add_vcenter(stage: "Stage", journal: "Journal", step: "Step", evidence: "Evidence") -> None:
    """A cloud with libvirt computes gets a vcenter-compute node: both hypervisors serve, and what ran goes on.

    Why: Clouds grow a second hypervisor while customers' servers run. What ran before must not notice.
    Witnesses: The health check before and after; of a server with a volume that stays: Nova, Cinder, its
        hypervisor, and the samples of its meters.
    Makes: a cloud of its own, destroyed at its end
    On failure: Read the step that failed: a plan that changes more than it adds, a health check that is red, or a
        server that was touched. `ostf-dual lab logs SERVICE --name add-vcenter` has the services' own words.
    Source: Fuel spec "VMware: dual hypervisor support", system tests.
    """
    before, after = without_vcenter(stage.definition), stage.definition
    with step("deploy the cloud with its libvirt computes alone"):
        access = stage.deploy(before)

    with step("the health check finds one hypervisor and that it is well; nothing is asked of vCenter"):
        health = stage.health()
        assert_well(health, zones_of(before))
        assert not health.asked("VC-01"), "a cloud without vCenter was asked about one"

    with connected(access) as cloud:
        workbench = Workbench(cloud, cloud.zones(), journal)
        try:
            with step("boot a server with a volume, to stay"):
                (zone,) = cloud.zones()
                resident = Resident(workbench, zone)
                untouched = resident.trace()
                evidence("the server before", str(untouched))

            with step("the plan adds the vCenter part, and changes and removes nothing"):
                plan = stage.plan(after)
                assert not plan.refusals, plan.refusals
                touched = [each for each in plan.changes if each.action in {Action.CHANGE, Action.REMOVE}]
                assert not [each for each in touched if each.what.startswith(("node", "zone"))], touched

            with step("deploy it"):
                stage.deploy(after)

            with step("the health check finds two hypervisors and that both are well"):
                health = stage.health()
                assert_well(health, zones_of(after))
                assert health.asked("VC-01") == [
                    zone.name for zone in (after.vmware.zones if after.vmware else ())
                ]

            with step("the server and its volume are as they were"):
                found = changes(untouched, resident.trace())
                assert not found, (
                    f"adding vCenter disturbed server {resident.server.name}: {'; '.join(found)}"
                )

            with step("its samples have no gap"):
                gaps = resident.gaps(Metering(cloud))
                assert not gaps, f"adding vCenter disturbed metering: {'; '.join(gaps)}"
        finally:
            leftovers = workbench.close()
    assert not leftovers, leftovers


def assert_well(health: "Health", zones: "Collection[str]") -> None:
    """Checks ran in every zone of the definition and none failed."""
    assert health.code == 0, "\n".join([*health.summary["reasons"], *health.red])
    assert set(health.zones) == set(zones), f"wanted zones {sorted(zones)}, found {sorted(health.zones)}"
