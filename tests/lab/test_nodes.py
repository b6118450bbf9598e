"""From one definition to the next on a lab that runs: the spec's way from one hypervisor to two, and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from ostf_dual.cloud.cloud import Cloud
from ostf_dual.deployers.base import Action
from ostf_dual.deployers.lab.deployer import LabDeployer
from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.lab.reach import connect
from ostf_dual.deployers.lab.shape import ALL_NODES, usual
from ostf_dual.deployers.progress import Progress
from ostf_dual.environment.definition import Node
from ostf_dual.environment.load import load_access
from tests.conftest import LAB
from tests.unit.lab.definitions import cluster, environment, zone

CONTROLLER, CINDER = (
    Node(name="controller", roles=("controller",)),
    Node(name="cinder-kvm", roles=("cinder",)),
)
KVM = Node(name="compute-kvm", roles=("compute",), zone="kvm")
CINDER_VMWARE = Node(name="cinder-vmware", roles=("cinder-vmware",))
QEMU_ONLY = environment(CONTROLLER, KVM, CINDER, name=LAB)
DUAL = environment(
    *QEMU_ONLY.nodes,
    Node(name="compute-vcenter", roles=("vcenter-compute",)),
    CINDER_VMWARE,
    zones=(zone("vcenter", cluster("Cluster1", "compute-vcenter", "compute-vcenter", "ds1")),),
    name=LAB,
)
OF_VCENTER = {"compute-vcenter", "cinder-vmware", "vc1"}


@pytest.fixture
def progress() -> Iterator[Progress]:
    found = Progress(Console(stderr=True))
    yield found
    found.close()


@pytest.fixture
def usual_again(lab: Lab, progress: Progress) -> Iterator[None]:
    """Whatever a test made of it, the lab of the other tests comes back."""
    yield
    lab.bring_to(progress, usual(ALL_NODES))


def test_a_definition_of_what_stands_changes_nothing_but_what_is_expected(
    lab: Lab, progress: Progress
) -> None:
    before = lab.record
    plan = LabDeployer().plan(DUAL, progress)

    assert [each.what for each in plan.changes if each.action is not Action.NOTE] == ["environment file"]
    assert lab.record == before


def test_up_again_changes_nothing(lab: Lab, progress: Progress) -> None:
    before = lab.record
    lab.up(progress)

    assert lab.record == before


def test_what_still_holds_volumes_is_not_taken_out(lab: Lab, progress: Progress) -> None:
    given = replace(DUAL, nodes=tuple(each for each in DUAL.nodes if each is not CINDER_VMWARE))
    with connect(lab.layout) as cloud, _volume(cloud, "vmdk"):
        refusals = LabDeployer().plan(given, progress).refusals

    assert refusals == (
        "cinder-vmware on cinder-vmware still has 1 volumes (kept): delete or move them first",
    )


def test_what_still_has_servers_is_not_taken_out(lab: Lab, progress: Progress) -> None:
    with connect(lab.layout) as cloud, _server(cloud, "vcenter", "TestVM-VMDK"):
        refusals = LabDeployer().plan(QEMU_ONLY, progress).refusals

    assert refusals == (
        "vcenter-compute on compute-vcenter still has 1 servers (kept): delete, move or shelve them first",
    )


@pytest.mark.usefixtures("usual_again")
def test_vcenter_is_taken_out_and_put_in_again_and_kvm_does_not_notice(lab: Lab, progress: Progress) -> None:
    deployer, before = LabDeployer(), _processes(lab)
    lab.remove(progress, "cinder-vmware")
    deployer.deploy(QEMU_ONLY, progress)
    without = (
        _zones(lab),
        _known(lab),
        set(lab.layout.etc.iterdir()) & {lab.layout.etc / each for each in OF_VCENTER},
    )
    deployer.deploy(DUAL, progress)
    again = _zones(lab), _known(lab)

    assert without == ({"kvm"}, ({"compute-kvm"}, {"cinder-kvm@kvm"}, {"kvm"}, {"kvm"}, 1), set())
    assert again == (
        {"kvm", "vcenter"},
        ({"compute-kvm", "compute-vcenter"}, {"cinder-kvm@kvm", "cinder-vmware@vmdk"}, {"kvm", "vcenter"},
         {"kvm", "vmdk"}, 2),
    )  # fmt: skip
    assert {name: pid for name, pid in _processes(lab).items() if name in before} == before
    assert deployer.plan(DUAL, progress).is_empty


@contextmanager
def _volume(cloud: Any, volume_type: str) -> Iterator[None]:
    storage = cloud.block_storage
    made = storage.create_volume(name="kept", size=1, volume_type=volume_type)
    storage.wait_for_status(made, "available", failures=["error"], wait=60)
    try:
        yield
    finally:
        storage.delete_volume(made)
        storage.wait_for_delete(made, wait=60)


@contextmanager
def _server(cloud: Any, zone: str, image: str) -> Iterator[None]:
    compute = cloud.compute
    made = compute.create_server(
        name="kept", availability_zone=zone, networks="none", image_id=cloud.image.find_image(image).id,
        flavor_id=next(iter(compute.flavors())).id,
    )  # fmt: skip
    try:
        compute.wait_for_server(made, wait=180)
        yield
    finally:
        compute.delete_server(made)
        compute.wait_for_delete(made, wait=120)


def _processes(lab: Lab) -> dict[str, int]:
    """Of everything that no vCenter needs."""
    return {each.name: each.pid for each in lab.supervisor.states() if each.node not in OF_VCENTER}


def _zones(lab: Lab) -> set[str]:
    cloud = Cloud.connect(load_access(lab.layout.environment_file))
    try:
        return {zone.name for zone in cloud.zones()}
    finally:
        cloud.close()


def _known(lab: Lab) -> tuple[set[str], set[str], set[str], set[str], int]:
    """Compute hosts, volume services, aggregates, volume types, and how many resource providers there are."""
    with connect(lab.layout) as cloud:
        return (
            {each.host for each in cloud.compute.services(binary="nova-compute")},
            {each.host for each in cloud.block_storage.services(binary="cinder-volume")},
            {each.name for each in cloud.compute.aggregates()},
            {each.name for each in cloud.block_storage.types()} - {"__DEFAULT__"},
            len(list(cloud.placement.resource_providers())),
        )
