"""Definitions as they might be too."""

from dataclasses import replace

import pytest

from ostf_dual.environment.definition import Expectations
from ostf_dual.environment.expectations import zones_of
from ostf_dual.environment.load import load_environment
from ostf_dual.environment.model import Hypervisor, Secret
from ostf_dual.environment.rules import problems
from ostf_dual.environment.variants import mixed, with_clusters, with_roles, with_vcenters
from ostf_dual.runs.data import data_folder
from tests.unit.environment.test_subset import DUAL


def test_both_hypervisors_come_into_the_zone_of_libvirt() -> None:
    assert DUAL.vmware is not None

    found = mixed(replace(DUAL, vmware=replace(DUAL.vmware, cinder_zone="vcenter")))

    assert zones_of(found) == {"kvm": {Hypervisor.QEMU, Hypervisor.VCENTER}}
    assert found.vmware is not None
    assert found.vmware.cinder_zone == "kvm"
    assert found.zones == {}
    assert found.expect == Expectations(zones=("kvm",))


def test_the_mixed_zone_of_a_definition_that_is_right_breaks_no_rule() -> None:
    found = mixed(load_environment(data_folder("fixtures") / "environments" / "qemu-and-vcenter.yaml"))

    assert not [each for each in problems(found) if not each.is_warning]


def test_every_cluster_and_every_vcenter_is_told_otherwise_and_nothing_else() -> None:
    password = Secret(env="WRONG")
    wrong = with_vcenters(with_clusters(DUAL, cluster="Clustre"), password=password)

    assert wrong.vmware is not None
    (zone,) = wrong.vmware.zones
    assert (zone.clusters[0].cluster, zone.vcenter.password) == ("Clustre", password)
    assert with_clusters(with_vcenters(wrong, password=None), cluster="Cluster1") == DUAL


def test_a_node_gets_roles() -> None:
    assert with_roles(DUAL, "compute", "mongo").nodes[1].roles == ("compute", "mongo")


def test_without_vcenter_there_is_nothing_to_tell_otherwise() -> None:
    with pytest.raises(ValueError, match="dual has no vCenter"):
        with_clusters(replace(DUAL, vmware=None), cluster="x")
