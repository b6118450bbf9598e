"""What a run is doing at this moment, place by place: what every view of a run that goes on tells."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ostf_dual.cloud.underway import Task
from ostf_dual.reports.arrangement import CLOUD
from ostf_dual.reports.events import (
    CheckBegan,
    CheckEnded,
    ChecksChosen,
    CleaningUp,
    Event,
    RunBegan,
    RunEnded,
    ZonesFound,
)

Tasks = Callable[[], Sequence[Task]]


@dataclass(slots=True, kw_only=True)
class Count:
    """How far a place is."""

    total: int = 0
    ended: int = 0
    faults: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """Something that is under way."""

    what: str
    elapsed_s: float
    budget_s: float | None = None

    @property
    def time(self) -> str:
        """Elapsed, of the budget where there is one."""
        budget = f" of {self.budget_s:.0f} s" if self.budget_s else ""
        return f"{self.elapsed_s:.0f} s{budget}"


@dataclass(slots=True)
class Activity:
    """Follows the events of a run.

    Attributes:
        tasks: What is made in the background, asked for whenever it is told.
        clock: In seconds, the one that tasks began by.
        headings: By place, in the order of columns.
        counts: By place.
    """

    tasks: Tasks = tuple
    clock: Callable[[], float] = time.monotonic
    cloud: str = ""
    run_id: str = ""
    headings: dict[str, str] = field(default_factory=dict)
    counts: dict[str, Count] = field(default_factory=dict)
    _check: CheckBegan | None = None
    _whole: str = ""
    _since: float = 0.0

    def take(self, event: Event) -> None:
        """Take an event in."""
        match event:
            case RunBegan():
                self.cloud, self.run_id = event.cloud, event.run_id
                self._now(whole=f"asking {event.cloud} what it has")
            case ZonesFound():
                for label, hypervisor in event.zones.items():
                    name = label if label == hypervisor.value else f"{label} ({hypervisor.value})"
                    self._place(label, name)
                self._now()
            case ChecksChosen():
                for place, total in event.counts.items():
                    self._place(place).total = total
                self._now()  # scenarios ask for no zones before
            case CheckBegan():
                self._now(check=event)
            case CheckEnded():
                count = self._place(event.result.zone or CLOUD)
                count.ended += 1
                count.faults += event.result.outcome.is_fault
                self._now()
            case CleaningUp():
                self._now(whole="cleaning up")
            case RunEnded():
                self._now()
            case _:
                pass

    @property
    def whole(self) -> Count:
        """How far the run is."""
        counts = [*self.counts.values()]
        return Count(
            total=sum(each.total for each in counts),
            ended=sum(each.ended for each in counts),
            faults=sum(each.faults for each in counts),
        )

    def doing(self) -> dict[str | None, list[Doing]]:
        """What is under way, by place; None: for all of them."""
        found: dict[str | None, list[Doing]] = {}
        for place, doing in self._all():
            found.setdefault(place, []).append(doing)
        return found

    def _all(self) -> Iterator[tuple[str | None, Doing]]:
        now, check = self.clock(), self._check
        if self._whole:
            yield None, Doing(what=self._whole, elapsed_s=now - self._since)
        if check is not None:
            step = check.step()
            what = f"{check.subject}, {step}" if step else check.subject
            yield check.zone or CLOUD, Doing(what=what, elapsed_s=now - self._since, budget_s=check.budget_s)
        for task in self.tasks():
            yield task.zone, Doing(what=task.what, elapsed_s=now - task.began, budget_s=task.budget_s)

    def _place(self, label: str, heading: str | None = None) -> Count:
        self.headings.setdefault(label, heading or label)
        return self.counts.setdefault(label, Count())

    def _now(self, *, whole: str = "", check: CheckBegan | None = None) -> None:
        self._whole, self._check, self._since = whole, check, self.clock()
