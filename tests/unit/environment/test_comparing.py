"""Two definitions are compared by what things are called, not by where they stand."""

from dataclasses import replace
from pathlib import Path

import pytest

from ostf_dual.environment.comparing import Kind, differences
from ostf_dual.environment.definition import Environment
from ostf_dual.environment.load import load_environment

FIXTURES = Path(__file__).parents[3] / "fixtures" / "environments"


@pytest.fixture
def dual() -> Environment:
    return load_environment(FIXTURES / "qemu-and-vcenter.yaml")


def told(before: Environment, after: Environment) -> list[str]:
    return [str(each) for each in differences(before, after)]


def test_a_definition_does_not_differ_from_itself_nor_by_the_order_of_its_nodes(dual: Environment) -> None:
    assert told(dual, dual) == []
    assert told(dual, replace(dual, nodes=dual.nodes[::-1])) == []


def test_each_thing_is_called_by_its_name(dual: Environment) -> None:
    assert dual.vmware is not None
    (zone,) = dual.vmware.zones
    nodes = tuple(replace(each, roles=(*each.roles, "mongo")) for each in dual.nodes[:2])
    cluster = replace(zone.clusters[0], datastore_regex="^fast")
    other = replace(
        dual,
        nodes=nodes,
        network=replace(dual.network, dvs=False),
        vmware=replace(dual.vmware, zones=(replace(zone, clusters=(cluster,)),)),
    )

    assert told(dual, other) == [
        "network dvs: yes becomes no",
        "node controller, roles comes: mongo",
        "node compute-kvm, roles comes: mongo",
        "node cinder-kvm goes: roles cinder",
        "node compute-vcenter goes: roles vcenter-compute",
        "node cinder-vmware goes: roles cinder-vmware",
        "vSphere service cluster1, datastore regex: ds1 becomes ^fast",
    ]


def test_a_whole_section_is_told_piece_by_piece(dual: Environment) -> None:
    found = differences(replace(dual, vmware=None), dual)

    assert [(each.kind, each.path, each.what) for each in found] == [
        (Kind.ADDED, "vmware.zones.vcenter", "vCenter zone vcenter")
    ]
    assert found[0].after["clusters"][0]["service_name"] == "cluster1"
