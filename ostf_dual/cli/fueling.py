"""What `ostf-dual fuel` does; a number that is returned is the exit code."""

import shlex
import sys
from pathlib import Path

from ostf_dual.cli.deploying import print_json, said_no, telling
from ostf_dual.deployers.base import Action, Change, Plan
from ostf_dual.deployers.nailgun import NailgunDeployer, role
from ostf_dual.deployers.nailgun.deployer import fuel_of
from ostf_dual.deployers.nailgun.login import log_in
from ostf_dual.deployers.nailgun.release import release_of
from ostf_dual.deployers.nailgun.role import Installed
from ostf_dual.environment.load import load_environment
from ostf_dual.environment.roles import VCENTER_COMPUTE
from ostf_dual.reports.deployments import plan_as_values
from ostf_dual.runs.exit_code import ExitCode


def install_role(file: Path, *, is_removed: bool, is_plan: bool, as_json: bool) -> int:
    """Install or remove the role, or say what that would do."""
    environment = load_environment(file)
    command = shlex.join(("ostf-dual", "fuel", "install-role", str(file)))
    try:
        with telling(aside=True) as progress:
            master = log_in(fuel_of(environment))
            release = release_of(master, environment)
            if is_plan:
                done = (role.to_remove if is_removed else role.to_install)(master, release)
            else:
                with progress.step(f"{'Remove' if is_removed else 'Install'} the role {VCENTER_COMPUTE}"):
                    done = (role.remove if is_removed else role.install)(master, release)
    except AssertionError as error:
        return said_no(error, f"`{command} --plan` says what would change.")
    what = f"role {VCENTER_COMPUTE}"
    changes = (
        () if done is Installed.NOTHING else (Change(action=Action(done), what=what, detail=release.name),)
    )
    if as_json:
        print_json(plan_as_values(environment, Plan(changes=changes)))
    else:
        told = f"would be {_TOLD[done]}" if is_plan and changes else _TOLD[done]
        sys.stdout.write(f"{what}: {told}, for {release.name} on {master.url}\n")
    return ExitCode.OK


def stop(file: Path) -> int:
    """Stop the deployment of a definition."""
    environment = load_environment(file)
    try:
        with telling() as progress:
            is_stopped = NailgunDeployer().stop(environment, progress)
    except AssertionError as error:
        return said_no(error, "look at the master's tasks.")
    told = "is stopped" if is_stopped else "is not going on: nothing was done"
    sys.stdout.write(f"The deployment of {environment.name} {told}.\n")
    return ExitCode.OK


_TOLD = {
    Installed.ADD: "installed",
    Installed.CHANGE: "brought to the spec's",
    Installed.REMOVE: "removed",
    Installed.NOTHING: "as wanted already",
}
