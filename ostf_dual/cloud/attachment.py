"""An attached volume by everybody's word: Cinder's, Nova's, and the hypervisor's."""

from typing import TYPE_CHECKING

from ostf_dual.waiting import wait_until

if TYPE_CHECKING:
    from ostf_dual.cloud.servers import Server
    from ostf_dual.cloud.volumes import Volumes
    from ostf_dual.cloud.zone import Zone

_ALL_TOLD_S = 15.0
"""Within so long all witnesses of an attachment say the same."""


def hypervisor_volumes(zone: "Zone", server: "Server") -> set[str | None]:
    """The volumes that the hypervisor says the server's guest has."""
    guest = zone.probe.find_guest(server.id, server.host)
    assert guest is not None, (  # noqa: S101 - the hypervisor's no
        f"{zone.hypervisor} has no guest of server {server.id}; see BOOT-01"
    )
    return {disk.volume_id for disk in guest.disks} - {None}


def wait_for_agreement(
    zone: "Zone", volumes: "Volumes", volume_id: str, server: "Server", *, is_attached: bool
) -> None:
    """See Cinder's status and attachment records, Nova and the hypervisor say the same of a volume and a server.

    Cinder may say so first: Nova forgets a detached volume a moment later.
    """

    def words() -> dict[str, bool]:
        volume = volumes.get(volume_id)
        records = volumes.attachments(volume_id)
        return {
            f"Cinder ({volume})": (volume.status, volume.server_ids) == ("in-use", (server.id,)),
            f"its attachment records ({len(records)})": [
                (record.server_id, record.status) for record in records
            ]
            == [(server.id, "attached")],
            "Nova": volume_id in volumes.attached_to(server.id),
            str(zone.hypervisor): volume_id in hypervisor_volumes(zone, server),
        }

    wait_until(
        words,
        lambda said: all(word == is_attached for word in said.values()),
        what=f"all to say that volume {volume_id} is {'' if is_attached else 'not '}attached to server {server.id}",
        timeout_s=_ALL_TOLD_S,
        describe=lambda said: ", ".join(f"{who}: {'yes' if word else 'no'}" for who, word in said.items()),
    )
