"""vCenter's word on the guests of a zone: the ``Probe`` of vCenter zones."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pyVmomi import vim

from ostf_dual.environment.model import Hypervisor
from ostf_dual.hypervisors.probe import (
    Guest,
    ListedGuest,
    Listing,
    Nic,
    PartlyUnaskedError,
    Power,
)
from ostf_dual.hypervisors.vcenter.client import VCenter
from ostf_dual.hypervisors.vcenter.disks import attached_volumes, disks
from ostf_dual.hypervisors.vcenter.session import Properties

if TYPE_CHECKING:
    from ostf_dual.errors import OstfError

_NOVA_KEY = "org.openstack.compute"
_PATHS = (
    "name",
    "config.instanceUuid",
    "config.hardware",
    "config.extraConfig",
    "config.managedBy",
    "config.files.vmPathName",
    "config.guestId",
    "guest.toolsRunningStatus",
    "runtime.powerState",
    "runtime.cleanPowerOff",
    "runtime.connectionState",
    "runtime.host",
    "parent",
)
# A list of thousands is two calls for each cluster: no hardware, and nothing that has to be asked by itself.
_LISTED = (
    "name",
    "config.instanceUuid",
    "config.managedBy",
    "runtime.powerState",
    "runtime.cleanPowerOff",
)
_POWER = {
    vim.VirtualMachine.PowerState.poweredOn: Power.RUNNING,
    vim.VirtualMachine.PowerState.poweredOff: Power.OFF,
    vim.VirtualMachine.PowerState.suspended: Power.PAUSED,
}


class VCenterProbe:
    """The second witness of a zone whose servers run in clusters of one vCenter, known by object id."""

    def __init__(self, vcenter: VCenter, clusters: Callable[[], Sequence[str]]) -> None:
        self._vcenter, self._clusters = vcenter, clusters
        self._seen_on: dict[str, set[str]] = {}
        self._unasked: dict[str, Mapping[str, OstfError]] = {}

    @property
    def hypervisor(self) -> Hypervisor:
        """vCenter, whatever runs below it."""
        return Hypervisor.VCENTER

    def find_guest(self, server_id: str, host: str | None = None) -> Guest | None:  # noqa: ARG002 - one vCenter
        """See ``Probe.find_guest``. It is found in other clusters of the vCenter too; ``host`` tells."""
        found = self._vcenter.machines_of(server_id, *_PATHS)
        guest = self._guest(found[0]) if found else None
        for disk in guest.disks if guest else ():
            self._seen_on.setdefault(disk.volume_id or server_id, set()).add(_datastore(disk.source))
        return guest

    def guests(self) -> Listing:
        """See ``Probe.guests``: what Nova marked as its own: no volumes' shadows, no image caches."""
        return Listing(
            guests=tuple(
                ListedGuest(
                    id=record["config.instanceUuid"],
                    name=record["name"],
                    power=_power(record),
                    host=cluster,
                    forced=_forced(record),
                )
                for cluster in self._clusters()
                for record in self._vcenter.virtual_machines(cluster, *_LISTED)
                if _is_novas(record)
            )
        )

    def remains_of(self, server_id: str) -> tuple[str, ...]:
        """See ``Probe.remains_of``. The server's id is in the names of Nova's folders, snapshots' included."""
        return self._remains("virtual machine", server_id, is_novas=True)

    def remains_of_volume(self, volume_id: str) -> tuple[str, ...]:
        """See ``Probe.remains_of_volume``. The shadow of a volume has the volume's id for instanceUuid."""
        return self._remains("shadow machine", volume_id, is_novas=False)

    def screenshot(self, server_id: str) -> bytes | None:
        """See ``Probe.screenshot``."""
        return self._vcenter.screen(server_id)

    @property
    def unasked(self) -> tuple[str, ...]:
        """See ``Probe.unasked``: datastores. One vCenter answers for all hosts, or for none."""
        every = {name: error for each in self._unasked.values() for name, error in each.items()}
        return tuple(f"datastore {name}: {error}" for name, error in every.items())

    def _remains(self, machine: str, known_as: str, *, is_novas: bool) -> tuple[str, ...]:
        """What there is of a server or volume; a datastore's silence counts if it had some of it before."""
        machines = self._vcenter.machines_of(known_as, "name")
        replies = [
            self._vcenter.search_datastores(each, f"*{known_as}*", is_novas=is_novas)
            for each in self._clusters()
        ]
        found = {path for each in replies for paths in each.answers.values() for path in paths}
        silence = {name: error for each in replies for name, error in each.silence.items()}
        seen_on = self._seen_on.setdefault(known_as, set())
        seen_on.update(map(_datastore, found))
        searched = any(each.answers for each in replies)
        if silence and not (machines or found) and (not searched or seen_on & silence.keys()):
            told = "; ".join(map(str, silence.values()))
            raise PartlyUnaskedError(f"datastores on which {known_as} may be could not be searched: {told}")
        self._unasked[known_as] = {} if seen_on else silence
        return (
            *(f"{machine} {each['name']!r}" for each in machines),
            *(f"datastore folder {path}" for path in sorted(found)),
        )

    def _guest(self, record: Properties) -> Guest:
        hardware = record.get("config.hardware")
        devices = hardware.device if hardware else []
        volumes = attached_volumes(record.get("config.extraConfig") or ())
        esxi = self._named(record.get("runtime.host"), "parent")
        return Guest(
            id=record["config.instanceUuid"],
            name=record["name"],
            power=_power(record),
            forced=_forced(record),
            host=esxi["parent"]._moId if "parent" in esxi else "",  # noqa: SLF001 - pyvmomi's name for the id
            vcpus=hardware.numCPU if hardware else 0,
            memory_mib=hardware.memoryMB if hardware else 0,
            disks=tuple(disks(devices, volumes)),
            nics=tuple(self._nics(devices)),
            facts=(
                ("ESXi host", esxi.get("name", "none")),
                ("datastore path", record.get("config.files.vmPathName") or ""),
                ("folder", self._folder(record.get("parent"))),
                ("managed by", getattr(record.get("config.managedBy"), "extensionKey", "nobody")),
                ("guest OS", record.get("config.guestId") or ""),
                ("VMware Tools", _tools(record.get("guest.toolsRunningStatus"))),
                ("connection", str(record.get("runtime.connectionState"))),
            ),
        )

    def _nics(self, devices: Iterable[Any]) -> Iterator[Nic]:
        for card in devices:
            if isinstance(card, vim.vm.device.VirtualEthernetCard):
                yield Nic(
                    mac=(card.macAddress or "").lower(),
                    model=type(card).__name__.rpartition(".")[2],
                    network=self._network(card.backing),
                    connected=bool(card.connectable and card.connectable.connected),
                )

    def _network(self, backing: Any) -> str:
        """A port group's name; on an opaque (NSX) network its id."""
        if isinstance(backing, vim.vm.device.VirtualEthernetCard.DistributedVirtualPortBackingInfo):
            key = backing.port.portgroupKey or ""
            group = self._vcenter.managed(vim.dvs.DistributedVirtualPortgroup, key)
            return str(self._named(group).get("name", key))
        if isinstance(backing, vim.vm.device.VirtualEthernetCard.OpaqueNetworkBackingInfo):
            return str(backing.opaqueNetworkId)
        return str(getattr(backing, "deviceName", ""))

    def _folder(self, folder: Any) -> str:
        """The path of an inventory folder, from below the datacenter's root folder of machines."""
        names: list[str] = []
        while isinstance(folder, vim.Folder):
            record = self._named(folder, "parent")
            names.append(str(record.get("name", "?")))
            folder = record.get("parent")
        return "/".join(reversed(names[:-1]))

    def _named(self, managed: Any, *more: str) -> Properties:
        return self._vcenter.read((managed,), "name", *more).get(managed, {}) if managed is not None else {}


def _datastore(path: str) -> str:
    """Of a datastore path, ``[NAME] FOLDER/FILE``."""
    return path.partition("]")[0].removeprefix("[")


def _tools(status: str | None) -> str:
    return "running" if status == "guestToolsRunning" else "not running"


def _power(record: Properties) -> Power:
    return _POWER.get(record["runtime.powerState"], Power.OTHER)


def _forced(record: Properties) -> str:
    """Whether its end was not in good order; a shutdown and a power-off differ in vSphere's events only."""
    is_off = _power(record) is Power.OFF
    return "cut off" if is_off and record.get("runtime.cleanPowerOff") is False else ""


def _is_novas(record: Properties) -> bool:
    return getattr(record.get("config.managedBy"), "extensionKey", None) == _NOVA_KEY
