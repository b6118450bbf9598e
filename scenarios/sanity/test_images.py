"""Sanity: the zone's image, read and held against what the hypervisor's driver will make of it."""

from collections.abc import Callable

import pytest

from ostf_dual.cloud.flavors import size_faults
from ostf_dual.cloud.images import image_faults, read_head
from ostf_dual.cloud.vmdk import Vmdk, parse_vmdk
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
def test_image_is_whole(zone: Zone, evidence: Callable[[str, object], None]) -> None:
    """The zone's image is active, has content, and is of a format that its hypervisor takes.

    Why: An image whose upload broke off, or of the other hypervisor's format, fails each boot, and each for a
        different reason.
    Witnesses: Glance's record of the image: status, size, formats, properties. That it has a digest is told, and
        not wanted: nothing was sent to Glance of a direct snapshot on RBD, or of an image added by its location.
    On failure: Upload it again, with --disk-format vmdk and hypervisor_type=vmware for vCenter, qcow2 or raw
        for KVM. A status of deactivated is an administrator's doing.
    Source: OSTF had one image name per hypervisor built in (TestVM, TestVM-VMDK); Glance image states.
    """
    evidence(
        "digest", zone.image.digest or "none: Glance was sent a location, and nobody can tell a changed image"
    )
    faults = image_faults(zone.image, zone.hypervisor)
    assert not faults, "\n".join(f"{zone.image}: {why}" for why in faults)


@pytest.mark.check("IMG-02", profile="quick", layer="image", hypervisors=("vcenter",))
def test_disk_type_is_what_the_file_is(zone: Zone, evidence: Callable[[str, object], None]) -> None:
    """The image's vmware_disktype is what the VMDK's own header says.

    Why: The driver copies a disk as vmware_disktype says (preallocated, where nothing is said). A sparse or
        streamOptimized file that is taken for a flat one gives a server that is ACTIVE and has no operating
        system.
    Witnesses: Glance's property, and the header of the file itself (its first 64 KiB).
    On failure: Set vmware_disktype on the image to what the message says the header is; servers that booted
        from the cached copy must be made anew, and the cache in the datastore removed.
    Source: nova.virt.vmwareapi.images (VMwareImage.from_image); VMware Virtual Disk Format 1.1.
    """
    vmdk = header_of(zone)
    evidence("header", str(vmdk))
    fault = disktype_fault(zone.image.properties, vmdk)
    assert fault is None, f"{zone.image}: {fault}"


@pytest.mark.check("IMG-03", profile="quick", layer="image", hypervisors=("vcenter",))
def test_adapter_goes_with_the_disk(zone: Zone, evidence: Callable[[str, object], None]) -> None:
    """The disk adapter that the server will get goes with the one that the VMDK was made for.

    Why: A disk made for IDE does not boot from a SCSI controller and the other way round: the BIOS finds
        nothing to boot from.
    Witnesses: Glance's vmware_adaptertype and hw_* properties, and ddb.adapterType in the VMDK's descriptor.
    On failure: Set vmware_adaptertype to what the descriptor names, or convert the disk: `qemu-img convert -O
        vmdk -o adapter_type=lsilogic,subformat=streamOptimized`.
    Source: nova.virt.vmwareapi.constants (adapter types), volumeops; qemu-img.
    """
    vmdk = header_of(zone)
    evidence("header", str(vmdk))
    if vmdk.adapter_type is None:
        raise UnsupportedError(f"{zone.image} is {vmdk.kind}: it carries no descriptor that names an adapter")
    fault = adapter_fault(zone.image.properties, vmdk)
    assert fault is None, f"{zone.image}: {fault}"


@pytest.mark.check("IMG-04", profile="quick", layer="image", hypervisors=("vcenter",))
def test_image_has_no_properties_for_kvm_only(zone: Zone, evidence: Callable[[str, object], None]) -> None:
    """The image has no property that is right on KVM and that the vmwareapi driver refuses.

    Why: Properties that are right on KVM, often set on all images at once, make the VMware driver refuse the
        server or silently take another device.
    Witnesses: Glance's properties, held against what the driver accepts.
    On failure: hw_vif_model=virtio is refused ("virtio is not supported"): use VirtualVmxnet3 or leave it out.
        hw_disk_bus=virtio is ignored. Remove them with `openstack image unset --property`.
    Source: nova.virt.vmwareapi.vif and vm_util, run with such images; nova.objects.image_meta.
    """
    evidence("ignored by the driver", kvm_only_warnings(zone.image.properties) or "nothing")
    faults = kvm_only_faults(zone.image.properties)
    assert not faults, "\n".join(f"{zone.image}: {why}" for why in faults)


@pytest.mark.check("IMG-05", profile="quick", layer="image", hypervisors=("vcenter",))
def test_guest_id_is_one_of_vsphere(zone: Zone) -> None:
    """The guestId that the image leads to (os_distro before vmware_ostype) is one that vSphere knows.

    Why: os_distro goes before vmware_ostype: a value that is right for other tools becomes a guestId that
        vSphere does not know, and it refuses the machine ("A specified parameter was not correct").
    Witnesses: Glance's properties, and vSphere's own list of guest ids.
    On failure: Set os_distro to a guestId of vSphere (ubuntu64Guest), or unset it and keep vmware_ostype.
    Source: nova.objects.image_meta.ImageMetaProps (os_distro is the current name of vmware_ostype);
        vim.vm.GuestOsDescriptor.
    """
    fault = guest_id_fault(zone.image.properties, guest_ids())
    assert fault is None, f"{zone.image}: {fault}"


@pytest.mark.check("IMG-06", profile="quick", layer="image")
def test_image_fits_the_flavor(zone: Zone) -> None:
    """The zone's image, unfolded, fits the disk and the memory of the zone's flavor.

    Why: A disk or memory smaller than the image needs is refused late, on the compute host, after the scheduler
        has said yes.
    Witnesses: Glance's min_disk, min_ram and virtual size, and Nova's flavor.
    On failure: Choose a larger flavor (`zones.NAME.flavor`), or mend min_disk of the image. A root disk of 0
        GiB skips Nova's own check.
    Source: nova.compute.api (FlavorDiskSmallerThanImage), nova.virt.vmwareapi.vmops (InstanceUnacceptable).
    """
    faults = size_faults(zone.image, zone.flavor)
    assert not faults, "\n".join(faults)


def header_of(zone: Zone) -> Vmdk:
    """What the image's file says of itself.

    Raises:
        UnsupportedError: It is an archive, whose disk the driver unpacks.
    """
    if zone.image.is_ova:
        raise UnsupportedError(
            f"{zone.image} is an OVA: its disk is packed, and shows no header before it is unpacked"
        )
    return parse_vmdk(read_head(zone.cloud.project, zone.image))
