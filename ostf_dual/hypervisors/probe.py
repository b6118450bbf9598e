"""The hypervisor's own word on its guests, held against OpenStack's."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ostf_dual.environment.model import Hypervisor
from ostf_dual.errors import OstfError


class Power(StrEnum):
    """A guest's state, in words that both hypervisors share."""

    RUNNING = "running"
    PAUSED = "paused"
    OFF = "off"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """A guest's disk.

    Attributes:
        volume_id: Cinder's id of it, where the hypervisor keeps one (libvirt: the disk's serial; vCenter: the
            ``volume-<id>`` key of extraConfig, matched by backing uuid); None for a root disk.
        source: File or datastore path.
    """

    name: str
    source: str
    size_bytes: int | None
    bus: str
    volume_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nic:
    """A guest's network card. ``network`` is the bridge, or the port group."""

    mac: str
    model: str
    network: str
    connected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedGuest:
    """A guest as a list of all of them tells of it; ``id`` is the server's UUID on both hypervisors.

    Attributes:
        host: The compute host as Nova calls it (libvirt), or the vSphere cluster's managed object id (vCenter).
        forced: What but the guest itself ended it, in the hypervisor's word ("destroyed", "crashed"); empty: it
            was not ended, or ended itself as its user's ``shutdown`` does, or the hypervisor does not tell.
    """

    id: str
    name: str
    power: Power
    host: str
    forced: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The guests of a zone, as far as its hosts could be asked.

    Attributes:
        unasked: Hosts that did not answer, as Nova calls them: nothing is known of their guests.
        because: Which those are, and why; empty where all have answered.
    """

    guests: tuple[ListedGuest, ...]
    unasked: tuple[str, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest(ListedGuest):
    """What the hypervisor runs for a server, with its hardware.

    Attributes:
        facts: Further things worth a line of evidence, name to value.
    """

    vcpus: int
    memory_mib: int
    disks: tuple[Disk, ...]
    nics: tuple[Nic, ...]
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether it runs, by the hypervisor's word."""
        return self.power is Power.RUNNING


class PartlyUnaskedError(OstfError):
    """Some of a zone's hosts or datastores could not be asked, and the others know nothing of it."""


class Probe(Protocol):
    """One zone's second witness. Every method raises ``OstfError`` where the witness does not answer."""

    @property
    def hypervisor(self) -> Hypervisor:
        """What runs the guests, by its own word."""

    def find_guest(self, server_id: str, host: str | None = None) -> Guest | None:
        """The guest of a server, wherever in the zone it is.

        Args:
            server_id: Nova's.
            host: Where Nova says that it is: asked first, and the others only where it does not run there.

        Raises:
            PartlyUnaskedError: It may be on a host that does not answer.
            NotConfiguredError: It may be on a host that nobody has access to; names the missing key.
        """

    def guests(self) -> Listing:
        """Every guest that OpenStack runs in the zone."""

    def remains_of(self, server_id: str) -> tuple[str, ...]:
        """What is left of a deleted server (guest, disks, folders), a readable line each; empty: nothing.

        Raises:
            PartlyUnaskedError: It may be where nobody could look.
            NotConfiguredError: Nothing that could be seen, and where it had a disk nobody can look.
        """

    def remains_of_volume(self, volume_id: str) -> tuple[str, ...]:
        """What is left of a deleted volume on the hypervisor's side (shadow VM, file), a readable line each.

        Raises:
            PartlyUnaskedError, NotConfiguredError: As ``remains_of``.
        """

    def screenshot(self, server_id: str) -> bytes | None:
        """What the guest of a server shows, as PNG; None: it has no screen, or does not run."""

    @property
    def unasked(self) -> tuple[str, ...]:
        """Hosts, datastores and other places that could not be looked at for remains, with the reason, a line each.

        Those that are known not to matter, since what was asked about was seen elsewhere, are left out.
        """
