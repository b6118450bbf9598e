"""What changes from run to run of one cloud, and how often each check has changed its mind."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ostf_dual.reports.kept import KeptRun, Key


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something that is otherwise than it was.

    Attributes:
        is_worse: Whether it got worse.
        subject: Check and zone; or a zone, or the cloud.
        told: What it is now.
        flaps: How often it has changed since the first run.
    """

    is_worse: bool
    subject: str
    told: str
    flaps: int = 0

    def __str__(self) -> str:
        often = f" (change {self.flaps} of its state)" if self.flaps > 1 else ""
        return f"{self.subject}: {self.told}{often}"


class Changes:
    """Remembers the last word on everything. What a run did not ask keeps the word that it had."""

    def __init__(self) -> None:
        self._at_fault: dict[Key, bool] = {}
        self._flaps: Counter[str] = Counter()
        self._silence = ""
        self._missing: frozenset[str] = frozenset()

    def add(self, run: KeptRun) -> tuple[News, ...]:
        """Take a run in; returns what is new, the worse first."""
        news = [*self._of_the_cloud(run), *self._of_zones(run), *self._of_checks(run)]
        news += [News(is_worse=True, subject="left", told=left) for left in run.leftovers]
        return tuple(sorted(news, key=lambda each: not each.is_worse))

    @property
    def faults(self) -> int:
        """How many checks were at fault when they were asked last."""
        return sum(self._at_fault.values())

    def _of_the_cloud(self, run: KeptRun) -> Iterator[News]:
        answered = any(check.outcome.is_answer for check in run.checks)
        silence = "" if answered else "; ".join(run.reasons)
        before, self._silence = self._silence, silence
        if bool(silence) != bool(before):
            told = f"not checked: {silence}" if silence else "checked again"
            yield self._news(is_worse=bool(silence), subject=f"cloud {run.cloud}", told=told)

    def _of_zones(self, run: KeptRun) -> Iterator[News]:
        if self._silence:
            return
        missing = frozenset(run.missing_zones)
        before, self._missing = self._missing, missing
        for zone in sorted(missing - before):
            yield self._news(is_worse=True, subject=f"zone {zone}", told="expected, and not there")
        for zone in sorted(before - missing):
            yield self._news(is_worse=False, subject=f"zone {zone}", told="there again")

    def _of_checks(self, run: KeptRun) -> Iterator[News]:
        for check in run.checks:
            if not check.outcome.is_answer:
                continue
            is_fault, was_fault = check.outcome.is_fault, self._at_fault.get(check.key, False)
            self._at_fault[check.key] = is_fault
            if is_fault and not was_fault:
                cause = check.message.partition("\n")[0]
                yield self._news(is_worse=True, subject=str(check), told=f"newly {check.outcome}: {cause}")
            elif was_fault and not is_fault:
                yield self._news(is_worse=False, subject=str(check), told="recovered")

    def _news(self, *, is_worse: bool, subject: str, told: str) -> News:
        self._flaps[subject] += 1
        return News(is_worse=is_worse, subject=subject, told=told, flaps=self._flaps[subject])
