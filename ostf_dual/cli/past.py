"""What the commands about earlier runs do; a number that they return is the exit code."""

import json
import sys
from pathlib import Path

from ostf_dual.cli.asking import Asking
from ostf_dual.cli.commands import check
from ostf_dual.cli.telling import Telling
from ostf_dual.environment.access import read_access
from ostf_dual.errors import InputError
from ostf_dual.reports import differences
from ostf_dual.reports.archive import find_run
from ostf_dual.reports.comparison import compare
from ostf_dual.reports.console import open_console
from ostf_dual.reports.history import as_values, history, print_history
from ostf_dual.reports.kept import KeptRun
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.profiles import SYSTEM
from ostf_dual.runs.state import runs_folder


def show_history(*, cloud: str | None, last: int, as_json: bool) -> None:
    """Print the runs that this machine remembers."""
    past = history(cloud=cloud)[-last:]
    if as_json:
        _print_json(as_values(past))
    elif past:
        print_history(open_console(), past)
    else:
        sys.stdout.write(f"no run{f' of cloud {cloud}' if cloud else ''} is remembered on this machine\n")


def compare_runs(before: str, after: str, *, cloud: str | None, as_json: bool) -> int:
    """Hold two runs against each other: 0 no worse, 1 worse, 5 where the later one asked nothing."""
    compared = compare(find_run(before, cloud=cloud), find_run(after, cloud=cloud))
    if as_json:
        _print_json(differences.as_values(compared))
    else:
        differences.print_comparison(open_console(), compared)
    if not compared.after.checks:
        sys.stderr.write(
            f"run {compared.after.run_id} {_asked_nothing(compared.after)}: it is held against nothing\n"
        )
        return ExitCode.UNPROVEN
    return ExitCode.FAILED if compared.is_worse else ExitCode.OK


def rerun(
    name: str,
    *,
    cloud: str | None,
    environment: Path | None,
    reports: Path,
    html: bool,
    telling: Telling,
) -> int:
    """Ask again what a run found amiss: the same checks in the same zones, asked for as they were then.

    Raises:
        InputError: What was typed names another cloud than the run's: its checks would be asked there.
    """
    run = find_run(name, cloud=cloud)
    asked = run.asked
    if environment is not None and asked.profile != SYSTEM:
        cloud = read_access(environment, cloud, default=run.cloud).cloud
    if cloud not in {None, run.cloud}:
        raise InputError(
            f"run {run.run_id} is of cloud {run.cloud}, not of {cloud}: its checks are not asked again there"
        )
    if not run.checks:
        sys.stderr.write(f"run {run.run_id} of cloud {run.cloud} {_asked_nothing(run)}: run it again\n")
        return ExitCode.UNPROVEN
    if not run.faults:
        sys.stderr.write(
            f"run {run.run_id} of cloud {run.cloud} has no check that failed: there is nothing to ask again\n"
        )
        return ExitCode.UNPROVEN
    if len(run.to_ask_again) < len(run.faults):
        sys.stderr.write(f"what run {run.run_id} left is removed by: ostf-dual cleanup {run.run_id}\n")
    if not run.to_ask_again:
        return ExitCode.UNPROVEN
    told = ", ".join(map(str, run.to_ask_again))
    sys.stderr.write(f"asking again what was amiss in run {run.run_id} of cloud {run.cloud}: {told}\n")
    return check(
        [f"--ostf-rerun={run.source}", *_places(run)],
        Asking(
            cloud=run.cloud,
            environment=environment or asked.environment,
            profile=asked.profile,
            expect=None if asked.expect is None else ",".join(asked.expect),
            openstack_only=asked.openstack_only,
            reports=reports,
        ),
        html=html,
        telling=telling,
    )


def _asked_nothing(run: KeptRun) -> str:
    return f"asked nothing ({'; '.join(run.reasons) or 'it does not say why'})"


def _places(run: KeptRun) -> list[str]:
    """Where the checks were, as far as that is still there: another installation brings its own.

    Only by this machine's own record: a summary from elsewhere must not choose which code runs here.
    """
    if not run.source.is_relative_to(runs_folder()):
        return []
    return [path for path in run.asked.paths if Path(path.partition("::")[0]).exists()]


def _print_json(values: object) -> None:
    sys.stdout.write(json.dumps(values, indent=2) + "\n")
