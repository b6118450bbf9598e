"""``ostf-dual doctor``: what was found, on a terminal or as JSON."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.text import Text

from ostf_dual.cli.patience import patiently
from ostf_dual.doctor.examination import examine
from ostf_dual.doctor.finding import Finding, State, exit_code
from ostf_dual.reports.console import open_console, print_text
from ostf_dual.runs.exit_code import ExitCode

_STYLES = {State.OK: "green", State.WARN: "yellow", State.MISSING: "bold red"}
_VERDICTS = {
    ExitCode.OK: "all that a full run needs is there",
    ExitCode.UNPROVEN: "the cloud can be asked; a full run could not prove all of it",
    ExitCode.BROKEN: "the cloud cannot be asked",
}


def check_up(cloud: str | None, environment: Path | None, *, as_json: bool) -> int:
    """Look at everything, print it, and return 0, 5 or 6."""
    examined = examine(cloud, environment, patiently)
    if as_json:
        findings = tuple(examined)
        code = exit_code(findings)
        told = {"exit_code": int(code), "findings": [asdict(finding) for finding in findings]}
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
        return code
    return _print(open_console(), examined)


def _print(console: Console, findings: Iterable[Finding]) -> ExitCode:
    """Each as it comes: some take as long as a host's silence."""
    printed = []
    for group, members in groupby(findings, key=lambda finding: finding.group):
        console.print(Text(group, style="bold"))
        for finding in members:
            printed.append(finding)
            line = Text("  ").append(f"{finding.state:<8}", style=_STYLES[finding.state])
            console.print(line.append(f"{finding.item}: {finding.found}"), soft_wrap=True)
            if finding.mend:
                print_text(console, Text(f"→ {finding.mend}"), indent=10)
    code = exit_code(printed)
    console.print(Text(_VERDICTS[code], style="bold green" if code is ExitCode.OK else "bold red"))
    return code
