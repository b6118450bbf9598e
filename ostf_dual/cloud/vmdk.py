"""What a VMDK is, by its own header.

Source: VMware's "Virtual Disk Format 5.0" (sparse extents, embedded descriptors, stream-optimised disks).
"""

import re
import struct
from dataclasses import dataclass

_SECTOR_BYTES = 512
_SPARSE_MAGIC = b"KDMV"
_OLD_SPARSE_MAGIC = b"COWD"
_DESCRIPTOR_MAGIC = b"# Disk DescriptorFile"
_COMPRESSED_GRAINS = 1 << 16
# magic, version, flags, capacity, grain size, descriptor offset, descriptor size (sectors)
_HEADER = struct.Struct("<4sIIQQQQ")

_ALLOWED = {
    "streamOptimized": frozenset({"streamOptimized"}),
    "sparse": frozenset({"sparse"}),
    "flat": frozenset({"preallocated", "thin", "thick", "eagerZeroedThick"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vmdk:
    """A VMDK's first bytes, read.

    Attributes:
        kind: streamOptimized, sparse, flat (a bare extent: no header), or descriptor (text alone, no data).
        create_type: ``createType`` of the descriptor, where there is one.
        adapter_type: ``ddb.adapterType`` of the descriptor, where there is one.
        capacity_bytes: What the guest will see; None for a flat extent, whose size is the file's.
    """

    kind: str
    create_type: str | None = None
    adapter_type: str | None = None
    capacity_bytes: int | None = None


def parse_vmdk(head: bytes) -> Vmdk:
    """Read a VMDK's header and its embedded descriptor.

    Args:
        head: The file's first 64 KiB, or all of it where it is shorter.
    """
    if head.startswith(_DESCRIPTOR_MAGIC):
        return _with_descriptor("descriptor", head, None)
    if head.startswith(_OLD_SPARSE_MAGIC):
        return Vmdk(kind="sparse", create_type="vmfsSparse")
    if not head.startswith(_SPARSE_MAGIC) or len(head) < _HEADER.size:
        return Vmdk(kind="flat")
    _, _, flags, capacity, _, offset, size = _HEADER.unpack_from(head)
    kind = "streamOptimized" if flags & _COMPRESSED_GRAINS else "sparse"
    descriptor = head[offset * _SECTOR_BYTES : (offset + size) * _SECTOR_BYTES] if offset else b""
    return _with_descriptor(kind, descriptor, capacity * _SECTOR_BYTES)


def _with_descriptor(kind: str, descriptor: bytes, capacity_bytes: int | None) -> Vmdk:
    text = descriptor.rstrip(b"\0").decode("utf-8", "replace")
    entries = dict(re.findall(r'^\s*([\w.]+)\s*=\s*"?([^"\n]*?)"?\s*$', text, re.MULTILINE))
    return Vmdk(
        kind=kind,
        create_type=entries.get("createType"),
        adapter_type=entries.get("ddb.adapterType"),
        capacity_bytes=capacity_bytes,
    )


def disktypes_for(kind: str) -> frozenset[str]:
    """The values of ``vmware_disktype`` that are true of a kind; none for a bare descriptor."""
    return _ALLOWED.get(kind, frozenset())
