"""A definition is shown as it is understood."""

from dataclasses import replace
from pathlib import Path

import pytest

from ostf_dual.environment.load import load_environment
from ostf_dual.environment.model import Access, Budgets, Hypervisor
from ostf_dual.environment.overview import NodeView, overview
from ostf_dual.environment.release import RuleBook

FIXTURES = Path(__file__).parents[3] / "fixtures" / "environments"


def test_nodes_zones_and_expectations_are_worked_out() -> None:
    found = overview(load_environment(FIXTURES / "kvm-and-vcenter.yaml"))

    assert found.rule_book is RuleBook.FUEL
    assert found.zones == {"nova": (Hypervisor.KVM,), "vcenter": (Hypervisor.VCENTER,)}
    assert found.expected == ("nova", "vcenter")
    assert [each.name for each in found.images] == ["TestVM-KVM", "TestVM-VMDK"]
    assert found.nodes[-1] == NodeView(
        name="vcenter-compute-1",
        roles=("vcenter-compute", "cinder-vmware"),
        zones=("vcenter",),
        partitions=("os",),
        single=("vcenter-compute",),
    )
    assert found.nodes[3].partitions == ("os", "vm", "cinder")
    assert found.nodes[0].single == ()


def test_controllers_serve_the_zones_whose_clusters_name_them() -> None:
    found = overview(load_environment(FIXTURES / "fuel-6.1-nova-network.yaml"))

    assert [each.zones for each in found.nodes[:3]] == [("vcenter",)] * 3
    assert not found.clusters[0].verified


def test_a_hypervisors_budgets_go_before_those_of_every_zone() -> None:
    given = replace(
        load_environment(FIXTURES / "qemu-and-vcenter.yaml"),
        budgets=Budgets(boot_s=10),
        hypervisor_budgets={Hypervisor.VCENTER: {"boot_s": 600}},
    )

    found = overview(given).budgets_s

    assert {kind: told["boot_s"] for kind, told in found.items()} == {
        Hypervisor.QEMU: 10,
        Hypervisor.VCENTER: 600,
    }


@pytest.mark.parametrize(
    ("hypervisor", "boot_s"),
    [(Hypervisor.KVM, 2), (Hypervisor.QEMU, 3), (Hypervisor.LIBVIRT, 2), (Hypervisor.VCENTER, 1)],
)
def test_what_is_said_of_libvirt_goes_for_kvm_and_qemu(hypervisor: Hypervisor, boot_s: float) -> None:
    access = Access(
        cloud="c",
        budgets=Budgets(boot_s=1),
        hypervisor_budgets={Hypervisor.LIBVIRT: {"boot_s": 2}, Hypervisor.QEMU: {"boot_s": 3}},
    )

    assert access.budgets_of(hypervisor) == Budgets(boot_s=boot_s)


def test_what_the_access_says_counts_too() -> None:
    found = overview(load_environment(FIXTURES / "existing.yaml"))

    assert found.expected == ("nova", "esx-a")
    assert found.zones == {"esx-a": (Hypervisor.VCENTER,), "nova": (Hypervisor.KVM,)}
    assert set(found.budgets_s) == {Hypervisor.KVM, Hypervisor.VCENTER}
