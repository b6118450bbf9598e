"""The spec's own scenario on a Fuel master: a cloud with KVM computes, and then a node for vCenter."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ostf_dual.deployers.base import Action
from ostf_dual.deployers.nailgun.deployer import fuel_of
from ostf_dual.deployers.nailgun.difference import between
from ostf_dual.deployers.nailgun.login import log_in
from ostf_dual.deployers.nailgun.refusals import refusals
from ostf_dual.deployers.nailgun.survey import surveyed
from ostf_dual.environment.definition import Environment, VMware, VMwareZone, VSphereCluster
from ostf_dual.errors import InputError
from tests.contract.nailgun import definitions
from tests.contract.nailgun.bench import Bench

READY_KVM = {
    "controller-1": ("ready", ("controller",)),
    "compute-1": ("ready", ("compute", "cinder")),
    "compute-2": ("ready", ("compute",)),
}


def test_the_plan_is_the_addition_alone_and_says_that_it_has_no_ha(bench: Bench) -> None:
    bench.deploy(bench.kvm)
    before = bench.master.world.seen()

    plan = bench.plan(bench.dual)

    assert bench.changes(bench.dual) == [
        ("change", "setting common.use_vcenter"),
        ("change", "plugin fuel-plugin-vmware-dvs"),
        ("add", "node vcenter-compute-1"),
        ("add", "zone vcenter"),
    ]
    (note,) = (each for each in plan.changes if each.action is Action.NOTE)
    assert note.what == "node vcenter-compute-1"
    assert "no high availability" in note.detail
    assert bench.master.world.seen() == before


@pytest.mark.parametrize("is_installed", [False, True])
def test_the_node_is_assigned_and_deployed_and_no_kvm_node_is_touched(
    bench: Bench, *, is_installed: bool
) -> None:
    kvm, dual = bench.kvm, bench.dual
    role = "compute-vmware"
    if is_installed:
        kvm, dual, role = definitions.installing(kvm), definitions.installing(dual), "vcenter-compute"
    bench.deploy(kvm)
    assert bench.states() == READY_KVM
    kvm_nodes = [each for each in bench.master.world.seen()[2].values() if each["cluster"]]
    bench.writes()

    access = bench.deploy(dual)

    done = bench.writes()
    assert bench.states() == {**READY_KVM, "vcenter-compute-1": ("ready", (role,))}
    assert [each for each in bench.master.world.seen()[2].values() if each["id"] < 4] == kvm_nodes
    assert [each.body for each in done if each.path.endswith("assignment")] == [[{"id": 4, "roles": [role]}]]
    assert [each.path for each in done if "/nodes" in each.path] == ["/api/nodes/4"]
    assert access.expect == ("nova", "vcenter")
    assert bench.changes(dual) == []


def test_vcenter_is_told_to_the_cluster_by_the_nodes_hostname_and_the_form_stays_whole(bench: Bench) -> None:
    bench.deploy(bench.kvm)
    bench.deploy(bench.dual)
    (cluster,) = bench.master.world.clusters.values()

    editable = cluster.vmware["editable"]
    (zone,) = editable["value"]["availability_zones"]

    assert editable["metadata"]
    assert editable["value"]["glance"]["datastore"] == ""
    assert zone["az_name"] == "vcenter"
    assert zone["vcenter_password"] == definitions.VCENTER_PASSWORD
    assert zone["vcenter_security_disabled"] is True
    assert zone["nova_computes"][0]["target_node"]["current"]["id"] == "node-4"
    assert cluster.attributes["fuel-plugin-vmware-dvs"]["metadata"]["enabled"] is True


def test_the_node_goes_again_and_the_cloud_is_as_before(bench: Bench) -> None:
    bench.deploy(bench.dual)
    assert bench.changes(bench.kvm) == [
        ("remove", "node vcenter-compute-1"),
        ("change", "setting common.use_vcenter"),
    ]

    bench.deploy(bench.kvm)

    assert bench.states() == READY_KVM
    assert bench.changes(bench.kvm) == []


def test_a_node_that_went_may_come_again_with_its_vsphere_cluster(bench: Bench) -> None:
    bench.deploy(bench.dual)
    bench.deploy(bench.kvm)

    bench.deploy(bench.dual)

    (cluster,) = bench.master.world.clusters.values()
    (zone,) = cluster.vmware["editable"]["value"]["availability_zones"]
    hostname = next(
        each["hostname"] for each in bench.master.world.nodes.values() if each["name"] == "vcenter-compute-1"
    )
    assert zone["nova_computes"][0]["target_node"]["current"]["id"] == hostname
    assert bench.changes(bench.dual) == []


def test_of_two_nodes_for_vcenter_one_may_go_with_its_vsphere_cluster(bench: Bench) -> None:
    second = definitions.node(5, "vcenter-compute-2", "vcenter-compute")
    zone = definitions.VMWARE.zones[0]
    on_second = replace(
        definitions.ON_NODE, cluster="Cluster2", service_name="vmcluster2", target=second.name
    )
    both = replace(
        bench.dual,
        nodes=(*bench.dual.nodes, second),
        vmware=replace(definitions.VMWARE, zones=(replace(zone, clusters=(*zone.clusters, on_second)),)),
    )
    bench.deploy(both)
    assert set(bench.states()) == {*READY_KVM, "vcenter-compute-1", "vcenter-compute-2"}
    assert bench.changes(bench.dual) == [("remove", "node vcenter-compute-2"), ("change", "zone vcenter")]

    bench.deploy(bench.dual)

    assert set(bench.states()) == {*READY_KVM, "vcenter-compute-1"}
    assert bench.changes(bench.dual) == []


SECOND = definitions.node(5, "vcenter-compute-2", "vcenter-compute")
ON_SECOND = replace(definitions.ON_NODE, cluster="Cluster2", service_name="vmcluster2", target=SECOND.name)
ON_NODE_OTHERWISE = replace(definitions.ON_NODE, datastore_regex="nfs.*")
ON_CONTROLLERS = replace(
    definitions.ON_NODE, cluster="Cluster3", service_name="vmcluster3", target="controllers"
)
OTHER = replace(definitions.VCENTER, host="vc2.example.org")


def zoned(environment: Environment, *clusters: VSphereCluster, **known: Any) -> Environment:
    zone = replace(definitions.VMWARE.zones[0], clusters=clusters, **known)
    return replace(environment, vmware=VMware(zones=(zone,)))


def locked(bench: Bench, environment: Environment, release: str) -> list[str]:
    """What is refused of a definition where the cluster that was deployed is locked, as it was until 8.0."""
    survey = surveyed(log_in(fuel_of(bench.dual), pause_s=0), bench.dual)
    assert survey.cluster is not None
    early = replace(survey, cluster=replace(survey.cluster, is_locked=True))
    return [*refusals(between(replace(environment, release=release), early))]


def test_a_locked_cluster_gets_and_loses_nodes_for_vcenter_with_their_vsphere_clusters(bench: Bench) -> None:
    dual = bench.dual
    more = replace(dual, nodes=(*dual.nodes, SECOND))
    more = zoned(more, definitions.ON_NODE, ON_SECOND)
    fewer = zoned(replace(dual, nodes=dual.nodes[:-1]))
    bench.deploy(dual)

    assert locked(bench, more, "8.0") == []
    assert locked(bench, fewer, "8.0") == []
    assert "(zone vcenter)" in locked(bench, more, "7.0")[0]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda both: zoned(both, ON_NODE_OTHERWISE, ON_SECOND), id="another node's cluster"),
        pytest.param(
            lambda both: zoned(both, definitions.ON_NODE, ON_SECOND, vcenter=OTHER), id="the vCenter"
        ),
        pytest.param(
            lambda both: zoned(both, definitions.ON_NODE, ON_SECOND, ON_CONTROLLERS), id="the controllers"
        ),
    ],
)
def test_nothing_else_changes_in_a_locked_cluster_while_such_a_node_comes(
    bench: Bench, change: Callable[[Environment], Environment]
) -> None:
    bench.deploy(bench.dual)
    both = replace(bench.dual, nodes=(*bench.dual.nodes, SECOND))

    (refusal,) = locked(bench, change(both), "8.0")

    assert "changes no settings of a cloud that is deployed (zone vcenter)" in refusal


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"datastore_regex": "nfs.*"}, "datastore_regex"),
        ({"cluster": "Cluster2"}, "vsphere_cluster"),
        ({"cluster": "Cluster2", "service_name": "other"}, "service_name, vsphere_cluster"),
    ],
)
def test_nothing_changes_of_a_deployed_nodes_vsphere_cluster_and_that_is_told_first(
    bench: Bench, change: dict[str, str], words: str
) -> None:
    bench.deploy(bench.dual)
    otherwise = zoned(bench.dual, replace(definitions.ON_NODE, **change))
    bench.writes()

    (refusal,) = bench.plan(otherwise).refusals

    assert refusal.startswith("node vcenter-compute-1: is deployed, and a Fuel master changes nothing of its")
    assert f"({words})" in refusal
    with pytest.raises(InputError, match="deploy without the node, and then with it"):
        bench.deploy(otherwise)
    assert bench.writes() == []
    bench.deploy(bench.kvm)
    bench.deploy(otherwise)
    assert bench.changes(otherwise) == []


def test_a_deployed_nodes_zone_stays_the_first(bench: Bench) -> None:
    bench.deploy(bench.dual)
    other = VMwareZone(name="west", vcenter=OTHER, clusters=(ON_CONTROLLERS,))
    first = definitions.VMWARE.zones[0]

    def plan(*zones: VMwareZone) -> tuple[str, ...]:
        return bench.plan(replace(bench.dual, vmware=VMware(zones=zones))).refusals

    assert plan(first, other) == ()
    assert any("its zone is no longer the first of vmware.zones" in each for each in plan(other, first))


def test_by_the_specs_own_role_no_node_for_vcenter_comes_to_a_locked_cluster(bench: Bench) -> None:
    bench.deploy(bench.dual)
    both = zoned(replace(bench.dual, nodes=(*bench.dual.nodes, SECOND)), definitions.ON_NODE, ON_SECOND)

    found = locked(bench, definitions.installing(both), "8.0")

    assert any("(zone vcenter)" in each for each in found)


def test_another_password_is_told_and_never_shown(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.deploy(bench.dual)
    monkeypatch.setenv("VCENTER_PASSWORD", "another-password")

    plan = bench.plan(bench.dual)
    bench.deploy(bench.dual)

    (cluster,) = bench.master.world.clusters.values()
    assert ("change", "zone vcenter") in [(each.action, each.what) for each in plan.changes]
    zone = cluster.vmware["editable"]["value"]["availability_zones"][0]
    assert zone["vcenter_password"] == "another-password"  # noqa: S105 (of nothing)
    for secret in ("another-password", *definitions.VARIABLES.values()):
        assert secret not in repr(plan) + bench.told.getvalue()


@pytest.mark.parametrize(
    "zones", [[], [{"az_name": "vcenter", "nova_computes": []}]], ids=["zones", "computes"]
)
def test_a_form_that_somebody_emptied_is_filled_as_the_release_wants_it(
    bench: Bench, zones: list[dict[str, Any]]
) -> None:
    bench.deploy(bench.dual)
    (cluster,) = bench.master.world.clusters.values()
    cluster.vmware["editable"]["value"]["availability_zones"] = zones

    bench.deploy(bench.dual)

    (zone,) = cluster.vmware["editable"]["value"]["availability_zones"]
    assert zone["nova_computes"][0]["target_node"]["current"]["id"] == "node-4"
    assert zone["vcenter_security_disabled"] is True
    assert bench.changes(bench.dual) == []
