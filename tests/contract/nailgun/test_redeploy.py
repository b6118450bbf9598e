"""A deployment that failed, was stopped, or lost its client goes on when it is asked for again."""

from dataclasses import replace

import pytest

from ostf_dual.deployers import deployment
from ostf_dual.deployers.memory import Memory, Status
from ostf_dual.deployers.nailgun.answers import RefusedError
from ostf_dual.errors import OstfError
from ostf_dual.waiting import WaitTimeoutError
from tests.contract.nailgun.bench import Bench
from tests.contract.nailgun.server import deploying
from tests.contract.nailgun.server.http import Fault

ALL_READY = {
    "controller-1": ("ready", ("controller",)),
    "compute-1": ("ready", ("compute", "cinder")),
    "compute-2": ("ready", ("compute",)),
    "vcenter-compute-1": ("ready", ("compute-vmware",)),
}


def test_after_a_deployment_that_failed(bench: Bench) -> None:
    bench.master.world.deployment_fault = "Injected: puppet run failed on node"

    with pytest.raises(RefusedError) as caught:
        bench.deploy(bench.dual)

    assert "Injected: puppet run failed on node" in str(caught.value)
    assert "compute-1 (id 2) is error deploy" in str(caught.value)
    assert ("change", "cluster dual") in bench.changes(bench.dual)
    assert ("change", "node compute-1") in bench.changes(bench.dual)
    bench.writes()

    bench.deploy(bench.dual)

    assert bench.calls() == ["PUT clusters/1/changes"]
    assert bench.states() == ALL_READY
    assert bench.changes(bench.dual) == []


@pytest.mark.parametrize("at", [0, 58])
def test_after_a_deployment_that_was_stopped(bench: Bench, at: int) -> None:
    bench.master.world.stop_at = at

    with pytest.raises(RefusedError, match="was stopped on the master; deploying it again goes on"):
        bench.deploy(bench.dual)

    assert {status for status, _ in bench.states().values()} == {"discover"}
    assert ("change", "cluster dual") in bench.changes(bench.dual)
    bench.writes()

    bench.deploy(bench.dual)

    assert bench.calls() == ["PUT clusters/1/changes"]
    assert bench.states() == ALL_READY
    assert bench.changes(bench.dual) == []


def test_what_failed_is_remembered_as_failed_and_then_as_deployed(bench: Bench) -> None:
    bench.master.world.deployment_fault = "puppet"
    with pytest.raises(RefusedError):
        deployment.deploy(bench.dual, bench.progress, bench.deployer)
    state = Memory("dual").state
    assert state is not None
    assert state.status is Status.FAILED

    deployment.deploy(bench.dual, bench.progress, bench.deployer)

    state = Memory("dual").state
    assert state is not None
    assert state.status is Status.DEPLOYED


def test_a_deployment_whose_client_went_away_is_followed_to_its_end_and_not_begun_again(bench: Bench) -> None:
    bench.deploy(bench.kvm)
    bench.writes()
    bench.master.faults.append(Fault(method="GET", path=r"tasks/\d+$", status=500))
    with pytest.raises(OstfError, match="HTTP 500"):
        bench.deploy(bench.dual)
    assert any(each.name == "verify_networks" for each in bench.master.world.running(1))

    bench.deploy(bench.dual)

    assert bench.calls().count("PUT clusters/1/changes") == 1
    assert bench.states() == ALL_READY


def test_a_running_deployment_is_shown_by_the_plan_and_waited_for(bench: Bench) -> None:
    bench.deploy(bench.kvm)
    deploying.deploy(bench.master.world, bench.master.world.clusters[1])

    assert ("change", "task deploy") in bench.changes(bench.kvm)
    bench.writes()
    bench.deploy(bench.kvm)

    assert bench.calls() == []
    assert bench.master.world.clusters[1].status == "operational"


def test_a_refusal_of_the_masters_own_check_is_told_whatever_the_http_status(bench: Bench) -> None:
    world = bench.master.world
    bench.deploy(bench.kvm)
    # The pair is taken by the bulk call, which we never make, and found by the check before the deployment.
    (cluster,) = world.clusters.values()
    next(each for each in cluster.network["networks"] if each["name"] == "storage")["vlan_start"] = 101
    cluster.changes.append("networks")

    with pytest.raises(RefusedError, match="use the same VLAN tags"):
        bench.deploy(bench.kvm)


def test_a_deployment_that_takes_too_long_says_how_far_it_came(bench: Bench) -> None:
    assert bench.kvm.fuel is not None
    impatient = replace(bench.kvm, fuel=replace(bench.kvm.fuel, timeout_s=0.2))
    bench.deploy(bench.kvm)
    world = bench.master.world
    world.task("deploy", 1, status="running", steps=[("running", 41)] * 1000)

    with pytest.raises(WaitTimeoutError, match=r"task deploy \(\d+\) to end; last seen: running, 41 %"):
        bench.deploy(impatient)


def test_a_node_that_was_marked_for_removal_and_is_wanted_stays(bench: Bench) -> None:
    bench.deploy(bench.kvm)
    bench.master.world.nodes[3]["pending_deletion"] = True
    assert ("change", "node compute-2") in bench.changes(bench.kvm)

    bench.deploy(bench.kvm)

    assert bench.master.world.nodes[3]["pending_deletion"] is False
    assert bench.states()["compute-2"] == ("ready", ("compute",))


def test_roles_of_a_node_that_is_not_deployed_yet_are_given_anew(bench: Bench) -> None:
    bench.master.world.stop_at = 0
    with pytest.raises(RefusedError):
        bench.deploy(bench.kvm)
    bench.master.world.nodes[3].update(pending_roles=["cinder"])

    bench.deploy(bench.kvm)

    assert bench.states()["compute-2"] == ("ready", ("compute",))


def test_a_node_that_failed_keeps_the_roles_that_it_has(bench: Bench) -> None:
    bench.master.world.deployment_fault = "puppet"
    with pytest.raises(RefusedError):
        bench.deploy(bench.kvm)
    controller, first, second = bench.kvm.nodes

    fewer = replace(bench.kvm, nodes=(controller, replace(first, roles=("compute",)), second))
    more = replace(bench.kvm, nodes=(controller, first, replace(second, roles=("compute", "cinder"))))

    assert "a deployed node cannot change its roles" in bench.plan(fewer).refusals[0]
    bench.deploy(more)
    assert bench.states()["compute-2"] == ("ready", ("compute", "cinder"))
