"""The summaries of past runs, beside their journals: ``$XDG_STATE_HOME/ostf-dual/runs/RUN/summary.json``."""

import json
import shutil
from pathlib import Path

from ostf_dual.errors import InputError, OstfError
from ostf_dual.files import write_private
from ostf_dual.reports.files import SUMMARY
from ostf_dual.reports.kept import KeptRun, read_summary
from ostf_dual.reports.summary import summary
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.journal import FILE_NAME, FileJournal, has_begun, read_journal
from ostf_dual.runs.result import RunResult
from ostf_dual.runs.state import runs_folder

KEPT = 200
"""So many runs are remembered."""


def keep(run: RunResult, runs: Path | None = None, *, kept: int = KEPT) -> None:
    """Keep a run's summary, and forget the oldest runs of which nothing is left anywhere.

    Raises:
        OSError: It cannot be written.
    """
    folder = runs or runs_folder()
    write_private(folder / run.run_id / SUMMARY, json.dumps(summary(run), indent=2) + "\n")
    for old in sorted(each for each in folder.iterdir() if each.is_dir())[:-kept]:
        if _is_done_with(old):
            shutil.rmtree(old, ignore_errors=True)


def kept_runs(runs: Path | None = None, *, cloud: str | None = None) -> tuple[KeptRun, ...]:
    """The runs that are remembered, oldest first; one that is written just now, or damaged, is left out."""
    found = []
    for path in sorted((runs or runs_folder()).glob(f"*/{SUMMARY}")):
        try:
            run = read_summary(path)
        except InputError:
            continue
        if cloud in {None, run.cloud}:
            found.append(run)
    return tuple(found)


def kept_ids(runs: Path | None = None) -> frozenset[str]:
    """The ids of the runs that are remembered, without a look into them."""
    return frozenset(path.parent.name for path in (runs or runs_folder()).glob(f"*/{SUMMARY}"))


def find_run(name: str, runs: Path | None = None, *, cloud: str | None = None) -> KeptRun:
    """A run by its id, by "last" or "previous", or by the path of a ``summary.json``.

    What ended at its input, as a mistyped cloud does, is neither the last nor the previous run.

    Raises:
        InputError: There is no such run; names those that there are.
    """
    places = {"last": -1, "previous": -2}
    if name not in places:
        folder = runs or runs_folder()
        here = folder / name / SUMMARY
        given = Path(name)
        if "/" not in name and here.is_file():
            return read_summary(here)
        if given.exists():
            return read_summary(given / SUMMARY if given.is_dir() else given)
    known = [run for run in kept_runs(runs, cloud=cloud) if run.exit_code != ExitCode.USAGE]
    if name in places and len(known) >= -places[name]:
        return known[places[name]]
    ids = ", ".join(run.run_id for run in known[-5:]) or "none"
    of = f" of cloud {cloud}" if cloud else ""
    raise InputError(
        f"no run {name!r}{of} is remembered, and no file is called so; the latest{of}: {ids} (ostf-dual history)"
    )


def _is_done_with(folder: Path) -> bool:
    """Whether a run has ended, and left nothing that its journal were needed for."""
    journal = folder / FILE_NAME
    if not has_begun(journal):
        return True
    try:
        recorded = read_journal(journal)
        FileJournal.resume(recorded).close()  # raises while the run is going on
    except OstfError:
        return False
    return recorded.is_clean
