"""Two runs held against each other: what is worse now, and what is better."""

from collections.abc import Iterator
from dataclasses import dataclass

from ostf_dual.reports.kept import KeptCheck, KeptRun, Key

_SLOWER_TIMES, _SLOWER_S = 2.0, 5.0
"""Slower by much: twice the time, and 5 s more at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A check in a zone that ended otherwise; None where a run has no answer to it."""

    before: KeptCheck | None
    after: KeptCheck | None

    @property
    def subject(self) -> str:
        """Check, case and zone."""
        return str(self.after or self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What differs between two runs.

    Attributes:
        failed: At fault now, and not before.
        recovered: Passed now, at fault before.
        missing: Answered before, and not now, though the later run was to ask it.
        missing_zones: Expected and there before, not there now.
        slower: Answered both times, much later now. It is told, and no reason to call a run worse: the first
            check that needs a server waits for it, and which one that is differs from run to run.
        still: At fault both times.
    """

    before: KeptRun
    after: KeptRun
    failed: tuple[Change, ...]
    recovered: tuple[Change, ...]
    missing: tuple[Change, ...]
    missing_zones: tuple[str, ...]
    slower: tuple[Change, ...]
    still: tuple[Change, ...]

    @property
    def is_worse(self) -> bool:
        """Whether the later run found more amiss, or less to ask."""
        return bool(self.failed or self.missing or self.missing_zones)


def compare(before: KeptRun, after: KeptRun) -> Comparison:
    """Hold a run against an earlier one."""
    then, now = _by_key(before), _by_key(after)
    both = [Change(before=then[key], after=now[key]) for key in now if key in then]
    return Comparison(
        before=before,
        after=after,
        failed=tuple(
            Change(before=then.get(check.key), after=check)
            for check in after.faults
            if not _is_fault(then.get(check.key))
        ),
        recovered=tuple(
            each for each in both if _is_fault(each.before) and each.after and each.after.outcome == "passed"
        ),
        missing=tuple(_missing(before, after, now)),
        missing_zones=tuple(zone for zone in after.missing_zones if zone not in before.missing_zones),
        slower=tuple(each for each in both if _is_slower(each)),
        still=tuple(each for each in both if _is_fault(each.before) and _is_fault(each.after)),
    )


def _by_key(run: KeptRun) -> dict[Key, KeptCheck]:
    return {check.key: check for check in run.checks}


def _is_fault(check: KeptCheck | None) -> bool:
    return check is not None and check.outcome.is_fault


def _missing(before: KeptRun, after: KeptRun, now: dict[Key, KeptCheck]) -> Iterator[Change]:
    for check in before.checks:
        found = now.get(check.key)
        if check.outcome.is_answer and after.was_to_ask(check) and not (found and found.outcome.is_answer):
            yield Change(before=check, after=found)


def _is_slower(change: Change) -> bool:
    before, after = change.before, change.after
    if before is None or after is None or not (before.outcome.is_answer and after.outcome.is_answer):
        return False
    gained_s = after.duration_s - before.duration_s
    return after.duration_s >= _SLOWER_TIMES * before.duration_s and gained_s >= _SLOWER_S
