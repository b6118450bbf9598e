"""What is being made in the background, for whoever tells people what a run is doing."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that is under way.

    Attributes:
        what: In words that follow the zone's name.
        zone: Label of the zone; None: it is for the whole cloud.
        began: By the monotonic clock, in seconds.
        budget_s: After which it counts as failed; None: it has none.
    """

    what: str
    zone: str | None = None
    budget_s: float | None = None
    began: float = field(default_factory=time.monotonic)


class UnderWay:
    """Tasks of several threads."""

    def __init__(self) -> None:
        self._tasks: dict[int, Task] = {}

    @contextmanager
    def task(self, what: str, zone: str | None = None, budget_s: float | None = None) -> Iterator[None]:
        """A task around what it names."""
        task = Task(what=what, zone=zone, budget_s=budget_s)
        self._tasks[id(task)] = task
        try:
            yield
        finally:
            del self._tasks[id(task)]

    def tasks(self) -> tuple[Task, ...]:
        """What is under way now, in the order in which it began."""
        return tuple(self._tasks.copy().values())
