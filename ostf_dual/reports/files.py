"""Where the files of a run go, and the writing of all of them."""

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from ostf_dual.errors import InputError
from ostf_dual.files import closed_to_others
from ostf_dual.reports.allure import write_allure
from ostf_dual.reports.allure_run import ZONES
from ostf_dual.reports.html import GATE
from ostf_dual.reports.junit import junit
from ostf_dual.reports.markdown import markdown
from ostf_dual.reports.ownership import is_ours
from ostf_dual.reports.summary import summary
from ostf_dual.runs.result import RunResult
from ostf_dual.runs.verdict import verdict

RESULTS, HTML, SUMMARY, JUNIT, MARKDOWN = "results", "html", "summary.json", "junit.xml", "summary.md"
_MARKS = {RESULTS: ZONES, HTML: GATE}


def refuse_foreign(folder: Path) -> None:
    """See that the folders which a run will replace there are of an earlier run.

    Raises:
        InputError: Names those that are somebody else's.
    """
    foreign = [str(folder / name) for name, mark in _MARKS.items() if not is_ours(folder / name, mark)]
    if foreign:
        raise InputError(
            f"the reports would replace {' and '.join(foreign)}, which no run has written:"
            " move it away, or give another folder for the reports"
        )


def refuse_unwritable(folder: Path) -> None:
    """See that reports can be written there, by writing; leaves nothing behind.

    Raises:
        InputError: It is no folder, or nothing can be made in it.
    """
    there = folder.absolute()
    try:
        there = next(each for each in (there, *there.parents) if each.is_symlink() or each.exists())
        with TemporaryDirectory(prefix=".ostf-", dir=there):
            pass
    except OSError as error:
        raise InputError(
            f"the reports cannot be written to {folder}: {error.strerror} ({there}); give another folder"
        ) from None


def clear(folder: Path) -> None:
    """Remove what an earlier run wrote, so that nobody takes it for this one's; the history stays.

    Raises:
        InputError: As ``refuse_foreign``; nothing was removed.
    """
    refuse_foreign(folder)
    for name in (RESULTS, HTML):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in (SUMMARY, JUNIT, MARKDOWN):
        (folder / name).unlink(missing_ok=True)


@closed_to_others()
def write_files(run: RunResult, folder: Path) -> None:
    """Write Allure's result files, ``junit.xml``, ``summary.md`` and, last, ``summary.json``.

    They hold consoles, logs and what else is evidence: nobody but their owner can read them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_allure(run, folder / RESULTS)
    junit(run).write(folder / JUNIT, encoding="utf-8", xml_declaration=True)
    (folder / MARKDOWN).write_text(markdown(run, verdict(run)), encoding="utf-8")
    (folder / SUMMARY).write_text(json.dumps(summary(run), indent=2) + "\n", encoding="utf-8")
