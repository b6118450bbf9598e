"""What the commands do, one function each; a number that they return is the exit code."""

import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path

from ostf_dual.cli.asking import Asking
from ostf_dual.cli.child import run_pytest
from ostf_dual.cli.cleaning import connected
from ostf_dual.cli.telling import Telling
from ostf_dual.environment.access import read_access
from ostf_dual.errors import InputError
from ostf_dual.reports.console import open_console
from ostf_dual.reports.discovery import discovery_as_values, print_discovery
from ostf_dual.reports.files import HTML, RESULTS, SUMMARY
from ostf_dual.reports.html import build_html, gate_faults, has_results, write_single_file, written_at
from ostf_dual.reports.kept import read_summary
from ostf_dual.reports.node import ReportError
from ostf_dual.reports.picture import draw
from ostf_dual.reports.restored import restore
from ostf_dual.runs.exit_code import ExitCode

_LISTING = ("-qq", "--no-header", "--tb=short")


def check(arguments: Sequence[str], asking: Asking, *, html: bool, telling: Telling) -> int:
    """Run the checks in a pytest of their own, then make the HTML report; the verdict is theirs alone.

    Raises:
        InputError: No cloud is named, or the environment file cannot be used.
    """
    return _run([*asking.arguments(), *arguments], asking.reports, telling, html=html)


def plan_run(arguments: Sequence[str], asking: Asking, *, as_json: bool) -> int:
    """Say what a run would take: 0, or 6 where it would be refused.

    Raises:
        InputError: Likewise.
    """
    return run_pytest([*asking.arguments(), "--ostf-plan", *(["--ostf-json"] if as_json else []), *arguments])


def play(name: str | None, *, environment: Path, reports: Path, html: bool, telling: Telling) -> int:
    """Run system scenarios in a pytest of their own, then make the HTML report."""
    options = {"--profile": "system", "--ostf-environment": str(environment), "--ostf-reports": str(reports)}
    if name is not None:
        options["--ostf-scenario"] = name
    return _run([f"{option}={value}" for option, value in options.items()], reports, telling, html=html)


def _run(arguments: Sequence[str], reports: Path, telling: Telling, *, html: bool) -> int:
    before = written_at(reports / RESULTS)
    code = run_pytest([*telling.arguments, *arguments])
    # Where it wrote none, those of an earlier run are not its own to tell.
    if html and has_results(reports / RESULTS) and written_at(reports / RESULTS) != before:
        with redirect_stdout(sys.stderr if telling.is_for_programs else sys.stdout):
            show_html(reports)
    return code


def show_html(
    reports: Path, *, single_file: Path | None = None, gate: bool = False, as_json: bool = False
) -> int:
    """Make the HTML report, and say where it is or what is missing; 1 where the gate is asked, and not passed."""
    try:
        page = build_html(reports / RESULTS, reports / HTML)
        if single_file is not None:
            write_single_file(page, single_file)
        faults = gate_faults(reports / HTML) if gate else ()
    except ReportError as error:
        sys.stderr.write(f"no HTML report: {error}\n")
        return ExitCode.BROKEN
    if as_json:
        told = {"html": str(page), "single_file": single_file and str(single_file), "gate_faults": [*faults]}
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
    else:
        sys.stdout.write(f"report: {single_file or page}\n")
        if gate:
            sys.stdout.write(f"quality gate of {_which(reports)}: {'not passed' if faults else 'passed'}\n")
        sys.stdout.writelines(f"quality gate: {fault}\n" for fault in faults)
    return ExitCode.FAILED if faults else ExitCode.OK


def _which(reports: Path) -> str:
    """Whose results they are: a run that was refused leaves those of the run before it."""
    try:
        run = read_summary(reports / SUMMARY)
    except InputError:
        return f"the results in {reports}"
    return f"run {run.run_id} of cloud {run.cloud}, begun {run.started_at.astimezone():%Y-%m-%d %H:%M}"


def draw_run(reports: Path, picture: Path) -> int:
    """Draw the latest run as a terminal shows it."""
    draw(restore(reports / SUMMARY), picture)
    sys.stdout.write(f"written: {picture}\n")
    return ExitCode.OK


def list_checks(*, as_json: bool) -> int:
    """List the checks."""
    return run_pytest([*_LISTING, "--ostf-list", *(["--ostf-json"] if as_json else [])])


def explain(check: str, *, as_json: bool) -> int:
    """Explain a check."""
    return run_pytest([*_LISTING, f"--ostf-explain={check}", *(["--ostf-json"] if as_json else [])])


def discover(cloud: str | None, environment: Path | None, *, as_json: bool) -> None:
    """Print what the cloud has."""
    with connected(read_access(environment, cloud)) as found:
        if as_json:
            sys.stdout.write(json.dumps(discovery_as_values(found), indent=2) + "\n")
        else:
            print_discovery(open_console(), found)
