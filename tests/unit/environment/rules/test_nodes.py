from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ostf_dual.environment.definition import Environment, HighAvailability, Node
from ostf_dual.environment.model import Hypervisor
from ostf_dual.environment.roles import BY_NAME, CONFLICTS, ROLES
from ostf_dual.environment.rules import problems

Definition = Callable[..., Environment]
Told = Callable[[Environment], list[str]]


def with_node(environment: Environment, *roles: str) -> Environment:
    mac = "52:54:00:00:99:99"
    return replace(environment, nodes=(*environment.nodes, Node(name="more", roles=roles, mac=mac)))


@pytest.mark.parametrize(
    ("release", "role", "other", "forbidden"),
    [
        # The spec's, in every rule book.
        *((release, "vcenter-compute", other, True)
          for release in ("6.1", "9.2", "2024.2") for other in ("compute", "mongo", "zabbix-server")),
        ("2024.2", "vcenter-compute", "controller", False),
        ("2024.2", "vcenter-compute", "cinder-vmware", False),
        ("2024.2", "vcenter-compute", "cinder", False),
        # Nailgun's, release by release.
        *(("7.0", "compute-vmware", other, True) for other in ("controller", "cinder-vmware", "cinder")),
        *(("8.0", "compute-vmware", other, True)
          for other in ("controller", "compute", "cinder", "cinder-block-device", "ceph-osd", "mongo", "base-os",
                        "virt", "ironic")),
        ("8.0", "compute-vmware", "cinder-vmware", False),
        ("9.2", "compute-vmware", "cinder-vmware", False),
        ("9.2", "controller", "compute", True),
        ("2024.2", "controller", "compute", False),
        ("9.2", "mongo", "compute", True),
        ("9.2", "mongo", "ceph-osd", True),
        ("9.2", "cinder-block-device", "cinder-vmware", True),
        ("9.2", "cinder", "cinder-vmware", False),
        ("9.2", "compute", "cinder", False),
    ],
)  # fmt: skip
def test_roles_share_a_node_or_not_by_the_release(
    definition: Definition, told: Told, release: str, role: str, other: str, *, forbidden: bool
) -> None:
    base = definition("qemu-and-vcenter" if release == "2024.2" else "kvm-and-vcenter", release=release)

    found = [line for line in told(with_node(base, role, other)) if "cannot share a node" in line]

    assert bool(found) is forbidden, found
    assert all(role in line and other in line for line in found)


@pytest.mark.parametrize(("role", "forbidden"), [("install", False), ("map", True)])
def test_a_mapped_role_falls_under_its_own_names_rules(
    definition: Definition, told: Told, role: str, *, forbidden: bool
) -> None:
    base = definition("kvm-and-vcenter")
    assert base.fuel is not None
    asked = with_node(replace(base, fuel=replace(base.fuel, role=role)), "controller", "vcenter-compute")

    assert any("cannot share a node" in line for line in told(asked)) is forbidden


def test_each_conflict_is_between_roles_that_there_are() -> None:
    assert all({rule.role, rule.other} <= {*BY_NAME, "*"} for rule in CONFLICTS)
    assert all(rule.source for rule in CONFLICTS)
    assert all(role.source for role in ROLES)


@pytest.mark.parametrize(
    ("release", "role", "words"),
    [
        ("6.1", "compute-vmware", "Fuel 6.1 has no role compute-vmware"),
        ("2024.2", "compute-vmware", "OpenStack 2024.2 has no role compute-vmware"),
        ("9.2", "zabbix-server", "Fuel 9.2 has no role zabbix-server"),
        ("9.2", "vcentre-compute", "did you mean vcenter-compute?"),
    ],
)
def test_a_role_that_the_release_lacks_is_named(
    definition: Definition, told: Told, release: str, role: str, words: str
) -> None:
    base = definition("qemu-and-vcenter" if release == "2024.2" else "kvm-and-vcenter", release=release)

    assert any(words in line for line in told(with_node(base, role)))


def test_vcenter_compute_and_cinder_vmware_want_the_systems_partition_only() -> None:
    assert BY_NAME["vcenter-compute"].partitions == BY_NAME["cinder-vmware"].partitions == ("os",)
    assert BY_NAME["compute"].partitions == ("os", "vm")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"nodes": ()}, "nodes: controller: wanted 1 at least, found none"),
        ({"hypervisor": None}, "hypervisor: node compute-kvm is a compute: kvm or qemu?"),
        ({"hypervisor": Hypervisor.VCENTER}, "hypervisor: wanted kvm or qemu"),
        ({"high_availability": HighAvailability(mode="simple", pacemaker=("vcenter-compute",))},
         "high_availability.pacemaker.0: vcenter-compute is not highly available"),
        ({"high_availability": HighAvailability(mode="some")}, "high_availability.mode: wanted ha or simple"),
        ({"high_availability": HighAvailability(mode="simple", pacemaker=("x",))}, "there is no role 'x'"),
    ],
)  # fmt: skip
def test_what_a_definition_lacks_is_told_with_its_path(
    definition: Definition, told: Told, changes: dict[str, Any], words: str
) -> None:
    assert any(words in line for line in told(definition("qemu-and-vcenter", **changes)))


def test_computes_may_be_missing_where_vcenter_runs_servers(definition: Definition, told: Told) -> None:
    dual = definition("qemu-and-vcenter")
    vcenter_only = replace(dual, nodes=tuple(each for each in dual.nodes if "compute" not in each.roles))

    assert told(vcenter_only) == []
    assert any("nothing runs servers" in line for line in told(definition("qemu-only", nodes=())))


def test_that_vcenter_compute_has_no_high_availability_is_said_and_forbids_nothing(
    definition: Definition,
) -> None:
    found = problems(definition("qemu-and-vcenter"))

    assert [(each.path, each.is_warning) for each in found] == [("nodes.3.roles", True)]
    assert "no high availability" in found[0].message


def test_controllers_are_counted(definition: Definition, told: Told) -> None:
    dual = definition("kvm-and-vcenter")
    one = replace(dual, nodes=dual.nodes[2:])
    simple = replace(dual, high_availability=HighAvailability(mode="simple"))

    assert any(each.is_warning and "3 are recommended" in each.message for each in problems(one))
    assert any("3 controllers want mode ha" in line for line in told(simple))


def test_a_cloud_without_controllers_is_told_in_the_words_of_its_rule_book(
    definition: Definition, told: Told
) -> None:
    today, fuel = definition("qemu-and-vcenter"), definition("kvm-and-vcenter")

    assert (
        told(replace(today, nodes=today.nodes[1:]))[0] == "nodes: controller: wanted 1 at least, found none"
    )
    assert told(replace(fuel, nodes=fuel.nodes[3:]))[0] == (
        "nodes: controller: wanted 1 at least, found none; a Fuel master would deploy it all the same, and fail"
    )


def test_the_nodes_of_a_cloud_that_is_there_need_not_all_be_named(definition: Definition, told: Told) -> None:
    adopted = definition("existing", nodes=(Node(name="c1", roles=("compute",)),), hypervisor=Hypervisor.KVM)

    assert [line for line in told(adopted) if "controller" in line] == []


def test_names_macs_and_roles_stand_once(definition: Definition, told: Told) -> None:
    dual = definition("kvm-and-vcenter")
    same = replace(dual, nodes=(*dual.nodes, replace(dual.nodes[3], roles=("cinder", "cinder"))))

    assert [line.partition(":")[0] for line in told(same)] == ["nodes.6.roles", "nodes.6.name", "nodes.6.mac"]


def test_a_zone_belongs_to_a_compute(definition: Definition, told: Told) -> None:
    dual = definition("qemu-and-vcenter")
    odd = replace(dual, nodes=tuple(replace(each, zone="x") for each in dual.nodes))

    assert len([line for line in told(odd) if "is no compute" in line]) == 4
