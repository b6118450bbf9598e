"""``reports/html``: Allure Report 3, made from the result files."""

import json
import re
import shutil
from pathlib import Path

from ostf_dual.reports.node import ReportError, generate
from ostf_dual.runs.data import data_folder

_ANALYTICS = re.compile(r"<script[^>]*googletagmanager[^>]*>\s*</script>|<script>[^<]*gtag\([^<]*</script>")


def build_html(results_dir: Path, out_dir: Path) -> Path:
    """Make the report, in place of one that is there; its history is kept beside it.

    Args:
        results_dir: With Allure's result files.
        out_dir: Where the report goes.

    Returns:
        The page to open; it needs no network.

    Raises:
        ReportError: There are no results, or a program is missing or failed.
    """
    results, out = results_dir.absolute(), out_dir.absolute()
    if not has_results(results):
        raise ReportError(f"there are no results of a run in {results}")
    described = json.loads((results / "zones.json").read_text("utf-8"))
    # Allure never empties the folder: results of earlier runs would pile up.
    shutil.rmtree(out, ignore_errors=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    environment = {"OSTF_REPORT": json.dumps({**described, "history": str(out.parent / "history.jsonl")})}
    generate(results, out, data_folder("reports") / "allurerc.mjs", environment)
    for page in out.rglob("*.html"):
        page.write_text(_ANALYTICS.sub("", page.read_text("utf-8")), encoding="utf-8")
    return out / "index.html"


def has_results(results_dir: Path) -> bool:
    """Whether there is anything to make a report of."""
    return (results_dir / "zones.json").is_file() and any(results_dir.glob("*-result.json"))
