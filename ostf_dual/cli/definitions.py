"""What `ostf-dual env` does; a number that is returned is the exit code."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from ostf_dual.deployers.limits import check as faults_of
from ostf_dual.environment.comparing import differences
from ostf_dual.environment.load import is_access, load_environment
from ostf_dual.environment.overview import overview
from ostf_dual.environment.rules.table import table
from ostf_dual.environment.schema import environment_schema
from ostf_dual.errors import InputError
from ostf_dual.reports.console import open_console
from ostf_dual.reports.definitions import (
    differences_as_values,
    faults_as_values,
    overview_as_values,
    print_differences,
    print_faults,
    print_overview,
    print_rules,
)
from ostf_dual.runs.exit_code import ExitCode


def check(files: Sequence[Path], *, as_json: bool) -> int:
    """Print the faults of each file; 4 where one has any that is no warning."""
    found = {file: faults_of(file) for file in files}
    if as_json:
        _print_json([faults_as_values(file, faults) for file, faults in found.items()])
    else:
        for file, faults in found.items():
            print_faults(open_console(), file, faults)
    broken = any(not each.is_warning for faults in found.values() for each in faults)
    return ExitCode.USAGE if broken else ExitCode.OK


def show(file: Path, *, as_json: bool) -> int:
    """Print what a definition comes to; its faults instead, where it has any."""
    _refuse_access(file)
    faults = faults_of(file)
    if any(not each.is_warning for each in faults):
        print_faults(open_console(sys.stderr), file, faults)
        return ExitCode.USAGE
    found = overview(load_environment(file))
    if as_json:
        _print_json(overview_as_values(found, faults))
    else:
        print_overview(open_console(), found, faults)
    return ExitCode.OK


def diff(before: Path, after: Path, *, as_json: bool) -> int:
    """Print what differs between two definitions; whether they break rules is not asked."""
    found = differences(load_environment(before), load_environment(after))
    if as_json:
        _print_json(differences_as_values(found))
    else:
        print_differences(open_console(), before, after, found)
    return ExitCode.OK


def show_rules(*, as_json: bool) -> None:
    """Print the rules."""
    if as_json:
        _print_json([asdict(each) for each in table()])
    else:
        print_rules(open_console(), table())


def show_schema() -> None:
    """Print the schema."""
    _print_json(environment_schema())


def _refuse_access(file: Path) -> None:
    if is_access(file):
        raise InputError(
            f"{file} only says how a cloud is reached, and defines none: `ostf-dual discover` shows that cloud"
        )


def _print_json(values: object) -> None:
    sys.stdout.write(json.dumps(values, indent=2) + "\n")
