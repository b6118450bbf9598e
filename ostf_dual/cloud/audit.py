"""What runs left where OpenStack does not look: on the hypervisors, by the ids of what was made."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from ostf_dual.errors import NotAskedError, OstfError
from ostf_dual.waiting import WaitTimeoutError, wait_until

if TYPE_CHECKING:
    from ostf_dual.cloud.zone import Zone
    from ostf_dual.hypervisors.probe import Probe

SETTLING_S = 20.0
"""How long after "deleted" a hypervisor may still have something."""


def see_disks(zones: "Iterable[Zone]", servers: Sequence[str]) -> None:
    """Have the zones' witnesses see where servers have their disks, before they are deleted: later nobody tells.

    Whoever does not answer now is told of when asked for what is left.
    """

    def see(zone: "Zone") -> None:
        with suppress(OstfError):
            for server_id in servers:
                zone.probe.find_guest(server_id)

    with ThreadPoolExecutor() as pool:
        tuple(pool.map(see, zones if servers else ()))


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
        remains: list[str] = []
        try:
            for question in _questions(zone.probe, servers, volumes):
                with suppress(NotAskedError):  # of one disk; the next one may be where we can look
                    remains.extend(question())
        except NotAskedError:
            return ()
        except OstfError as error:
            return (f"whether zone {zone.label} is clean cannot be told: {error}",)
        return tuple(f"{line} (zone {zone.label})" for line in remains)

    with ThreadPoolExecutor() as pool:
        return tuple(line for lines in pool.map(in_zone, zones) for line in lines)


def _questions(
    probe: "Probe", servers: Iterable[str], volumes: Iterable[str]
) -> Iterator[Callable[[], tuple[str, ...]]]:
    yield from (partial(probe.remains_of, server_id) for server_id in servers)
    yield from (partial(probe.remains_of_volume, volume_id) for volume_id in volumes)


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
