"""``reports/html``: Allure Report 3, made from the result files."""

import json
import os
import re
import shutil
from contextlib import suppress
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from ostf_dual.files import closed_to_others
from ostf_dual.reports.allure_run import ZONES
from ostf_dual.reports.node import ReportError, generate
from ostf_dual.reports.ownership import is_ours

HISTORY, GATE = "history.jsonl", "quality-gate.json"

_ANALYTICS = re.compile(r"<script[^>]*googletagmanager[^>]*>\s*</script>|<script>[^<]*gtag\([^<]*</script>")


def build_html(results_dir: Path, out_dir: Path) -> Path:
    """Make the report, in place of one that is there; its history is kept beside it.

    Args:
        results_dir: With Allure's result files.
        out_dir: Where the report goes.

    Returns:
        The page to open: one file that needs no network.

    Raises:
        ReportError: There are no results, a program is missing or failed, or a file cannot be read or written.
    """
    try:
        return _built(results_dir, out_dir)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReportError(f"{type(error).__name__}: {error}") from None


@closed_to_others()
def _built(results_dir: Path, out_dir: Path) -> Path:
    results, out = results_dir.absolute(), out_dir.absolute()
    if not has_results(results):
        raise ReportError(f"there are no results of a run in {results}")
    if not is_ours(out, GATE):
        raise ReportError(f"{out} would be replaced, and is no report of ours: move it away")
    described = json.loads((results / ZONES).read_text("utf-8"))
    # Allure never empties the folder: results of earlier runs would pile up.
    shutil.rmtree(out, ignore_errors=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    history = out.parent / HISTORY
    _forget(history, described["run"])
    told = json.dumps({**described, "history": str(history)})
    # The gate's messages are shown in the page, and printed.
    try:
        generate(results, out, {"OSTF_REPORT": told, "NO_COLOR": "1"})
    except BaseException:  # Ctrl-C as well
        shutil.rmtree(out, ignore_errors=True)  # half a report has no mark of ours
        raise
    for page in out.rglob("*.html"):
        page.write_text(_ANALYTICS.sub("", page.read_text("utf-8")), encoding="utf-8")
    return out / "index.html"


def has_results(results_dir: Path) -> bool:
    """Whether there is anything to make a report of."""
    return (results_dir / ZONES).is_file() and any(results_dir.glob("*-result.json"))


def written_at(results_dir: Path) -> int | None:
    """When a run wrote its results there, in ns since the epoch; None: none has."""
    try:
        return (results_dir / ZONES).stat().st_mtime_ns
    except OSError:
        return None


def write_single_file(page: Path, file: Path) -> None:
    """Put the page where it can be taken from, to be sent by mail: as it is, or packed where FILE ends in ``.zip``.

    It is for others to read, so who may is by the umask.

    Raises:
        ReportError: It cannot be written.
    """
    part = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".zip":
            with ZipFile(part, "w", ZIP_DEFLATED) as packed:
                packed.write(page, f"{file.stem}.html")
        else:
            shutil.copyfile(page, part)
        part.replace(file)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise ReportError(f"{file} cannot be written: {error.strerror}") from None


def gate_faults(out_dir: Path) -> tuple[str, ...]:
    """The rules of the quality gate that the report's run did not keep, a line each.

    Raises:
        ReportError: The report does not say.
    """
    try:
        results = json.loads((out_dir / GATE).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ReportError(f"the quality gate cannot be read: {error}") from None
    return tuple(f"{each['rule']}: {each['message']}" for each in results if not each["success"])


def _forget(history: Path, run: str) -> None:
    """Take a run out of the history: made again, its report would tell of it twice, and compare it with itself."""
    if not history.is_file():
        return
    lines = history.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if _is_of_another(line, run)]
    if len(kept) < len(lines):
        part = history.with_name(f".{history.name}.{os.getpid()}")
        part.write_text("".join(kept), "utf-8")
        part.replace(history)


def _is_of_another(line: str, run: str) -> bool:
    """Whether a line of the history tells of another run; one that was cut off tells nothing."""
    try:
        return not json.loads(line)["name"].endswith(f" {run}")
    except ValueError:
        return False
