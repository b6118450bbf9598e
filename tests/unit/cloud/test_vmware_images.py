from typing import Any

import pytest

from ostf_dual.cloud.vmware_images import (
    adapter,
    guest_id_fault,
    kvm_only_faults,
    kvm_only_warnings,
)
from ostf_dual.hypervisors.vcenter import guest_ids


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({}, None),
        ({"vmware_ostype": "ubuntu64Guest"}, None),
        ({"vmware_ostype": "otherLinux64Guest"}, None),
        (
            {"vmware_ostype": "ubuntu64Guest", "os_distro": "ubuntu"},
            "os_distro=ubuntu, which overrides vmware_ostype=ubuntu64Guest",
        ),
        ({"os_distro": "ubuntu"}, "os_distro=ubuntu: not a guestId"),
        ({"vmware_ostype": "linux"}, "vmware_ostype=linux: not a guestId"),
    ],
)
def test_guest_id(properties: Any, words: Any) -> None:
    fault = guest_id_fault(properties, guest_ids())

    assert (fault is None) if words is None else (words in (fault or ""))


@pytest.mark.parametrize(
    ("model", "refused"),
    [
        ("virtio", True), ("rtl8139", True), ("ne2k_pci", True),
        ("e1000", False), ("vmxnet3", False), ("VirtualVmxnet3", False), (None, False),
    ],
)  # fmt: skip
def test_vif_models(model: Any, refused: Any) -> None:
    assert bool(kvm_only_faults({"hw_vif_model": model} if model else {})) is refused


@pytest.mark.parametrize(
    ("properties", "given", "warned"),
    [
        ({}, "lsiLogic", False),
        ({"vmware_adaptertype": "paraVirtual"}, "paraVirtual", False),
        ({"hw_disk_bus": "scsi", "hw_scsi_model": "vmpvscsi"}, "paraVirtual", False),
        ({"hw_disk_bus": "scsi"}, "lsiLogic", True),
        ({"hw_disk_bus": "scsi", "hw_scsi_model": "virtio-scsi"}, "lsiLogic", True),
        ({"hw_disk_bus": "virtio"}, "lsiLogic", True),
        ({"hw_disk_bus": "ide"}, "ide", False),
    ],
)
def test_adapter_that_the_driver_gives(properties: Any, given: Any, warned: Any) -> None:
    assert adapter(properties) == given
    assert bool(kvm_only_warnings(properties)) is warned
