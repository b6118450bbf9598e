from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ostf_dual.environment.definition import (
    Commands,
    DeployerName,
    Environment,
    Expectations,
    Image,
    ImageStore,
    Storage,
    VolumeBackend,
)
from ostf_dual.environment.load import load_environment
from ostf_dual.environment.model import Hypervisor, ZoneSettings
from ostf_dual.environment.rules import problems

Definition = Callable[..., Environment]
Told = Callable[[Environment], list[str]]
SHIPPED = sorted((Path(__file__).parents[4] / "fixtures" / "environments").glob("*.yaml"))
KVM = Image(name="TestVM-KVM", hypervisor=Hypervisor.QEMU, disk_format="qcow2")
VMDK = Image(name="TestVM-VMDK", hypervisor=Hypervisor.VCENTER, disk_format="vmdk")
QCOW2_BACKENDS = (VolumeBackend.NFS, VolumeBackend.VMDK)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_definition_has_no_problem(path: Path) -> None:
    assert [each for each in problems(load_environment(path)) if not each.is_warning] == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"release": "nine"}, "release: 'nine' is no release"),
        ({"release": "5.1"}, "release: Fuel 5.1 has no VMware beside KVM"),
        ({"release": "2023.1"}, "release: the lab is OpenStack 2024.2"),
        ({"deployer": DeployerName.NAILGUN}, "release: deployer nailgun deploys Fuel's releases"),
        ({"deployer": DeployerName.NAILGUN, "release": "9.2"}, "fuel: deployer nailgun needs this section"),
        ({"deployer": DeployerName.NAILGUN, "release": "9.2"}, "nodes.0.mac: node controller needs its MAC"),
        ({"deployer": DeployerName.COMMAND}, "commands: deployer command needs this section"),
        ({"deployer": DeployerName.EXISTING}, "access: deployer existing needs this section"),
        ({"commands": Commands(deploy=("x",))}, "commands: belongs to deployer command"),
        ({"expect": Expectations(zones=("kvn",))}, "expect.zones.0: this definition makes no zone 'kvn'"),
        ({"zones": {"kvn": ZoneSettings()}}, "zones.kvn: this definition makes no zone 'kvn'"),
        ({"storage": Storage(volumes=(VolumeBackend.VMDK,))}, "a node has role cinder: wanted ceph or lvm or nfs"),
        ({"storage": Storage(volumes=QCOW2_BACKENDS, images=ImageStore.VCENTER)}, "want a section vmware.glance"),
        ({"vmware": None}, "storage.volumes: vmdk volumes want a section vmware"),
        ({"images": (KVM,)}, "images: both hypervisors are there, and no image is for vCenter (TestVM-VMDK)"),
        ({"images": (VMDK,)}, "images: both hypervisors are there, and no image is for qemu (TestVM-KVM)"),
        ({"images": (KVM, replace(VMDK, name="TestVM-KVM"))}, "images.1.name: two images are called TestVM-KVM"),
        ({"images": (KVM, replace(VMDK, disk_format="qcow2"))}, "images.1.disk_format: image TestVM-VMDK is for"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_told_with_its_path(
    definition: Definition, told: Told, changes: dict[str, Any], words: str
) -> None:
    lines = told(definition("qemu-and-vcenter", **changes))

    assert any(words in line for line in lines), lines


def test_lvm_and_ceph_are_one_or_the_other_on_fuel_and_vmdk_goes_beside_both(
    definition: Definition, told: Told
) -> None:
    fuel = definition("fuel-9-dvs")
    both = replace(fuel, storage=replace(fuel.storage, volumes=(*fuel.storage.volumes, VolumeBackend.LVM)))

    assert any("one of the two" in line for line in told(both))
    assert told(fuel) == []
    assert told(definition("kvm-and-vcenter")) == []


def test_today_cinder_serves_a_ceph_that_may_be_anybodys(definition: Definition, told: Told) -> None:
    ceph = definition("qemu-and-vcenter", storage=Storage(volumes=(VolumeBackend.CEPH, VolumeBackend.VMDK)))
    without = replace(ceph, nodes=tuple(each for each in ceph.nodes if "cinder" not in each.roles))

    assert told(ceph) == []
    assert told(replace(ceph, storage=replace(ceph.storage, images=ImageStore.CEPH))) == []
    assert told(without) == [
        "storage.volumes.0: ceph volumes want a node with role cinder, and there is none"
    ]


def test_fuel_makes_its_ceph_itself_and_for_something(definition: Definition, told: Told) -> None:
    fuel = definition("fuel-9-dvs")
    without_osd = tuple(replace(each, roles=each.roles[:1]) for each in fuel.nodes)
    images = replace(fuel, storage=Storage(images=ImageStore.CEPH, volumes=(VolumeBackend.VMDK,)))
    assert fuel.vmware is not None
    images = replace(images, vmware=replace(fuel.vmware, glance=None))

    assert told(images) == []
    assert told(replace(images, nodes=without_osd)) == [
        "storage.images: images on ceph want a node with role ceph-osd, and there is none"
    ]
    assert told(replace(images, storage=replace(images.storage, images=ImageStore.FILE))) == [
        "storage: a node has role ceph-osd, and neither volumes nor images are on ceph"
    ]


def test_a_vcenter_without_volumes_of_its_own_is_said_and_forbids_nothing(definition: Definition) -> None:
    dual = definition("qemu-and-vcenter")
    nodes = tuple(each for each in dual.nodes if each.name != "cinder-vmware")
    found = problems(replace(dual, nodes=nodes, storage=Storage(volumes=(VolumeBackend.NFS,))))

    assert [each.path for each in found] == ["nodes.3.roles", "storage.volumes"]
    assert all(each.is_warning for each in found)


def test_a_mixed_zone_is_served_and_said(definition: Definition) -> None:
    found = problems(definition("mixed-zone"))

    assert any("zone mixed mixes hypervisors" in each.message and each.is_warning for each in found)
    assert not [each for each in found if not each.is_warning]
