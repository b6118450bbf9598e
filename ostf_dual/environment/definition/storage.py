"""What holds a definition's volumes and images, and its test images. Values only."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from ostf_dual.environment.model import STRICT, Hypervisor


class VolumeBackend(StrEnum):
    """What holds volumes."""

    LVM = "lvm"
    CEPH = "ceph"
    NFS = "nfs"
    VMDK = "vmdk"


class ImageStore(StrEnum):
    """What holds images."""

    FILE = "file"
    SWIFT = "swift"
    CEPH = "ceph"
    VCENTER = "vcenter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """Backends; more than one for volumes where hypervisors differ."""

    __pydantic_config__: ClassVar = STRICT

    volumes: tuple[VolumeBackend, ...] = ()
    images: ImageStore = ImageStore.FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A test image; its name tells the hypervisor, as the spec wants it."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    hypervisor: Hypervisor
    disk_format: str
