"""Where Nova and a hypervisor tell different things: pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

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
_ENDED = {Power.OFF, Power.OTHER}
_MANY = 3
"""So many guests of one host, and more than half of it: no longer each by a user of its own."""
_LATER = (
    "Nova notices by libvirt's event within seconds, on vCenter at its next sync_power_state_interval (600 s by"
    " default)"
)


def differences(
    servers: Iterable[Server], guests: Iterable[ListedGuest], *, hosts: Collection[str]
) -> Iterator[str]:
    """What Nova and a zone's hypervisor say differently, a line each; not what ``ended`` has.

    Args:
        servers: All that Nova has, of every project and zone; those that are deleted and kept too.
        guests: All that the zone's hypervisor runs for OpenStack, as far as it could be asked.
        hosts: The zone's compute hosts that could be asked.
    """
    known, found = {server.id: server for server in servers}, {guest.id: guest for guest in guests}
    excused = _by_themselves(known.values(), found, hosts)
    for orphan in found.values():
        if orphan.id not in known:
            yield (
                f"guest {orphan.name} ({orphan.id}, {orphan.power}) on {orphan.host} is unknown to Nova:"
                " an orphan, which takes room that the scheduler does not know of"
            )
    for server in known.values():
        if not _has_settled(server, hosts) or server.id in excused:
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
                f"{_told(server, guest)}, which no user's own shutdown explains: look at {guest.host}, and at who"
                " works there besides Nova"
            )


def ended(
    servers: Iterable[Server], guests: Iterable[ListedGuest], *, hosts: Collection[str]
) -> Iterator[str]:
    """The guests that Nova still takes for running, and that ended as any user may end his own; a line each.

    Of thousands there is always one: `shutdown` inside a guest needs nobody's leave, and Nova learns of it later.
    """
    known, found = {server.id: server for server in servers}, {guest.id: guest for guest in guests}
    for each in sorted(_by_themselves(known.values(), found, hosts)):
        yield f"{_told(known[each], found[each])}: shut down from within, most likely; {_LATER}"


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


def _by_themselves(
    servers: Iterable[Server], found: Mapping[str, ListedGuest], hosts: Collection[str]
) -> frozenset[str]:
    """The servers whose guests may have been ended by their users: nothing forced them, nor are they many at once."""
    active = [
        found[server.id]
        for server in servers
        if server.status == "ACTIVE" and _has_settled(server, hosts) and server.id in found
    ]
    off = [guest for guest in active if guest.power in _ENDED and not guest.forced]
    every, those = (Counter(guest.host for guest in some) for some in (active, off))
    return frozenset(
        guest.id for guest in off if those[guest.host] < _MANY or 2 * those[guest.host] <= every[guest.host]
    )


def _has_settled(server: Server, hosts: Collection[str]) -> bool:
    return server.host in hosts and server.task_state is None and server.status in _POWER


def _told(server: Server, guest: ListedGuest) -> str:
    forced = f" ({guest.forced})" if guest.forced else ""
    return f"server {server.name} ({server.id}) is {server.status}, and its hypervisor says {guest.power}{forced}"
