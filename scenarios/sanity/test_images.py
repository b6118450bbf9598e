"""Sanity: the zone's image, read and held against what the hypervisor's driver will make of it."""

from collections.abc import Callable

import pytest

from ostf_dual.cloud.flavors import size_faults
from ostf_dual.cloud.images import image_faults, read_head
from ostf_dual.cloud.vmdk import parse_vmdk
from ostf_dual.cloud.vmware_images import (
    adapter_fault,
    disktype_fault,
    guest_id_fault,
    kvm_only_faults,
    kvm_only_warnings,
)
from ostf_dual.cloud.zone import Zone
from ostf_dual.errors import UnsupportedError
from ostf_dual.hypervisors.vcenter import guest_ids


@pytest.mark.check("IMG-01", profile="quick", layer="image")
def test_image_is_whole(zone: Zone) -> None:
    """The zone's image is active, has content and a digest, and is of a format that its hypervisor takes."""
    faults = image_faults(zone.image, zone.hypervisor)
    assert not faults, "\n".join(f"{zone.image}: {why}" for why in faults)


@pytest.mark.check("IMG-02", profile="quick", layer="image", hypervisors=("vcenter",))
def test_disk_type_is_what_the_file_is(zone: Zone, evidence: Callable[[str, object], None]) -> None:
    """The image's vmware_disktype is what the VMDK's own header says."""
    vmdk = parse_vmdk(read_head(zone.cloud.project, zone.image))
    evidence("header", str(vmdk))
    fault = disktype_fault(zone.image.properties, vmdk)
    assert fault is None, f"{zone.image}: {fault}"


@pytest.mark.check("IMG-03", profile="quick", layer="image", hypervisors=("vcenter",))
def test_adapter_goes_with_the_disk(zone: Zone, evidence: Callable[[str, object], None]) -> None:
    """The disk adapter that the server will get goes with the one that the VMDK was made for."""
    vmdk = parse_vmdk(read_head(zone.cloud.project, zone.image))
    evidence("header", str(vmdk))
    if vmdk.adapter_type is None:
        raise UnsupportedError(f"{zone.image} is {vmdk.kind}: it carries no descriptor that names an adapter")
    fault = adapter_fault(zone.image.properties, vmdk)
    assert fault is None, f"{zone.image}: {fault}"


@pytest.mark.check("IMG-04", profile="quick", layer="image", hypervisors=("vcenter",))
def test_image_has_no_properties_for_kvm_only(zone: Zone, evidence: Callable[[str, object], None]) -> None:
    """The image has no property that is right on KVM and that the vmwareapi driver refuses."""
    evidence("ignored by the driver", kvm_only_warnings(zone.image.properties) or "nothing")
    faults = kvm_only_faults(zone.image.properties)
    assert not faults, "\n".join(f"{zone.image}: {why}" for why in faults)


@pytest.mark.check("IMG-05", profile="quick", layer="image", hypervisors=("vcenter",))
def test_guest_id_is_one_of_vsphere(zone: Zone) -> None:
    """The guestId that the image leads to (os_distro before vmware_ostype) is one that vSphere knows."""
    fault = guest_id_fault(zone.image.properties, guest_ids())
    assert fault is None, f"{zone.image}: {fault}"


@pytest.mark.check("IMG-06", profile="quick", layer="image")
def test_image_fits_the_flavor(zone: Zone) -> None:
    """The zone's image, unfolded, fits the disk and the memory of the zone's flavor."""
    faults = size_faults(zone.image, zone.flavor)
    assert not faults, "\n".join(faults)
