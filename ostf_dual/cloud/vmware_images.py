"""How Nova's vmwareapi driver understands an image, and what it will refuse: pure rules.

Source: nova/objects/image_meta.py (old property names, overridden by the current ones) and
nova/virt/vmwareapi/images.py, vm_util.py, constants.py of Nova 30 (2024.2).
"""

from collections.abc import Mapping

from ostf_dual.cloud.vmdk import Vmdk, disktypes_for

DEFAULT_DISKTYPE = "preallocated"
DEFAULT_ADAPTER = "lsiLogic"
DEFAULT_GUEST_ID = "otherGuest"

# hw_scsi_model, in either spelling -> the driver's adapter type
_SCSI_ADAPTERS = {
    "lsilogic": "lsiLogic",
    "lsisas1068": "lsiLogicsas",
    "lsilogicsas": "lsiLogicsas",
    "buslogic": "busLogic",
    "vmpvscsi": "paraVirtual",
    "paravirtual": "paraVirtual",
}
_VIF_MODELS = frozenset(
    {
        "e1000", "e1000e", "pcnet", "sriov", "vmxnet", "vmxnet3",
        "virtuale1000", "virtuale1000e", "virtualpcnet32", "virtualsriovethernetcard", "virtualvmxnet",
        "virtualvmxnet3",
    }
)  # fmt: skip


def disktype(properties: Mapping[str, str]) -> str:
    """The disk type that the driver will take the image for."""
    return properties.get("hw_disk_type") or properties.get("vmware_disktype") or DEFAULT_DISKTYPE


def adapter(properties: Mapping[str, str]) -> str:
    """The disk adapter that the driver will give the server."""
    old = properties.get("vmware_adaptertype")
    bus = properties.get("hw_disk_bus") or (("ide" if old == "ide" else "scsi") if old else None)
    if bus == "ide":
        return "ide"
    model = properties.get("hw_scsi_model") or old or ""
    return _SCSI_ADAPTERS.get(model.lower(), DEFAULT_ADAPTER) if bus == "scsi" else DEFAULT_ADAPTER


def guest_id(properties: Mapping[str, str]) -> tuple[str, str]:
    """The guestId that vCenter will be asked for, and the property that it comes from.

    ``os_distro`` is the current name of ``vmware_ostype`` and wins: libosinfo's "ubuntu", which is right for
    KVM, hides a right "ubuntu64Guest".
    """
    for key in ("os_distro", "vmware_ostype"):
        if value := properties.get(key):
            return value, key
    return DEFAULT_GUEST_ID, "the default"


def disktype_fault(properties: Mapping[str, str], vmdk: Vmdk) -> str | None:
    """Why the disk type that Nova goes by is not what the file is; None: it is."""
    believed = disktype(properties)
    allowed = disktypes_for(vmdk.kind)
    if believed in allowed:
        return None
    if not allowed:
        return "the file is a VMDK descriptor alone, without data: upload the disk as streamOptimized"
    key = next((key for key in ("hw_disk_type", "vmware_disktype") if key in properties), None)
    said = (
        f"{key} is {believed!r}" if key else f"vmware_disktype is not set, so Nova takes it for {believed!r}"
    )
    right = " or ".join(sorted(allowed))
    return (
        f"{said}, and the file's header says {vmdk.kind}: the server would find no system; "
        f"set vmware_disktype={right}"
    )


def adapter_fault(properties: Mapping[str, str], vmdk: Vmdk) -> str | None:
    """Why the adapter does not go with the disk; None: it does, or the disk does not say."""
    given, made_for = adapter(properties), vmdk.adapter_type
    if made_for is None or (given == "ide") == (made_for == "ide"):
        return None
    return (
        f"the server gets an adapter of type {given}, and the disk says ddb.adapterType={made_for!r}: "
        "it may not boot; set vmware_adaptertype, or convert with `qemu-img convert -O vmdk -o "
        "subformat=streamOptimized,adapter_type=lsilogic`"
    )


def kvm_only_faults(properties: Mapping[str, str]) -> tuple[str, ...]:
    """Properties that are right on KVM and make the vmwareapi driver refuse the server."""
    model = properties.get("hw_vif_model")
    if model and model.lower() not in _VIF_MODELS:
        return (f'hw_vif_model={model}: the driver answers "{model} is not supported"; set vmxnet3 or e1000',)
    return ()


def kvm_only_warnings(properties: Mapping[str, str]) -> tuple[str, ...]:
    """Properties that the vmwareapi driver ignores, so that the server is not what they say."""
    bus, model = properties.get("hw_disk_bus"), properties.get("hw_scsi_model", "")
    if bus == "virtio":
        return (f"hw_disk_bus=virtio is ignored: the disk is on {DEFAULT_ADAPTER}",)
    if bus == "scsi" and model.lower() not in _SCSI_ADAPTERS:
        return (f"hw_disk_bus=scsi without a VMware hw_scsi_model: the disk falls back to {DEFAULT_ADAPTER}",)
    return ()


def guest_id_fault(properties: Mapping[str, str], known: frozenset[str]) -> str | None:
    """Why vCenter will not take the guestId; None: it will.

    Args:
        properties: The image's.
        known: The guestIds that vSphere knows.
    """
    value, key = guest_id(properties)
    if value in known:
        return None
    hidden = properties.get("vmware_ostype")
    over = f", which overrides vmware_ostype={hidden}" if key == "os_distro" and hidden else ""
    return (
        f"{key}={value}{over}: not a guestId of vSphere; CreateVM would answer "
        f'"A specified parameter was not correct"; set {key} to a guestId such as otherLinux64Guest'
    )
