"""What changes from run to run of one cloud, and how often each check has changed its mind."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ostf_dual.reports.kept import KeptCheck, KeptRun, Key
from ostf_dual.runs.exit_code import ExitCode

_COUNT = re.compile(r"\d+ \w+")
"""A reason that only counts what is told check by check: "2 failed", "1 left"."""


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
    """Remembers the last word on everything. What a run was not to ask keeps the word that it had."""

    def __init__(self) -> None:
        self._words: dict[Key, KeptCheck] = {}
        self._unanswered = set[Key]()
        self._flaps: Counter[str] = Counter()
        self._silence = ""
        self._zones, self._gone = frozenset[str](), frozenset[str]()
        self._missing: frozenset[str] = frozenset()
        self._reasons: frozenset[str] = frozenset()

    def add(self, run: KeptRun) -> tuple[News, ...]:
        """Take a run in; returns what is new, the worse first."""
        news = [*self._of_the_cloud(run)]
        if not self._silence:
            news += [*self._of_zones(run), *self._of_checks(run), *self._of_reasons(run)]
        news += [News(is_worse=True, subject="left", told=left) for left in run.leftovers]
        return tuple(sorted(news, key=lambda each: not each.is_worse))

    @property
    def faults(self) -> tuple[KeptCheck, ...]:
        """What was at fault when it answered last."""
        return tuple(check for check in self._words.values() if check.outcome.is_fault)

    def _of_the_cloud(self, run: KeptRun) -> Iterator[News]:
        answered = any(check.outcome.is_answer for check in run.checks)
        silence = "" if answered else "; ".join(run.reasons)
        before, self._silence = self._silence, silence
        if bool(silence) != bool(before):
            told = f"not checked: {silence}" if silence else "checked again"
            yield self._news(is_worse=bool(silence), subject=f"cloud {run.cloud}", told=told)

    def _of_zones(self, run: KeptRun) -> Iterator[News]:
        missing, there = frozenset(run.missing_zones), frozenset(run.zones)
        gone = (self._gone | self._zones) - there - missing
        for zone in sorted(missing - self._missing):
            yield self._news(is_worse=True, subject=f"zone {zone}", told="expected, and not there")
        for zone in sorted(gone - self._gone - self._missing):
            yield self._news(is_worse=True, subject=f"zone {zone}", told="not there any more")
        for zone in sorted((self._missing | self._gone) - missing - gone):
            yield self._news(is_worse=False, subject=f"zone {zone}", told="there again")
        self._zones, self._missing, self._gone = there, missing, gone

    def _of_checks(self, run: KeptRun) -> Iterator[News]:
        for check in run.checks:
            if check.outcome.is_answer:
                yield from self._of_answer(check)
            elif self._falls_silent(check.key):
                told = f"not answered any more: {check.outcome}: {_first_line(check)}"
                yield self._news(is_worse=True, subject=str(check), told=told)
        asked = {check.key for check in run.checks}
        for check in tuple(self._words.values()):
            if check.key not in asked and _was_to_ask(run, check) and self._falls_silent(check.key):
                yield self._news(is_worse=True, subject=str(check), told="not asked any more")

    def _of_answer(self, check: KeptCheck) -> Iterator[News]:
        before, was_silent = self._words.get(check.key), check.key in self._unanswered
        self._words[check.key] = check
        self._unanswered.discard(check.key)
        was_fault = before is not None and before.outcome.is_fault
        if check.outcome.is_fault and not was_fault:
            told = f"newly {check.outcome}: {_first_line(check)}"
            yield self._news(is_worse=True, subject=str(check), told=told)
        elif was_fault and not check.outcome.is_fault:
            yield self._news(is_worse=False, subject=str(check), told="recovered")
        elif was_silent:
            told = f"answered again: {check.outcome}"
            yield self._news(is_worse=check.outcome.is_fault, subject=str(check), told=told)

    def _falls_silent(self, key: Key) -> bool:
        """Whether a check that had answered does not any more; true once."""
        if key not in self._words or key in self._unanswered:
            return False
        self._unanswered.add(key)
        return True

    def _of_reasons(self, run: KeptRun) -> Iterator[News]:
        """What else keeps the cloud from being proven, as a zone that has lost its witness."""
        told = tuple(f"zone {zone} " for zone in run.missing_zones)
        reasons = frozenset(
            reason
            for reason in run.reasons
            if not _COUNT.fullmatch(reason) and not (told and reason.startswith(told))
        )
        before, self._reasons = self._reasons, reasons
        for reason in sorted(reasons - before):
            yield News(is_worse=True, subject=f"cloud {run.cloud}", told=f"not proven: {reason}")
        if before and not reasons and run.exit_code == ExitCode.OK:
            yield News(is_worse=False, subject=f"cloud {run.cloud}", told="proven again")

    def _news(self, *, is_worse: bool, subject: str, told: str) -> News:
        self._flaps[subject] += 1
        return News(is_worse=is_worse, subject=subject, told=told, flaps=self._flaps[subject])


def _was_to_ask(run: KeptRun, check: KeptCheck) -> bool:
    """Whether a run that came to its end would have asked a check; the zones that are gone are told as such."""
    is_there = check.zone is None or check.zone in run.zones
    ended = run.exit_code != ExitCode.INTERRUPTED
    return ended and is_there and run.was_to_ask(check)


def _first_line(check: KeptCheck) -> str:
    return check.message.partition("\n")[0]
