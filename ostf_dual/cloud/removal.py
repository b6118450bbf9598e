"""The removal of one kind of things: asked for again, whatever the cloud answers, until they are seen to be gone."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import monotonic
from typing import TypeVar

from ostf_dual.cloud.asking import AT_ONCE, asking
from ostf_dual.cloud.deferral import KeptError
from ostf_dual.cloud.kind import Kind, Place, Resource
from ostf_dual.cloud.marks import Marks
from ostf_dual.errors import OstfError
from ostf_dual.waiting import WaitTimeoutError, wait_until

T = TypeVar("T")
_ASK_AGAIN_S = 10.0


class Removal:
    """The removal of one kind of a run's things from one place.

    Whatever the cloud answers meanwhile, it is asked again until the time is over: to list and to delete what has
    a mark are safe to repeat. What the cloud is to keep for longer is not waited for.
    """

    def __init__(
        self,
        kind: Kind,
        place: Place,
        marks: Marks,
        timeout_s: float,
        seen_gone: Callable[[Resource], None],
    ) -> None:
        self._kind, self._place, self._marks = kind, place, marks
        self._timeout_s, self._seen_gone = timeout_s, seen_gone
        self._asked_at: dict[str, float] = {}
        self._refusals: dict[str, str] = {}
        self._kept: dict[str, str] = {}
        self._left: tuple[Resource, ...] = ()
        self._unanswered: OstfError | None = None

    def run(self) -> tuple[str, ...]:
        """Delete them, and wait until they are gone; what could not be removed and why, a line each."""
        with suppress(WaitTimeoutError):
            wait_until(
                self._sweep,
                lambda is_done: is_done,
                what=f"{self._kind.name}s of run {self._marks.run_id} to be gone",
                timeout_s=self._timeout_s,
            )
        return self._told()

    def _told(self) -> tuple[str, ...]:
        if self._unanswered is not None:
            return (f"{self._kind.name}s of run {self._marks.run_id} cannot be removed: {self._unanswered}",)
        return tuple(
            self._kept.get(resource.id)
            or f"{resource} is still there {self._timeout_s:g} s after it was deleted"
            + self._refusals.get(resource.id, "")
            for resource in self._left
        )

    def _sweep(self) -> bool:
        try:
            left = self._there()
        except OstfError as error:
            self._unanswered = error
            return False
        self._unanswered = None
        still = {resource.id for resource in left}
        for resource in self._left:
            if resource.id not in still:
                self._seen_gone(resource)
        now = monotonic()
        due = [
            each
            for each in left
            if each.id not in self._kept and now - self._asked_at.get(each.id, float("-inf")) > _ASK_AGAIN_S
        ]
        if due:
            with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(due))) as pool:
                tuple(pool.map(self._ask, due))
        self._left = left
        return still <= self._kept.keys()

    def _there(self) -> tuple[Resource, ...]:
        listed = self._kind.find(self._place, self._marks)
        ids = {resource.id for resource in listed}
        unlisted = [self._kind.still(self._place, each) for each in self._left if each.id not in ids]
        return (*listed, *filter(None, unlisted))

    def _ask(self, resource: Resource) -> None:
        try:
            with asking(f"deleting {resource}"):
                self._kind.delete(self._place, resource.id)
        except KeptError as error:
            self._kept[resource.id] = str(error)
        except OstfError as error:
            # In use by a thing that is still going away: the next sweep asks again.
            self._refusals[resource.id] = f": {error}"
        else:
            self._asked_at[resource.id] = monotonic()
            self._refusals.pop(resource.id, None)


def remove_all(removals: "Iterable[Removal]") -> tuple[str, ...]:
    """Remove at the same time; what could not be removed and why, a line each."""
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return tuple(line for lines in pool.map(Removal.run, removals) for line in lines)


def persistently(question: Callable[[], T], timeout_s: float) -> T:
    """Ask again where there was no answer: a question harms nothing.

    Raises:
        OstfError: There was none in time.
    """
    errors: list[OstfError] = []

    def ask() -> T | None:
        try:
            return question()
        except OstfError as error:
            errors.append(error)
            return None

    try:
        answer = wait_until(ask, lambda found: found is not None, what="an answer", timeout_s=timeout_s)
    except WaitTimeoutError:
        raise errors[-1] from None
    assert answer is not None  # noqa: S101 - it has been waited for
    return answer
