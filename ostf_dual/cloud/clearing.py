"""Removing what one run made, and seeing that it is gone from OpenStack and from the hypervisors."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ostf_dual.cloud import cleanup
from ostf_dual.cloud.audit import left_on_hypervisors, on_hypervisors, see_disks
from ostf_dual.cloud.kind import Kind, Resource
from ostf_dual.cloud.kinds import SERVER, VOLUME
from ostf_dual.cloud.resources import Maker
from ostf_dual.errors import OstfError

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.zone import Zone


class Clearing:
    """By the run's marks in the APIs, by the ids of what was made on the hypervisors."""

    def __init__(self, cloud: "Cloud", maker: Maker, *, settling_s: float) -> None:
        """Remove nothing yet.

        Args:
            cloud: Where the things are.
            maker: What they were made by.
            settling_s: How long after "deleted" a hypervisor may still have something.
        """
        self._cloud, self._maker, self._settling_s = cloud, maker, settling_s
        self._gone: list[Resource] = []

    def remains(self, zones: "Sequence[Zone]") -> tuple[str, ...]:
        """What of this run is there, on the hypervisors of these zones too. Reads only."""
        left = tuple(
            f"{resource} in OpenStack" for resource in cleanup.find(self._cloud, self._maker.marks.run_id)
        )
        return (*left, *on_hypervisors(zones, servers=self._ids(SERVER), volumes=self._ids(VOLUME)))

    def remove(self, zones: "Sequence[Zone]", *, settled: Callable[[], object]) -> tuple[str, ...]:
        """Remove it all; returns what could not be removed, a line each.

        Args:
            zones: Those whose hypervisors are asked.
            settled: Waits for what was on its way while things were removed.
        """
        see_disks(self._cloud, zones, [each.id for each in self._maker.made(SERVER)])
        leftovers = self._clean()
        settled()
        return (
            *(leftovers or self._again()),
            *left_on_hypervisors(
                zones,
                servers=self._ids(SERVER),
                volumes=self._ids(VOLUME),
                settling_s=self._settling_s,
            ),
        )

    def _clean(self) -> tuple[str, ...]:
        return cleanup.clean(self._cloud, self._maker.marks.run_id, seen_gone=self._seen_gone)

    def _again(self) -> tuple[str, ...]:
        """Look again, and remove what slipped past."""
        try:
            if not cleanup.find(self._cloud, self._maker.marks.run_id):
                return ()
        except OstfError as error:
            return (f"whether anything is left cannot be told: {error}",)
        return self._clean()

    def _seen_gone(self, resource: Resource) -> None:
        self._gone.append(resource)
        self._maker.gone(resource)

    def _ids(self, kind: Kind) -> list[str]:
        """Of all that was made, whether or not the cloud's answer came back."""
        known = (*self._maker.made(kind), *(each for each in self._gone if each.kind == kind.name))
        return list(dict.fromkeys(each.id for each in known))
