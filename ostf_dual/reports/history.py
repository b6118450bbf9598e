"""The runs that this machine remembers, as a table and as plain values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ostf_dual.errors import OstfError
from ostf_dual.reports.archive import kept_runs
from ostf_dual.reports.kept import KeptRun
from ostf_dual.reports.table import words
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.journal import FileJournal, RecordedRun, StillRunningError, recorded_runs
from ostf_dual.runs.result import Outcome
from ostf_dual.runs.state import runs_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """A run that has a journal and no end: it goes on, or it was killed."""

    run_id: str
    cloud: str
    is_going_on: bool
    is_clean: bool

    @property
    def state(self) -> str:
        """In words, with what to do about it."""
        if self.is_going_on:
            return "going on"
        return (
            "killed" if self.is_clean else f"killed; to remove what it left:  ostf-dual cleanup {self.run_id}"
        )


Past = KeptRun | Unfinished


def history(*, cloud: str | None = None, runs: Path | None = None) -> tuple[Past, ...]:
    """Every run that is remembered, of all clouds or of one, oldest first."""
    folder = runs or runs_folder()
    ended = kept_runs(folder, cloud=cloud)
    known = {run.run_id for run in ended}
    others = (
        _unfinished(each)
        for each in recorded_runs(folder)
        if each.run_id not in known and cloud in {None, each.cloud}
    )
    return tuple(sorted((*ended, *others), key=lambda run: run.run_id))


def print_history(console: Console, past: Sequence[Past]) -> None:
    """Print a line for each run."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("run", "when", "cloud", "asked"):
        table.add_column(heading, no_wrap=True)
    table.add_column("found", ratio=1)
    table.add_column("took", justify="right", no_wrap=True)
    table.add_column("exit code", no_wrap=True)
    for run in past:
        table.add_row(*_row(run))
    console.print(table)


def as_values(past: Iterable[Past]) -> list[dict[str, Any]]:
    """The same, ready for JSON."""
    return [_values(run) for run in past]


def _row(run: Past) -> tuple[str | Text, ...]:
    if isinstance(run, Unfinished):
        return run.run_id, "", run.cloud, "", Text(run.state, style="yellow"), "", ""
    style = "green" if run.exit_code == ExitCode.OK else "bold red"
    return (
        run.run_id,
        _local(run.started_at),
        run.cloud,
        _asked(run),
        _found(run),
        f"{run.wall_s:.0f} s",
        Text(str(run.exit_code), style=style),
    )


def _asked(run: KeptRun) -> str:
    if run.asked.rerun_of:
        return f"faults of {run.asked.rerun_of}"
    return f"{run.asked.profile}, {run.asked.selection}" if run.asked.selection else run.asked.profile


def _found(run: KeptRun) -> Text:
    counts = [
        Text(f"{count} ").append_text(words(outcome)) for outcome in Outcome if (count := run.count(outcome))
    ]
    return Text(", ").join(counts) if counts else Text("; ".join(run.reasons).partition("\n")[0])


def _local(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _values(run: Past) -> dict[str, Any]:
    if isinstance(run, Unfinished):
        state = "going_on" if run.is_going_on else "killed"
        return {"run_id": run.run_id, "cloud": run.cloud, "state": state, "is_clean": run.is_clean}
    return {
        "run_id": run.run_id,
        "cloud": run.cloud,
        "state": "ended",
        "started_at": run.started_at.isoformat(),
        "profile": run.asked.profile,
        "selection": run.asked.selection,
        "rerun_of": run.asked.rerun_of,
        "outcomes": {outcome.value: run.count(outcome) for outcome in Outcome},
        "faults": [str(fault) for fault in run.faults],
        "wall_s": run.wall_s,
        "exit_code": run.exit_code,
        "reasons": list(run.reasons),
        "summary": str(run.source),
    }


def _unfinished(run: RecordedRun) -> Unfinished:
    try:
        FileJournal.resume(run).close()
        is_going_on = False
    except StillRunningError:
        is_going_on = True
    except (OstfError, OSError):  # another user's: it cannot be told
        is_going_on = False
    return Unfinished(run_id=run.run_id, cloud=run.cloud, is_going_on=is_going_on, is_clean=run.is_clean)
