"""What a run looks like on a terminal, as a picture for a page: SVG, by rich."""

import io
import re
from pathlib import Path

from rich.console import Console

from ostf_dual.reports.table import print_run
from ostf_dual.runs.result import RunResult
from ostf_dual.runs.verdict import verdict

COLUMNS = 110
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""Fetched from another server: whatever fixed-width font is there will do."""


def draw(run: RunResult, path: Path) -> None:
    """Write the table of a run, with all that is wrong in it, as a terminal shows it.

    Raises:
        OSError: It cannot be written.
    """
    console = Console(
        file=io.StringIO(),
        record=True,
        width=COLUMNS,
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
    )
    print_run(console, run, verdict(run))
    drawn = console.export_svg(title=f"ostf-dual run --profile {run.asked.profile}")
    path.write_text(_FONTS.sub("", drawn), encoding="utf-8")
