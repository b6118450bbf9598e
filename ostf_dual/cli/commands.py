"""What the commands do, one function each; a number that they return is the exit code."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from ostf_dual.cli.child import run_pytest
from ostf_dual.cli.telling import Telling
from ostf_dual.environment.access import read_access
from ostf_dual.errors import InputError
from ostf_dual.reports.console import open_console
from ostf_dual.reports.discovery import discovery_as_values, print_discovery
from ostf_dual.reports.files import HTML, RESULTS
from ostf_dual.reports.html import build_html, gate_faults, has_results, write_single_file
from ostf_dual.reports.node import ReportError
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.journal import (
    FILE_NAME,
    FileJournal,
    RecordedRun,
    StillRunningError,
    read_journal,
    recorded_runs,
)
from ostf_dual.runs.state import runs_folder

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.environment.model import Access


_LISTING = ("-qq", "--no-header", "--tb=short")


def check(
    arguments: Sequence[str],
    *,
    cloud: str | None,
    environment: Path | None,
    profile: str,
    expect: str | None,
    openstack_only: bool,
    reports: Path,
    html: bool,
    telling: Telling,
) -> int:
    """Run the checks in a pytest of their own, then make the HTML report; the verdict is theirs alone."""
    given = as_arguments(
        cloud=cloud,
        environment=environment,
        profile=profile,
        expect=expect,
        openstack_only=openstack_only,
        reports=reports,
    )
    code = run_pytest([*given, *telling.arguments, *arguments])
    if html and has_results(reports / RESULTS):
        with redirect_stdout(sys.stderr if telling.is_for_programs else sys.stdout):
            show_html(reports)
    return code


def as_arguments(
    *,
    cloud: str | None,
    environment: Path | None,
    profile: str,
    expect: str | None,
    openstack_only: bool,
    reports: Path,
) -> list[str]:
    """What a run is asked for, in pytest's options.

    Raises:
        InputError: No cloud is named, or the environment file cannot be used.
    """
    named = read_access(environment, cloud).cloud
    options = {"--os-cloud": named, "--profile": profile, "--ostf-reports": str(reports)}
    if environment:
        options["--ostf-environment"] = str(environment)
    if expect is not None:
        options["--expect"] = expect
    given = [f"{option}={value}" for option, value in options.items()]
    return [*given, *(["--openstack-only"] if openstack_only else [])]


def play(name: str | None, *, environment: Path, reports: Path, html: bool) -> int:
    """Run system scenarios in a pytest of their own, then make the HTML report."""
    options = {"--profile": "system", "--ostf-environment": str(environment), "--ostf-reports": str(reports)}
    if name is not None:
        options["--ostf-scenario"] = name
    code = run_pytest([f"{option}={value}" for option, value in options.items()])
    if html and has_results(reports / RESULTS):
        show_html(reports)
    return code


def show_html(reports: Path, *, single_file: Path | None = None, gate: bool = False) -> int:
    """Make the HTML report, and say where it is or what is missing; 1 where the gate is asked, and not passed."""
    try:
        page = build_html(reports / RESULTS, reports / HTML)
        if single_file is not None:
            write_single_file(page, single_file)
    except ReportError as error:
        sys.stderr.write(f"no HTML report: {error}\n")
        return ExitCode.BROKEN
    sys.stdout.write(f"report: {single_file or page}\n")
    faults = gate_faults(reports / HTML) if gate else ()
    for fault in faults:
        sys.stdout.write(f"quality gate: {fault}\n")
    return ExitCode.FAILED if faults else ExitCode.OK


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


def clean_up(run_id: str | None, *, cloud: str | None, environment: Path | None, dry_run: bool) -> int:
    """Remove what runs left: the one that is named, or all that this machine knows of."""
    if run_id is None:
        runs = [run for run in recorded_runs(runs_folder()) if not run.is_clean]
        if not runs:
            sys.stdout.write("nothing is left of any run that this machine knows of\n")
        return max(
            (_clean_if_over(run, cloud, environment, dry_run=dry_run) for run in runs), default=ExitCode.OK
        )
    path = runs_folder() / run_id / FILE_NAME
    if path.is_file():
        return _clean_recorded(read_journal(path), cloud=cloud, environment=environment, dry_run=dry_run)
    if cloud is None and environment is None:
        raise InputError(
            f"this machine has no journal of run {run_id}: give --os-cloud or --environment, "
            "and what carries the run's marks there is removed"
        )
    return _clean(run_id, read_access(environment, cloud), None, dry_run=dry_run)


def _clean_if_over(run: RecordedRun, cloud: str | None, environment: Path | None, *, dry_run: bool) -> int:
    try:
        return _clean_recorded(run, cloud=cloud, environment=environment, dry_run=dry_run)
    except StillRunningError as error:
        sys.stdout.write(f"{error}: left alone\n")
        return ExitCode.OK


def _clean_recorded(run: RecordedRun, *, cloud: str | None, environment: Path | None, dry_run: bool) -> int:
    journal = FileJournal.resume(run)
    try:
        access = read_access(environment or run.environment, cloud or run.cloud)
        return _clean(run.run_id, access, journal, dry_run=dry_run)
    finally:
        journal.close()


def _clean(run_id: str, access: "Access", journal: FileJournal | None, *, dry_run: bool) -> int:
    from ostf_dual.cloud import cleanup  # with openstacksdk behind it

    with connected(access) as cloud:
        found = cleanup.find(cloud, run_id)
        for resource in found:
            sys.stdout.write(f"run {run_id}: {'would remove' if dry_run else 'removing'} {resource}\n")
        if dry_run:
            return ExitCode.OK
        leftovers = cleanup.clean(
            cloud,
            run_id,
            seen_gone=lambda resource: journal.gone(resource.kind, resource.id) if journal else None,
        )
    if journal:
        journal.cleaned(leftovers)
    for line in leftovers:
        sys.stderr.write(f"run {run_id}: left: {line}\n")
    if not leftovers:
        sys.stdout.write(f"run {run_id}: nothing is left in cloud {access.cloud}\n")
    return ExitCode.LEAKED if leftovers else ExitCode.OK


@contextmanager
def connected(access: "Access") -> "Iterator[Cloud]":
    """The cloud while it is needed."""
    from ostf_dual.cloud.cloud import Cloud  # with openstacksdk behind it

    cloud = Cloud.connect(access)
    try:
        yield cloud
    finally:
        cloud.close()
