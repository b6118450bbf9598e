"""What a run writes where somebody else wants it: a Markdown file, a job's summary on GitHub, metrics."""

import os
from pathlib import Path

from ostf_dual.errors import InputError
from ostf_dual.reports.markdown import markdown
from ostf_dual.runs.result import RunResult
from ostf_dual.runs.verdict import verdict

STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
"""GitHub's variable: the file whose Markdown it shows on the page of a job."""

_METRICS = ".prom"


def require_folder(file: Path) -> None:
    """Nothing where the file can be made.

    Raises:
        InputError: Its folder is not there, so that every run would find out at its end.
    """
    folder = file.absolute().parent
    try:
        is_there = folder.is_dir()
    except OSError as error:  # one above it is closed to this user; a name that is too long
        raise InputError(f"{file} cannot be written: {error.strerror}") from None
    if not is_there:
        raise InputError(f"{file} cannot be written: there is no folder {folder}")


def require_metrics_file(file: Path) -> None:
    """Nothing where metrics can be made there, and would be read.

    Raises:
        InputError: Its folder is not there, or node_exporter's textfile collector would pass it over.
    """
    require_folder(file)
    if file.suffix != _METRICS:
        raise InputError(f"{file} would not be read: node_exporter takes metrics from NAME{_METRICS} alone")


def write_elsewhere(run: RunResult, *, markdown_file: Path | None, metrics_file: Path | None) -> None:
    """Write the files that were asked for; append to GitHub's where its variable is set.

    Raises:
        OSError: One cannot be written.
    """
    if metrics_file is not None:
        from ostf_dual.reports.prometheus import write_metrics  # with its library, where metrics are wanted

        write_metrics(run, metrics_file)
    told = markdown(run, verdict(run))
    if markdown_file is not None:
        markdown_file.write_text(told, encoding="utf-8")
    if step_summary := os.environ.get(STEP_SUMMARY):
        with Path(step_summary).open("a", encoding="utf-8") as file:
            file.write(f"{told}\n")
