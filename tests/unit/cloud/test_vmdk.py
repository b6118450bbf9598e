"""The header parser, on what qemu-img really writes."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ostf_dual.cloud.vmdk import disktypes_for, parse_vmdk
from ostf_dual.cloud.vmware_images import adapter_fault, disktype_fault

needs_qemu_img = pytest.mark.skipif(shutil.which("qemu-img") is None, reason="no qemu-img on this machine")


def make(folder: Path, options: str) -> bytes:
    subprocess.run(
        ["qemu-img", "create", "-q", "-f", "vmdk", "-o", options, folder / "disk.vmdk", "64M"], check=True
    )
    return (folder / "disk.vmdk").read_bytes()[: 64 * 1024]


@needs_qemu_img
@pytest.mark.parametrize(
    ("options", "kind", "create_type", "adapter"),
    [
        ("subformat=streamOptimized,adapter_type=lsilogic", "streamOptimized", "streamOptimized", "lsilogic"),
        ("subformat=monolithicSparse", "sparse", "monolithicSparse", "ide"),
        ("subformat=monolithicFlat,adapter_type=buslogic", "descriptor", "monolithicFlat", "buslogic"),
    ],
)
def test_reads_what_qemu_img_writes(
    tmp_path: Path, options: Any, kind: Any, create_type: Any, adapter: Any
) -> None:
    vmdk = parse_vmdk(make(tmp_path, options))

    assert (vmdk.kind, vmdk.create_type, vmdk.adapter_type) == (kind, create_type, adapter)
    if kind != "descriptor":
        assert vmdk.capacity_bytes == 64 * 1024**2


@pytest.mark.parametrize("head", [b"", b"KDMV", b"\xeb\x63\x90" + bytes(507) + b"\x55\xaa", bytes(4096)])
def test_what_has_no_header_is_a_bare_extent(head: Any) -> None:
    assert parse_vmdk(head).kind == "flat"


def test_a_descriptor_that_lies_beyond_the_head_is_no_error() -> None:
    header = b"KDMV" + (1).to_bytes(4, "little") + bytes(4) + b"\xff" * 32

    assert parse_vmdk(header).adapter_type is None


@needs_qemu_img
@pytest.mark.parametrize(
    ("options", "properties", "words"),
    [
        ("subformat=streamOptimized", {"vmware_disktype": "streamOptimized"}, None),
        ("subformat=streamOptimized", {}, "vmware_disktype is not set, so Nova takes it for 'preallocated'"),
        ("subformat=streamOptimized", {"vmware_disktype": "sparse"}, "set vmware_disktype=streamOptimized"),
        ("subformat=monolithicSparse", {"vmware_disktype": "sparse"}, None),
        ("subformat=monolithicSparse", {"vmware_disktype": "monolithicSparse"}, "header says sparse"),
        ("subformat=monolithicFlat", {"vmware_disktype": "preallocated"}, "descriptor alone"),
        # The current name of the property overrides the old one.
        (
            "subformat=monolithicSparse",
            {"vmware_disktype": "sparse", "hw_disk_type": "thin"},
            "hw_disk_type is",
        ),
    ],
)
def test_disk_type_against_the_file(tmp_path: Path, options: Any, properties: Any, words: Any) -> None:
    fault = disktype_fault(properties, parse_vmdk(make(tmp_path, options)))

    assert (fault is None) if words is None else (words in (fault or ""))


@needs_qemu_img
@pytest.mark.parametrize(
    ("made_for", "properties", "sound"),
    [
        ("lsilogic", {"vmware_adaptertype": "paraVirtual"}, True),
        ("lsilogic", {}, True),
        ("lsilogic", {"vmware_adaptertype": "ide"}, False),
        ("ide", {}, False),
        ("ide", {"vmware_adaptertype": "ide"}, True),
        ("ide", {"hw_disk_bus": "ide", "vmware_adaptertype": "lsiLogic"}, True),
    ],
)
def test_adapter_against_the_descriptor(tmp_path: Path, made_for: Any, properties: Any, sound: Any) -> None:
    vmdk = parse_vmdk(make(tmp_path, f"subformat=streamOptimized,adapter_type={made_for}"))

    assert (adapter_fault(properties, vmdk) is None) is sound


def test_every_kind_with_data_has_a_disk_type() -> None:
    assert all(disktypes_for(kind) for kind in ("streamOptimized", "sparse", "flat"))
    assert not disktypes_for("descriptor")
