"""A cluster's end: it is gone, its machines are discovered anew, and what it was doing was stopped before."""

from dataclasses import replace

import pytest

from ostf_dual.deployers.nailgun.answers import RefusedError
from ostf_dual.waiting import WaitTimeoutError
from tests.contract.nailgun.bench import Bench
from tests.contract.nailgun.definitions import fuel_61
from tests.contract.nailgun.server import deploying
from tests.contract.nailgun.server.http import Fault


def test_the_cluster_is_gone_and_its_machines_can_be_deployed_again_under_new_ids(bench: Bench) -> None:
    access = bench.deploy(bench.dual)

    bench.destroy(bench.dual)

    assert bench.master.world.clusters == {}
    assert access.clouds_file is not None
    assert not access.clouds_file.exists()
    assert not {1, 2, 3, 4} & bench.master.world.nodes.keys()
    bench.deploy(bench.dual)
    assert set(bench.states()) == {each.name for each in bench.dual.nodes}


def test_where_there_is_none_nothing_is_done(bench: Bench) -> None:
    bench.destroy(bench.dual)

    assert bench.master.writes == []
    assert "has no cluster 'dual'" in bench.told.getvalue()


def test_a_deployment_is_stopped_first(bench: Bench) -> None:
    bench.deploy(bench.kvm)
    deploying.deploy(bench.master.world, bench.master.world.clusters[1])
    bench.writes()

    bench.destroy(bench.kvm)

    assert bench.calls() == ["PUT clusters/1/stop_deployment", "DELETE clusters/1"]
    assert bench.master.world.clusters == {}


def test_a_deletion_that_fails_says_why(bench: Bench) -> None:
    bench.deploy(bench.kvm)
    bench.master.world.deletion_fault = "Cannot reach node-2"

    with pytest.raises(RefusedError, match="the cluster was not deleted: Cannot reach node-2"):
        bench.destroy(bench.kvm)


def test_a_master_that_names_no_task_of_the_deletion_is_asked_for_the_cluster_alone(bench: Bench) -> None:
    bench.master.world.become_early()
    bench.deploy(fuel_61(bench.master.url))
    bench.writes()
    begin = len(bench.master.requests)

    bench.destroy(fuel_61(bench.master.url))

    assert bench.master.world.clusters == {}
    assert bench.calls() == ["DELETE clusters/1"]
    assert not [each for each in bench.master.requests[begin:] if "tasks/" in each.path]


def test_a_cluster_that_stays_although_its_deletion_was_accepted_is_told(bench: Bench) -> None:
    early = fuel_61(bench.master.url)
    assert early.fuel is not None
    early = replace(early, fuel=replace(early.fuel, timeout_s=0.2))
    bench.master.world.become_early()
    bench.deploy(early)
    bench.master.world.deletion_fault = "Cannot reach node-2"

    with pytest.raises(WaitTimeoutError, match="for the cluster 1 to be gone"):
        bench.destroy(early)


def test_a_question_that_is_lost_on_the_way_is_no_end(bench: Bench) -> None:
    bench.deploy(bench.kvm)
    bench.master.faults.append(Fault(method="GET", path=r"clusters/1$", times=1))

    bench.destroy(bench.kvm)

    assert bench.master.world.clusters == {}


def test_a_deployment_that_goes_on_can_be_stopped_and_deployed_again(bench: Bench) -> None:
    bench.deploy(bench.kvm)
    assert not bench.deployer.stop(bench.kvm, bench.progress)
    deploying.deploy(bench.master.world, bench.master.world.clusters[1])

    assert bench.deployer.stop(bench.kvm, bench.progress)

    assert bench.master.world.clusters[1].status == "stopped"
    bench.deploy(bench.kvm)
    assert bench.changes(bench.kvm) == []
