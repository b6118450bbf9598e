"""Volumes, and their attachment to servers: Cinder's record and Nova's."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ostf_dual.cloud.asking import asking, told
from ostf_dual.cloud.complaints import volume_messages
from ostf_dual.cloud.kinds import VOLUME
from ostf_dual.cloud.resources import Maker
from ostf_dual.waiting import WaitTimeoutError, wait_until

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.zone import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Cinder's record of an attachment."""

    id: str
    server_id: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A volume as Cinder tells of it.

    Attributes:
        backend: ``host@backend#pool``; None without admin rights.
        server_ids: The servers that it says it is attached to.
    """

    id: str
    name: str
    status: str
    size_gib: int
    type: str
    backend: str | None
    server_ids: tuple[str, ...]

    def __str__(self) -> str:
        held = f", attached to {', '.join(self.server_ids)}" if self.server_ids else ""
        return f"{self.status}{held}" + (f" on {self.backend}" if self.backend else "")


class Volumes:
    """A run's volumes."""

    def __init__(self, cloud: "Cloud", maker: Maker) -> None:
        self._maker = maker
        self._project: Any = cloud.project  # the SDK's type leaves open which version of Cinder's API it is
        self._admin = cloud.admin

    def create(self, label: str, zone: "Zone", *, volume_type: str | None = None, size_gib: int = 1) -> str:
        """Ask for a blank volume of the zone's type, or of another; returns its id at once."""
        storage_zone = self._storage_zone(zone)
        volume = self._maker.make(
            VOLUME,
            label,
            size=size_gib,
            volume_type=volume_type or zone.volume_type,
            **({"availability_zone": storage_zone} if storage_zone and volume_type is None else {}),
        )
        return str(volume.id)

    def find(self, volume_id: str) -> Volume | None:
        """What Cinder says of it now; None: it is gone."""
        from openstack.exceptions import NotFoundException

        with asking(f"volume {volume_id}"):
            try:
                return _volume(self._project.block_storage.get_volume(volume_id))
            except NotFoundException:
                return None

    def get(self, volume_id: str) -> Volume:
        """What Cinder says of it now.

        Raises:
            AssertionError: It is gone.
        """
        volume = self.find(volume_id)
        assert volume is not None, f"volume {volume_id} is gone, and this run did not delete it"  # noqa: S101
        return volume

    def backend(self, volume_id: str) -> str | None:
        """``host@backend#pool`` of a volume; None without admin rights."""
        if self._admin is None:
            return None
        with asking(f"the backend of volume {volume_id}"):
            return self._admin.block_storage.get_volume(volume_id).host or None

    def wait(self, volume_id: str, status: str, *, timeout_s: float) -> Volume:
        """Wait for a status.

        Raises:
            AssertionError: It went to an error status, or the wanted one did not come; the message says why.
        """
        try:
            volume = wait_until(
                lambda: self.get(volume_id),
                lambda volume: volume.status == status or volume.status.startswith("error"),
                what=f"volume {volume_id} to be {status}",
                timeout_s=timeout_s,
                describe=str,
            )
        except WaitTimeoutError as error:
            raise AssertionError(f"{error}{self._messages(volume_id)}; look at cinder-volume's log") from None
        if volume.status != status:
            raise AssertionError(
                f"volume {volume.name} of type {volume.type}: wanted {status}, found {volume}"
                f"{self._messages(volume_id)}; look at the logs of cinder-scheduler and cinder-volume"
            )
        return volume

    def attach(self, volume_id: str, server_id: str, *, timeout_s: float) -> Volume:
        """Attach it, and wait until Cinder says that it is in use.

        Raises:
            AssertionError: As ``wait``; or it went back to ``available``: so Nova refuses after its answer.
        """
        self.ask_to_attach(volume_id, server_id)
        volume = wait_until(
            lambda: self.get(volume_id),
            lambda volume: volume.status in {"in-use", "available"} or volume.status.startswith("error"),
            what=f"volume {volume_id} to be in use by server {server_id}",
            timeout_s=timeout_s,
            describe=str,
        )
        if volume.status != "in-use":
            raise AssertionError(
                f"attaching volume {volume_id} to server {server_id}: wanted in-use, found {volume}; look at"
                " nova-compute's log and the server's actions (attach_volume)"
            )
        return volume

    def ask_to_attach(self, volume_id: str, server_id: str) -> None:
        """Ask Nova to attach it; the answer only says that it will try.

        Raises:
            AssertionError: Nova understood, and refused at once.
            OstfError: It could not be asked.
        """
        from openstack import exceptions

        what = f"attaching volume {volume_id} to server {server_id}"
        with asking(what):
            try:
                self._project.compute.create_volume_attachment(server_id, volume_id)
            except (exceptions.BadRequestException, exceptions.ConflictException) as refusal:
                raise AssertionError(f"{what} was refused: {told(refusal)}") from None

    def detach(self, volume_id: str, server_id: str, *, timeout_s: float) -> Volume:
        """Detach it, and wait until it is available.

        Raises:
            AssertionError: As ``wait``.
        """
        with asking(f"detaching volume {volume_id} from server {server_id}"):
            self._project.compute.delete_volume_attachment(server_id, volume_id)
        return self.wait(volume_id, "available", timeout_s=timeout_s)

    def delete(self, volume_id: str, *, timeout_s: float) -> None:
        """Delete it, and wait until Cinder knows it no more.

        Raises:
            AssertionError: It is still there; the message says in what state.
        """
        with asking(f"deleting volume {volume_id}"):
            self._project.block_storage.delete_volume(volume_id)
        left = wait_until(
            lambda: self.find(volume_id),
            lambda volume: volume is None or volume.status.startswith("error"),
            what=f"volume {volume_id} to be deleted",
            timeout_s=timeout_s,
            describe=str,
        )
        if left is not None:
            raise AssertionError(
                f"deleting volume {volume_id} ended in {left}{self._messages(volume_id)};"
                " look at cinder-volume's log"
            )

    def attachments(self, volume_id: str) -> tuple[Attachment, ...]:
        """Cinder's attachment records of a volume."""
        with asking(f"the attachments of volume {volume_id}"):
            return tuple(
                Attachment(id=found.id, server_id=found.instance or "", status=found.status)
                for found in self._project.block_storage.attachments(details=True, volume_id=volume_id)
            )

    def attached_to(self, server_id: str) -> tuple[str, ...]:
        """Ids of the volumes that Nova says a server has."""
        with asking(f"the volumes of server {server_id}"):
            return tuple(found.volume_id for found in self._project.compute.volume_attachments(server_id))

    def _storage_zone(self, zone: "Zone") -> str | None:
        """The storage zone of the same name where there is one; else Cinder's own default, by volume type."""
        with asking("the availability zones of Cinder"):
            names = {found.name for found in self._project.block_storage.availability_zones()}
        return zone.name if zone.name in names else None

    def _messages(self, volume_id: str) -> str:
        found = volume_messages(self._project.block_storage, volume_id)
        return "".join(f"; Cinder says: {message}" for message in found[:2])


def _volume(volume: Any) -> Volume:
    return Volume(
        id=volume.id,
        name=volume.name or "",
        status=volume.status,
        size_gib=volume.size,
        type=volume.volume_type or "",
        backend=volume.host or None,
        server_ids=tuple(attachment["server_id"] for attachment in volume.attachments or ()),
    )
