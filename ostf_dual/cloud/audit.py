"""What runs left where OpenStack does not look: on the hypervisors, by the ids of what was made."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from ostf_dual.cloud.census import find_server
from ostf_dual.cloud.servers import Server
from ostf_dual.errors import NotAskedError, OstfError
from ostf_dual.hypervisors.probe import PartlyUnaskedError
from ostf_dual.waiting import WaitTimeoutError, wait_until

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.zone import Zone

SETTLING_S = 20.0
"""How long after "deleted" a hypervisor may still have something."""


def see_disks(cloud: "Cloud", zones: "Iterable[Zone]", servers: Sequence[str]) -> None:
    """Have the zones' witnesses see where servers have their disks, before they are deleted: later nobody tells.

    Whoever does not answer now is told of when asked for what is left.
    """
    compute = (cloud.admin or cloud.project).compute  # only admins are told the hosts

    def find(server_id: str) -> Server | None:
        with suppress(OstfError):
            return find_server(compute, server_id)
        return None

    def see(zone: "Zone") -> None:
        with suppress(OstfError):  # it does not answer at all
            for each in found:
                if each.host is None or each.host in zone.hosts:
                    with suppress(NotAskedError, PartlyUnaskedError):
                        zone.probe.find_guest(each.id, each.host)

    with ThreadPoolExecutor() as pool:
        found = [each for each in pool.map(find, servers) if each is not None]
        tuple(pool.map(see, zones if found else ()))


def on_hypervisors(
    zones: "Iterable[Zone]", *, servers: Sequence[str], volumes: Sequence[str]
) -> tuple[str, ...]:
    """What the zones' hypervisors have of deleted servers and volumes, a line each.

    A zone without a witness says nothing.

    Args:
        zones: All zones: a server may have landed in another one than it was asked for.
        servers: Ids.
        volumes: Ids.
    """

    def in_zone(zone: "Zone") -> tuple[str, ...]:
        return tuple(_remains(zone, servers, volumes))

    with ThreadPoolExecutor() as pool:
        return tuple(line for lines in pool.map(in_zone, zones) for line in lines)


def _remains(zone: "Zone", servers: Sequence[str], volumes: Sequence[str]) -> Iterator[str]:
    """One that cannot be told of keeps no other from being; a zone that does not answer at all is asked once."""
    try:
        probe = zone.probe
        for what, resource_id, ask in (
            *(("server", each, probe.remains_of) for each in servers),
            *(("volume", each, probe.remains_of_volume) for each in volumes),
        ):
            try:
                yield from (f"{line} (zone {zone.label})" for line in ask(resource_id))
            except PartlyUnaskedError as error:
                yield f"whether {what} {resource_id} is gone from zone {zone.label} cannot be told: {error}"
            except NotAskedError:
                continue  # the next one may be where we can look
    except NotAskedError:
        return
    except OstfError as error:
        yield f"whether zone {zone.label} is clean cannot be told: {error}"


def unasked(zones: "Iterable[Zone]") -> tuple[str, ...]:
    """What of the zones' hypervisors could not be asked so far, with the reason, a line each.

    What may have been there is gone by OpenStack's word only.
    """
    return tuple(
        f"zone {zone.label}: {line}"
        for zone in zones
        for line in (zone.probe.unasked if zone.witness_missing is None else (zone.witness_missing,))
    )


def left_on_hypervisors(
    zones: "Iterable[Zone]",
    *,
    servers: Sequence[str],
    volumes: Sequence[str],
    settling_s: float = SETTLING_S,
) -> tuple[str, ...]:
    """The same, after what goes by itself has gone: Nova says "deleted" a moment before the last file is."""
    every = tuple(zones)

    def ask() -> tuple[str, ...]:
        return on_hypervisors(every, servers=servers, volumes=volumes)

    if not (servers or volumes):
        return ()
    try:
        return wait_until(
            ask,
            lambda left: not left,
            what="the hypervisors to have nothing left",
            timeout_s=settling_s,
        )
    except WaitTimeoutError:
        return ask()
