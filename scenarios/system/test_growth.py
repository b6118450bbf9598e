"""A cloud grows from one hypervisor to two, and back."""

from typing import TYPE_CHECKING

import pytest

from ostf_dual.cloud.metering import Metering
from ostf_dual.cloud.residents import Resident, changes
from ostf_dual.cloud.traces import traces
from ostf_dual.cloud.workbench import Workbench
from ostf_dual.deployers.base import Action
from ostf_dual.environment.expectations import zones_of
from ostf_dual.environment.subset import without_vcenter
from ostf_dual.errors import InputError
from ostf_dual.plugin.health import SERVES
from ostf_dual.plugin.stage import connected

if TYPE_CHECKING:
    from ostf_dual.journal import Journal
    from ostf_dual.plugin.stage import Stage
    from ostf_dual.plugin.typing import Evidence, Staying, Step


@pytest.mark.check("SYS-01", profile="system", layer="system")
def test_add_vcenter(stage: "Stage", staying: "Staying", step: "Step") -> None:
    """A KVM cloud gets a vcenter-compute node: both hypervisors serve, and what ran before goes on.

    Why: It is what the spec was written for. Who adds a hypervisor to a cloud that works wants it to go on
        working, its servers, volumes and samples included.
    Witnesses: The health check in both zones, before and after; of the server that stays Nova, Cinder, the
        hypervisor, the guest itself, and the times of its samples.
    On failure: The first step that is red says how far the cloud came; its deployment and its health check are
        attached.
    Source: The dual-hypervisor spec, Testing: "Create cloud with KVM compute nodes, then add vcenter-compute
        node".
    """
    before, after = without_vcenter(stage.dual), stage.dual
    with step("deploy the cloud with its libvirt computes alone"):
        access = stage.deploy(before)

    with step(
        "the health check finds one hypervisor, that it is well, and says that nothing is asked of vCenter"
    ):
        health = stage.health()
        assert not (faults := health.faults(zones_of(before))), "\n".join(faults)
        assert not health.asked("VC-01"), "a cloud without vCenter was asked about one"
        assert "no check of vCenter was run" in health.output, (
            "the table does not say that vCenter is not there"
        )

    with staying(access) as stayed:
        with step("the plan adds the vCenter part, and changes and removes nothing"):
            plan = stage.plan(after)
            assert not plan.refusals, plan.refusals
            touched = [each for each in plan.changes if each.action in {Action.CHANGE, Action.REMOVE}]
            assert not [each for each in touched if each.what.startswith(("node", "zone"))], touched

        with step("add the vcenter-compute node and its volume service"):
            stage.deploy(after)

        with step("the health check finds two hypervisors, and that both are well"):
            health = stage.health()
            assert not (faults := health.faults(zones_of(after))), "\n".join(faults)
            assert health.asked("VC-01") == [
                zone.name for zone in (after.vmware.zones if after.vmware else ())
            ]

        with step("the server and its volume are as they were"):
            found = stayed.changes()
            assert not found, (
                f"adding vCenter disturbed server {stayed.resident.server.name}: {'; '.join(found)}"
            )

        with step("its samples have no gap"):
            gaps = stayed.resident.gaps(Metering(stayed.cloud))
            assert not gaps, f"adding vCenter disturbed metering: {'; '.join(gaps)}"


@pytest.mark.check("SYS-09", profile="system", layer="system")
def test_remove_vcenter(stage: "Stage", journal: "Journal", step: "Step", evidence: "Evidence") -> None:
    """The vcenter-compute node is removed again: refused while it has servers; then no trace of it is left.

    Why: A node that is gone while Nova, Placement or Cinder still know it is offered to servers, counts as down,
        and stands in the way when a node of its name comes again.
    Witnesses: Nova's services, hypervisors, aggregates and zones, Cinder's services and volume types,
        Neutron's agents, Placement's resource providers; the health check; of the server that stays Nova, Cinder,
        the hypervisor and the guest.
    On failure: What is named is still known: delete it there (`openstack compute service delete`, `cinder-manage
        service remove`, `openstack resource provider delete`).
    Source: Fuel 8.0, add-vmware-clusters (a compute-vmware node can be deleted); nova bug 1852993 (a deleted
        service leaves its provider).
    """
    before, after = stage.dual, without_vcenter(stage.dual)
    with step("deploy the cloud with both hypervisors"):
        access = stage.deploy(before)

    with connected(access) as cloud:
        gone = tuple(zone for zone in cloud.zones() if not zone.hypervisor.is_libvirt)
        stays = next(zone for zone in cloud.zones() if zone.hypervisor.is_libvirt)
        workbench = Workbench(cloud, cloud.zones(), journal)
        try:
            with step("boot a server with a volume on libvirt, to stay"):
                resident = Resident(workbench, stays)
                untouched = resident.trace()
                evidence("the server before", str(untouched))

            with (
                step("removing vCenter while it has a server is refused, and nothing is touched"),
                workbench.fresh_server(gone[0]) as victim,
            ):
                with pytest.raises(InputError) as refused:
                    stage.deploy(after)
                evidence("refusal", str(refused.value))
                assert victim.name in str(refused.value), (
                    f"server {victim.name} is not named: {refused.value}"
                )
                health = stage.health("--profile", "quick")
                assert not (faults := health.faults(zones_of(before))), "\n".join(faults)

            with step("without its server the vcenter-compute node and its volume service go"):
                stage.deploy(after)

            with step("nobody knows it any more"):
                left = traces(cloud, gone)
                evidence(
                    "looked for",
                    [
                        f"{zone.label}: {', '.join((*zone.hosts, *zone.nodes, *zone.volume_services))}"
                        for zone in gone
                    ],
                )
                assert not left, "\n".join(left)

            with step("the health check finds one hypervisor, and that it is well"):
                health = stage.health(*SERVES)
                assert not (faults := health.faults(zones_of(after))), "\n".join(faults)

            with step("the server and its volume are as they were"):
                found = changes(untouched, resident.trace())
                assert not found, f"it disturbed server {resident.server.name}: {'; '.join(found)}"

            with step("nothing is left to do"):
                assert (plan := stage.plan(after)).is_empty, str(plan)
        finally:
            leftovers = workbench.close()
    assert not leftovers, leftovers
