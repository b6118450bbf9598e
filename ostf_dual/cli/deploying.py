"""What `deploy`, `destroy` and `deployments` do; a number that they return is the exit code."""

import json
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.prompt import Confirm

from ostf_dual.deployers import deployment
from ostf_dual.deployers.memory import Memory, remembered
from ostf_dual.deployers.progress import Progress
from ostf_dual.environment.checking import check
from ostf_dual.environment.definition import Environment
from ostf_dual.environment.fault import FileError
from ostf_dual.environment.load import load_environment
from ostf_dual.errors import InputError, OstfError
from ostf_dual.reports.console import open_console
from ostf_dual.reports.deployments import (
    deployment_as_values,
    plan_as_values,
    print_deployments,
    print_plan,
)
from ostf_dual.runs.exit_code import ExitCode


def show_plan(file: Path, *, as_json: bool) -> int:
    """Print what would change; refusals end with 4."""
    environment = _admitted(file)
    with telling(aside=True) as progress:
        plan = deployment.plan(environment, progress)
    if as_json:
        print_json(plan_as_values(environment, plan))
    else:
        print_plan(open_console(), environment, plan)
    return ExitCode.USAGE if plan.refusals else ExitCode.OK


def deploy(file: Path, *, as_json: bool) -> int:
    """Deploy, and say how to check what was deployed."""
    environment = _admitted(file)
    command = shlex.join(("ostf-dual", "deploy", str(file)))
    try:
        with telling(f"`{command}` goes on.", aside=as_json) as progress:
            deployment.deploy(environment, progress)
            if summary := progress.summary():
                progress.say(summary)
    except AssertionError as error:
        return said_no(error, f"`{command}` goes on.")
    memory = Memory(environment.name)
    if as_json:
        print_json(deployment_as_values(memory))
    else:
        run = shlex.join(("ostf-dual", "run", "--environment", str(file)))
        sys.stdout.write(
            f"\n{environment.name} is deployed. How it is reached:  {memory.access_file}\nCheck it:  {run}\n"
        )
    return ExitCode.OK


def destroy(file: Path, *, confirmed: bool) -> int:
    """Destroy; asks first, unless it is confirmed."""
    environment = load_environment(file)
    if not confirmed:
        if not sys.stdin.isatty():
            raise InputError("nobody can be asked here: give --yes to destroy")
        question = (
            f"Destroy {environment.name}, by {environment.deployer}, with all servers and volumes in it?"
        )
        if not _agreed(question):
            sys.stdout.write("nothing was touched\n")
            return ExitCode.INTERRUPTED
    command = shlex.join(("ostf-dual", "destroy", str(file)))
    try:
        with telling(f"`{command}` goes on.") as progress:
            deployment.destroy(environment, progress)
            progress.say(f"Nothing is remembered of {environment.name} any more.")
    except AssertionError as error:
        return said_no(error, f"`{command}` goes on.")
    return ExitCode.OK


def show_deployments(*, as_json: bool) -> None:
    """List what is remembered."""
    if as_json:
        print_json([deployment_as_values(each) for each in remembered()])
    else:
        print_deployments(open_console(), remembered())


@contextmanager
def telling(afterwards: str = "", *, aside: bool = False) -> Iterator[Progress]:
    """Progress, on standard error where standard output is the result's; a SIGTERM ends it as Ctrl-C does."""
    progress = Progress(open_console(sys.stderr if aside else None))
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield progress
    except KeyboardInterrupt:
        progress.say(f"Interrupted. {afterwards}".rstrip())
        raise
    except OSError as error:  # of our own files
        raise OstfError(f"{error}. {afterwards}".rstrip()) from error
    finally:
        signal.signal(signal.SIGTERM, before)
        progress.close()


def _admitted(file: Path) -> Environment:
    """A definition that keeps to the rules; here its faults have lines, which a deployer no longer sees."""
    if faults := [each for each in check(file) if not each.is_warning]:
        raise FileError(str(file), faults)
    return load_environment(file)


def _agreed(question: str) -> bool:
    try:
        return Confirm.ask(question, default=False)
    except EOFError:
        return False


def said_no(error: AssertionError, afterwards: str) -> int:
    """Tell that the installer said no, and what to do then."""
    sys.stderr.write(f"ostf-dual: {error}\n{afterwards}\n")
    return ExitCode.FAILED


def print_json(values: object) -> None:
    """Print a result for programs."""
    sys.stdout.write(json.dumps(values, indent=2) + "\n")
