"""A virtual machine's disks, and which of them are Cinder's volumes: pure reading of vSphere's devices."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pyVmomi import vim

from ostf_dual.hypervisors.probe import Disk

_VOLUME_KEY = "volume-"
_KIB = 1024
_BUSES = (
    (vim.vm.device.ParaVirtualSCSIController, "paraVirtual"),
    (vim.vm.device.VirtualLsiLogicSASController, "lsiLogicsas"),
    (vim.vm.device.VirtualLsiLogicController, "lsiLogic"),
    (vim.vm.device.VirtualBusLogicController, "busLogic"),
    (vim.vm.device.VirtualIDEController, "ide"),
    (vim.vm.device.VirtualAHCIController, "sata"),
    (vim.vm.device.VirtualNVMEController, "nvme"),
)


def attached_volumes(extra_config: Iterable[Any]) -> Mapping[str, str]:
    """Volume ids by the uuid of the disk's backing, as Nova writes them down in extraConfig."""
    return {
        _plain(str(option.value)): option.key.removeprefix(_VOLUME_KEY)
        for option in extra_config
        if option.key.startswith(_VOLUME_KEY)
    }


def disks(devices: Sequence[Any], volumes: Mapping[str, str]) -> Iterator[Disk]:
    """The disks among a machine's devices.

    Args:
        devices: All of them: what a disk hangs on is one too.
        volumes: As ``attached_volumes`` tells.
    """
    controllers = {device.key: device for device in devices}
    for disk in devices:
        if isinstance(disk, vim.vm.device.VirtualDisk):
            yield Disk(
                name=disk.deviceInfo.label if disk.deviceInfo else f"disk {disk.key}",
                source=getattr(disk.backing, "fileName", ""),
                size_bytes=disk.capacityInKB * _KIB,
                bus=_bus(controllers.get(disk.controllerKey)),
                volume_id=volumes.get(_plain(str(getattr(disk.backing, "uuid", None)))),
            )


def _bus(controller: Any) -> str:
    return next((name for kind, name in _BUSES if isinstance(controller, kind)), type(controller).__name__)


def _plain(uuid: str) -> str:
    return uuid.replace("-", "").lower()
