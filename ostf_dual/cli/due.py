"""Which runs a clean-up is for, and which of those that left things it passes over."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

from ostf_dual.cli.durations import duration_s
from ostf_dual.environment.access import read_access
from ostf_dual.environment.model import Access
from ostf_dual.errors import InputError
from ostf_dual.runs.journal import RecordedRun, recorded_runs
from ostf_dual.runs.state import begun_at

OLD_ENOUGH = "4h"
"""A run on another machine that began longer ago has ended, one way or the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be cleaned.

    Attributes:
        run_id: This run; None: several.
        is_all: Every run that the cloud has things of, not just those that this machine has journals of.
        older_than: Only runs that began longer ago, as "4h"; None: whatever their age.
        environment: The file that was typed: it goes before the one that a journal names.
        default_environment: The one of $OSTF_ENVIRONMENT, for runs that have no journal here.
    """

    run_id: str | None = None
    is_all: bool = False
    older_than: str | None = None
    cloud: str | None = None
    environment: Path | None = None
    default_environment: Path | None = None
    dry_run: bool = False

    def is_due(self, run_id: str, default: str = "") -> bool:
        """Whether a run is old enough; ``default`` is taken where nobody said what that is.

        Raises:
            InputError: The age is no length of time.
        """
        age = self.older_than or default
        return not age or datetime.now(UTC) - begun_at(run_id) > timedelta(seconds=duration_s(age))

    def is_of(self, cloud: str) -> bool:
        """Whether a run of this cloud is meant: one that is looked for in another is not there, and not clean."""
        if self.cloud is None and self.environment is None:
            return True
        return read_access(self.environment, self.cloud, default=cloud).cloud == cloud

    def access(self) -> Access:
        """The way to the cloud in which runs are looked for that have no journal here.

        Raises:
            InputError: None is named, or the file cannot be used.
        """
        return read_access(self.environment or self.default_environment, self.cloud)

    def access_to(self, run: RecordedRun) -> Access:
        """The way to the cloud of a run that has a journal here.

        Raises:
            InputError: What was typed leads to another cloud, or the file cannot be used.
        """
        if not self.is_of(run.cloud):
            raise InputError(
                f"run {run.run_id} is of cloud {run.cloud}: what --os-cloud or --environment names is another, "
                "in which nothing of it can be found"
            )
        return read_access(self.environment or run.environment, run.cloud)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A run that may have left things, and that this clean-up is not for.

    Attributes:
        is_unreadable: Its journal is damaged, so that nobody can tell what it left.
    """

    run_id: str
    why: str
    is_unreadable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SortedOut:
    """The runs of this machine that left things."""

    due: tuple[RecordedRun, ...]
    passed_over: tuple[PassedOver, ...]


def sort_out(order: Order, runs: Path) -> SortedOut:
    """Tell the runs that a clean-up is for from those that it is not for."""
    due, passed_over = list[RecordedRun](), list[PassedOver]()

    def unreadable(path: Path, error: InputError) -> None:
        passed_over.append(PassedOver(run_id=path.parent.name, why=str(error), is_unreadable=True))

    for run in recorded_runs(runs, unreadable=unreadable):
        if run.is_clean:
            continue
        if not order.is_of(run.cloud):
            passed_over.append(PassedOver(run_id=run.run_id, why=f"it is of cloud {run.cloud}"))
        elif not order.is_due(run.run_id):
            passed_over.append(
                PassedOver(run_id=run.run_id, why=f"it began less than {order.older_than} ago")
            )
        else:
            due.append(run)
    return SortedOut(due=tuple(due), passed_over=tuple(passed_over))


def told(passed_over: Sequence[PassedOver]) -> Iterator[str]:
    """How many were passed over, and why: a line for each reason."""
    by_reason = sorted(passed_over, key=lambda each: each.why)
    for why, members in groupby(by_reason, key=lambda each: each.why):
        ids = [each.run_id for each in members]
        yield f"passed over {len(ids)} run{'s' * (len(ids) > 1)}, since {why}: {', '.join(ids)}"
