"""Deleting what runs made and left, until it is seen to be gone; by marks, so from any machine."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import TYPE_CHECKING

from ostf_dual.cloud.asking import asking
from ostf_dual.cloud.resources import KINDS, TIERS, Kind, Marks, Resource
from ostf_dual.errors import NotAskedError, OstfError
from ostf_dual.journal import Entry
from ostf_dual.waiting import WaitTimeoutError, wait_until

if TYPE_CHECKING:
    from openstack.connection import Connection

    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.zone import Zone

_ASK_AGAIN_S = 10.0


def find(cloud: "Cloud", run_id: str) -> tuple[Resource, ...]:
    """What a run has left in the project that the checks work in. Reads only.

    Raises:
        OstfError: An API did not answer.
    """
    with ThreadPoolExecutor(max_workers=len(KINDS)) as pool:
        found = pool.map(lambda kind: kind.find(cloud.project, Marks(run_id)), KINDS)
        return tuple(resource for resources in found for resource in resources)


def clean(
    cloud: "Cloud",
    run_id: str,
    entries: Iterable[Entry] | None = None,
    *,
    seen_gone: Callable[[Resource], None] = lambda _: None,
) -> tuple[str, ...]:
    """Delete what carries a run's marks, until it is not listed any more.

    Args:
        cloud: Where to look, in the project that the checks work in.
        run_id: Whose things.
        entries: Of the run's journal: only what they name is deleted. None: all.
        seen_gone: Told of each thing once it is gone.

    Returns:
        What could not be removed and why, a line each. Empty: all is gone.
    """
    known = (
        None
        if entries is None
        else {key for entry in entries for key in (entry.resource_id, (entry.kind, entry.name))}
    )

    def is_wanted(resource: Resource) -> bool:
        return known is None or resource.id in known or (resource.kind, resource.name) in known

    leftovers: list[str] = []
    with ThreadPoolExecutor(max_workers=max(map(len, TIERS))) as pool:
        for tier in TIERS:
            removals = [_Removal(cloud, kind, Marks(run_id), is_wanted, seen_gone) for kind in tier]
            for lines in pool.map(_Removal.run, removals):
                leftovers.extend(lines)
    return tuple(leftovers)


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
        try:
            remains = (
                *(line for server_id in servers for line in zone.probe.remains_of(server_id)),
                *(line for volume_id in volumes for line in zone.probe.remains_of_volume(volume_id)),
            )
        except NotAskedError:
            return ()
        except OstfError as error:
            return (f"whether zone {zone.label} is clean cannot be told: {error}",)
        return tuple(f"{line} (zone {zone.label})" for line in remains)

    with ThreadPoolExecutor() as pool:
        return tuple(line for lines in pool.map(in_zone, zones) for line in lines)


class _Removal:
    """The removal of one kind of a run's things."""

    def __init__(
        self,
        cloud: "Cloud",
        kind: Kind,
        marks: Marks,
        wanted: Callable[[Resource], bool],
        seen_gone: Callable[[Resource], None],
    ) -> None:
        self._connection: Connection = cloud.project
        self._timeout_s = cloud.access.budgets.delete_s
        self._kind, self._marks, self._wanted, self._seen_gone = kind, marks, wanted, seen_gone
        self._asked_at: dict[str, float] = {}
        self._refusals: dict[str, str] = {}
        self._left: tuple[Resource, ...] = ()

    def run(self) -> tuple[str, ...]:
        """Delete them, and wait until they are not listed any more."""
        try:
            wait_until(
                self._sweep,
                lambda left: not left,
                what=f"{self._kind.name}s of run {self._marks.run_id} to be gone",
                timeout_s=self._timeout_s,
            )
        except WaitTimeoutError:
            return tuple(
                f"{resource} is still there {self._timeout_s:g} s after it was deleted"
                + self._refusals.get(resource.id, "")
                for resource in self._left
            )
        except OstfError as error:
            return (f"{self._kind.name}s of run {self._marks.run_id} cannot be removed: {error}",)
        return ()

    def _sweep(self) -> tuple[Resource, ...]:
        left = tuple(filter(self._wanted, self._kind.find(self._connection, self._marks)))
        still = {resource.id for resource in left}
        for resource in self._left:
            if resource.id not in still:
                self._seen_gone(resource)
        for resource in left:
            if monotonic() - self._asked_at.get(resource.id, float("-inf")) > _ASK_AGAIN_S:
                self._ask(resource)
        self._left = left
        return left

    def _ask(self, resource: Resource) -> None:
        try:
            with asking(f"deleting {resource}"):
                self._kind.delete(self._connection, resource.id)
        except OstfError as error:
            # In use by a thing that is still going away: the next sweep asks again.
            self._refusals[resource.id] = f": {error}"
        else:
            self._asked_at[resource.id] = monotonic()
            self._refusals.pop(resource.id, None)
