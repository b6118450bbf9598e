"""From one definition to the next: only what differs, each thing by name."""

from dataclasses import replace

import pytest

from ostf_dual.deployers.base import Action
from ostf_dual.deployers.lab.difference import between, changes
from ostf_dual.deployers.lab.mapping import mapped
from ostf_dual.deployers.lab.shape import Shape
from ostf_dual.environment.definition import Environment, Image, Node
from ostf_dual.environment.model import Budgets, Hypervisor
from tests.unit.lab.definitions import (
    CINDER,
    CONTROLLER,
    DUAL,
    DUAL_NODES,
    KVM,
    QEMU_ONLY,
    VCENTER_COMPUTE,
    cluster,
    environment,
    zone,
)

OLD_IMAGE = Image(name="TestVM", hypervisor=Hypervisor.QEMU, disk_format="qcow2")
NOTHING: tuple[str, ...] = ()


def shape(given: Environment | None) -> Shape:
    return mapped(given, lambda _: "", {}).shape if given else Shape()


def told(old: Environment | None, new: Environment) -> tuple[str, ...]:
    found = changes(between(shape(old), shape(new)))
    return tuple(f"{each.action} {each.what}" for each in found if each.action is not Action.NOTE)


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        (
            None,
            QEMU_ONLY,
            ("add node controller", "add node kvm-1", "add node vol-1", "add zone kvm", "add image TestVM-KVM"),
        ),
        (QEMU_ONLY, QEMU_ONLY, NOTHING),
        (DUAL, DUAL, NOTHING),
        (
            QEMU_ONLY,
            DUAL,
            ("add vCenter vc1", "add node esx-1", "add node vol-2", "add zone vcenter", "add image TestVM-VMDK",
             "change environment file"),
        ),
        (
            DUAL,
            QEMU_ONLY,
            ("remove node esx-1", "remove node vol-2", "remove vCenter vc1", "remove zone vcenter",
             "remove image TestVM-VMDK", "change environment file"),
        ),
        (
            DUAL,
            environment(*DUAL_NODES, zones=(zone("vcenter", cluster(regex="nothing")),)),
            ("change node esx-1", "change node vol-2"),
        ),
        (
            DUAL,
            environment(*DUAL_NODES, zones=(zone("west", cluster()),)),
            ("change node esx-1", "add zone west", "remove zone vcenter", "change environment file"),
        ),
        (
            DUAL,
            environment(*DUAL_NODES, zones=(zone("vcenter", cluster(service="vm9")),)),
            ("remove node esx-1", "add node esx-1"),
        ),
        (replace(QEMU_ONLY, images=(OLD_IMAGE,)), QEMU_ONLY, ("change image TestVM",)),
        (QEMU_ONLY, replace(QEMU_ONLY, budgets=Budgets(boot_s=1)), ("change environment file",)),
    ],
    ids=["new", "same", "same dual", "add vcenter", "remove vcenter", "regex", "zone", "service", "image", "budget"],
)  # fmt: skip
def test_only_what_differs_is_told(
    old: Environment | None, new: Environment, wanted: tuple[str, ...]
) -> None:
    assert told(old, new) == wanted


def test_what_differs_in_a_setting_is_said_from_what_to_what_and_what_it_means() -> None:
    new = environment(*DUAL_NODES, zones=(zone("vcenter", cluster(regex="nothing")),))
    detail = next(
        each.detail for each in changes(between(shape(DUAL), shape(new))) if each.what == "node esx-1"
    )

    assert detail == (
        "vcenter-compute: datastore_regex .* becomes nothing; nova-compute there is restarted, nothing else"
    )


def test_a_role_more_on_a_node_leaves_what_is_there_as_it_is() -> None:
    both = Node(name="vol-1", roles=("cinder", "compute"), zone="kvm")
    found = between(shape(environment(CONTROLLER, CINDER)), shape(environment(CONTROLLER, both)))

    assert [each.group for each in found.added] == ["vol-1+compute"]
    assert (found.changed, found.removed) == ((), ())


def test_a_removal_of_the_other_role_leaves_it_too() -> None:
    both = Node(name="vol-1", roles=("cinder", "compute"), zone="kvm")
    was = shape(environment(CONTROLLER, both))
    found = between(was, shape(environment(CONTROLLER, CINDER)))

    assert [each.group for each in found.removed] == ["vol-1+compute"]
    assert [each.group for each in found.new.parts] == ["controller", "vol-1+cinder"]


def test_what_is_unfinished_is_brought_again_and_keeps_nobody_else() -> None:
    dual = shape(DUAL)
    found = between(dual, dual, unfinished=("esx-1", "gone-1"))

    assert [each.group for each in found.to_bring] == ["esx-1"]
    assert not found.is_empty
    assert [each.detail for each in changes(found)] == ["vcenter-compute: goes on where it stopped"]


@pytest.mark.parametrize(
    ("new", "moved"),
    [
        (environment(*DUAL_NODES, zones=(zone("west", cluster()),)), ["vm1"]),
        (environment(*DUAL_NODES, zones=(zone("vcenter", cluster("Cluster2")),)), ["vm1"]),
        (environment(*DUAL_NODES, zones=(zone("vcenter", cluster(regex="ds")),)), []),
        (
            environment(
                CONTROLLER, replace(KVM, zone="west"), VCENTER_COMPUTE, zones=(zone("vcenter", cluster()),)
            ),
            ["kvm-1"],
        ),
    ],
)
def test_a_compute_that_gets_another_place_is_one_that_must_be_empty(
    new: Environment, moved: list[str]
) -> None:
    assert [each.host for each, _ in between(shape(DUAL), shape(new)).moved] == moved


def test_what_cannot_work_is_noted() -> None:
    new = environment(*DUAL_NODES, zones=(zone("vcenter", cluster("Clustre")),))
    notes = [each for each in changes(between(Shape(), shape(new))) if each.action is Action.NOTE]

    assert [each.what for each in notes] == ["node esx-1", "node vol-2"]
    assert all(
        "cannot work, and is not waited for long: vc1 has no cluster 'Clustre'" in each.detail
        for each in notes
    )
