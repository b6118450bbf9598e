"""A deployment that does not come to its end, and the next one."""

from typing import TYPE_CHECKING

import pytest

from ostf_dual.deployers.memory import Status
from ostf_dual.environment.expectations import zones_of
from ostf_dual.environment.subset import without_vcenter
from ostf_dual.errors import OstfError
from ostf_dual.plugin.health import SERVES

if TYPE_CHECKING:
    from ostf_dual.plugin.stage import Stage
    from ostf_dual.plugin.typing import Evidence, Staying, Step

NEEDED = "glance-api"
"""Without it no image can be made for the second hypervisor."""
STOPPED_AT = 8
"""The step of the deployment that is begun when it is stopped: late enough for something to be half done."""
INTERRUPTED = 2


@pytest.mark.check("SYS-10", profile="system", layer="system")
def test_redeploy(stage: "Stage", staying: "Staying", step: "Step", evidence: "Evidence") -> None:
    """Adding vCenter fails, then is stopped half-way, then is asked for again: it goes on, and KVM is unharmed.

    Why: Deployments do fail, and are interrupted. What is half there must neither harm what was there before nor
        stand in the way of the next try.
    Witnesses: What the deployer says and remembers; the plan after each try; the health check; of a server that
        stays Nova, Cinder, the hypervisor and the guest itself.
    On failure: The step says which try left the cloud in a state that the next one could not go on from.
    Source: Fuel: an environment in state error or stopped can be deployed again, Nailgun `is_locked`.
    """
    before, after = without_vcenter(stage.dual), stage.dual
    stage.requires_outages()
    with step("deploy the cloud with its libvirt computes alone"):
        access = stage.deploy(before)

    with staying(access) as stayed:
        with (
            step(f"adding vCenter while {NEEDED} does not answer fails, and says so"),
            stage.service_lost(before, NEEDED),
        ):
            with pytest.raises(OstfError) as failed:
                stage.deploy(after)
            evidence("failure", str(failed.value))
            state = stage.memory.state
            assert "image" in str(failed.value), f"the cause is not told: {failed.value}"
            assert state is not None
            assert state.status is Status.FAILED, f"it is remembered as {state.status}"

        with step("libvirt's zone is well, and so is its server"):
            health = stage.health("--profile", "quick")
            assert not (red := health.red_in(zones_of(before))), "\n".join(red)
            assert set(health.asked("SVC-02")) >= zones_of(before).keys()
            assert not (found := stayed.changes()), "; ".join(found)

        with step("asked for again it goes on, and is stopped half-way; it says how to go on"):
            stopped = stage.deploy_until(after, STOPPED_AT)
            assert stopped.code == INTERRUPTED, f"wanted exit code {INTERRUPTED}, found {stopped.code}"
            assert "goes on" in stopped.output, f"it does not say how to go on: {stopped.output[-300:]}"

        with step("the plan says what is still to be done"):
            plan = stage.plan(after)
            assert not plan.refusals, plan.refusals
            assert not plan.is_empty, "a deployment that was stopped is taken to be whole"

        with step("asked for again it comes to its end"):
            stage.deploy(after)
            assert (plan := stage.plan(after)).is_empty, str(plan)

        with step("the health check finds that both zones are well"):
            health = stage.health(*SERVES)
            assert not (faults := health.faults(zones_of(after))), "\n".join(faults)

        with step("the server and its volume are as they were"):
            found = stayed.changes()
            assert not found, f"it disturbed server {stayed.resident.server.name}: {'; '.join(found)}"
