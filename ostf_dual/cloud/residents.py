"""Servers that stay while the cloud around them is changed, and what may not change of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import TYPE_CHECKING

from ostf_dual.cloud.guestlog import GuestLog
from ostf_dual.cloud.metering import Metering, Point

if TYPE_CHECKING:
    from ostf_dual.cloud.workbench import Workbench
    from ostf_dual.cloud.zone import Zone

METER = "memory.usage"
"""Polled on both hypervisors, release after release."""
_MISSED = 3
"""Polls: one may be late, and the next one early."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What is known of a server and its volume, by everybody who knows them.

    Attributes:
        boots: How often its operating system said that it is up.
        volumes: Attached by Nova's word.
        disks: Volumes by the hypervisor's word.
        blocks: Block devices by the guest's word.
    """

    status: str
    zone: str
    host: str | None
    launched_at: str | None
    guest: str
    power: str
    boots: int
    volumes: tuple[str, ...]
    disks: tuple[str, ...]
    blocks: tuple[str, ...]


class Resident:
    """A zone's server with its volume attached; both are the workbench's, and go with it."""

    def __init__(self, workbench: "Workbench", zone: "Zone") -> None:
        """Boot, attach, and wait until the guest has written on the volume."""
        self._bench, self._zone = workbench, zone
        self.server, self.volume = workbench.server(zone), workbench.volume(zone)
        attach_s, token = zone.budgets.attach_s, workbench.pattern(zone)
        workbench.guest_up(zone)
        workbench.volumes.attach(self.volume.id, self.server.id, timeout_s=attach_s)
        self._hear(lambda log: log.last("WROTE", token=token) is not None, attach_s)

    def trace(self) -> Trace:
        """What is so now."""
        server = self._bench.servers.get(self.server.id)
        guest = self._zone.probe.find_guest(self.server.id, server.host)
        log = self._hear(lambda _: True, self._zone.budgets.reach_s)
        return Trace(
            status=server.status,
            zone=server.zone,
            host=server.host,
            launched_at=server.launched_at,
            guest="gone" if guest is None else f"{guest.name} on {guest.host}",
            power="gone" if guest is None else guest.power.value,
            boots=sum(event.name == "READY" for event in log.events),
            volumes=tuple(sorted(self._bench.volumes.attached_to(self.server.id))),
            disks=tuple(sorted(disk.volume_id for disk in guest.disks if disk.volume_id)) if guest else (),
            blocks=tuple(sorted(log.disks)),
        )

    def gaps(self, metering: Metering) -> tuple[str, ...]:
        """Where polls of the server are missing, a line each.

        Raises:
            AssertionError: It has no samples at all.
        """
        found = metering.resource("instance", self.server.id)
        metric = found.metrics.get(METER) if found else None
        assert metric is not None, f"server {self.server.id} has no samples of {METER}"  # noqa: S101
        interval_s, _ = metering.interval_s()
        return missing(metering.points(metric), interval_s)

    def _hear(self, heard: Callable[[GuestLog], bool], timeout_s: float) -> GuestLog:
        what = f"the guest in zone {self._zone.label} to have written on volume {self.volume.id}"
        return self._bench.hear(self._zone, heard, what=what, timeout_s=timeout_s)


def changes(before: Trace, after: Trace) -> tuple[str, ...]:
    """What is not as it was, a line each."""
    pairs = ((field.name, getattr(before, field.name), getattr(after, field.name)) for field in fields(Trace))
    return tuple(f"{name}: was {was!r}, is {now!r}" for name, was, now in pairs if was != now)


def missing(points: Iterable[Point], interval_s: float) -> tuple[str, ...]:
    """Spans without samples that are longer than polls may be apart."""
    return tuple(
        f"no sample between {one.time:%H:%M:%S} and {other.time:%H:%M:%S}, with a poll each {interval_s:g} s"
        for one, other in pairwise(points)
        if (other.time - one.time).total_seconds() > _MISSED * interval_s
    )
