"""Where Nova and a hypervisor tell different things: pure."""

from collections.abc import Collection, Iterable, Iterator

from ostf_dual.cloud.deferral import KEPT
from ostf_dual.cloud.servers import Server
from ostf_dual.hypervisors.probe import ListedGuest, Power

# Nova's states that have one power state each; None: any. In states that are not here it is on its way,
# or off as long as it is kept to be restored.
_POWER = {
    "ACTIVE": Power.RUNNING,
    "SHUTOFF": Power.OFF,
    "PAUSED": Power.PAUSED,
    "SUSPENDED": None,
    "ERROR": None,
}


def differences(
    servers: Iterable[Server], guests: Iterable[ListedGuest], *, hosts: Collection[str]
) -> Iterator[str]:
    """What Nova and a zone's hypervisor say differently, a line each.

    Args:
        servers: All that Nova has, of every project and zone; those that are deleted and kept too.
        guests: All that the zone's hypervisor runs for OpenStack, as far as it could be asked.
        hosts: The zone's compute hosts that could be asked.
    """
    known, found = {server.id: server for server in servers}, {guest.id: guest for guest in guests}
    for orphan in found.values():
        if orphan.id not in known:
            yield (
                f"guest {orphan.name} ({orphan.id}, {orphan.power}) on {orphan.host} is unknown to Nova:"
                " an orphan, which takes room that the scheduler does not know of"
            )
    for server in known.values():
        if server.host not in hosts or server.task_state is not None or server.status not in _POWER:
            continue
        guest = found.get(server.id)
        if guest is None:
            if server.launched_at is not None:
                yield (
                    f"server {server.name} ({server.id}) is {server.status} on {server.host}, and"
                    f" its hypervisor has no such guest"
                )
        elif _POWER[server.status] not in {None, guest.power}:
            yield (
                f"server {server.name} ({server.id}) is {server.status}, and its hypervisor says"
                f" {guest.power}: Nova notices at its next sync_power_state_interval (600 s by default)"
            )


def kept(servers: Iterable[Server], guests: Iterable[ListedGuest]) -> Iterator[str]:
    """The guests of deleted servers that can still be restored: no orphans, a line each."""
    to_restore = {server.id: server.name for server in servers if server.status == KEPT}
    for guest in guests:
        if guest.id in to_restore:
            yield (
                f"guest {guest.name} ({guest.id}, {guest.power}) on {guest.host} is of server"
                f" {to_restore[guest.id]}, which is deleted: Nova keeps it until reclaim_instance_interval is over,"
                " and can restore it"
            )
