"""A harmed run is cleaned up: nothing of it is left anywhere, nothing of anybody else's is touched."""

import signal
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ostf_dual.cloud.kinds import KINDS
from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.lab.reach import connect
from ostf_dual.runs.journal import read_journal
from ostf_dual.waiting import WaitTimeoutError, wait_until
from tests.harm.foreign import missing, planted
from tests.harm.leavings import Thing, beside_openstack, in_openstack, orphaned_groups
from tests.harm.mishaps import Harm, full_disk
from tests.harm.trial import Run, Trial

_SETTLING_S = 30.0
_HALF_MADE = 16
"""Events of a journal: the other run, which began with it, has far to go."""


def proven(lab: Lab, harm: Harm) -> list[str]:
    """Harm a run, clean up, and look; what is wrong, a line each."""
    with ExitStack() as stack:
        trial = Trial(lab=lab, folder=Path(stack.enter_context(tempfile.TemporaryDirectory())))
        admin, user = (
            stack.enter_context(connect(lab.layout)),
            stack.enter_context(connect(lab.layout, admin=False)),
        )
        if harm.full_disk:
            stack.enter_context(full_disk(trial.state))
        run = stack.enter_context(trial.run())
        servers = not harm.name.startswith("killed")
        foreign = stack.enter_context(planted(admin, user, run.run_id, servers=servers))
        wrong = harm.suffer(trial, run)
        wrong += after(trial, run, admin, foreign, elsewhere=harm.elsewhere)
        return [f"run {run.run_id}: {line}" for line in wrong]


def one_of_every_kind(lab: Lab, *, elsewhere: bool) -> list[str]:
    """A run is killed that has made things of every kind that runs can make, snapshots and images among them."""
    with ExitStack() as stack:
        trial = Trial(lab=lab, folder=Path(stack.enter_context(tempfile.TemporaryDirectory())))
        admin, user = (
            stack.enter_context(connect(lab.layout)),
            stack.enter_context(connect(lab.layout, admin=False)),
        )
        run = stack.enter_context(trial.hoard())
        run.end()
        made = {entry.kind for entry in read_journal(run.journal).entries if entry.resource_id}
        if lacking := {kind.name for kind in KINDS} - made:
            return [f"it made no {', '.join(sorted(lacking))}: {run.output.read_text()[-2000:]}"]
        foreign = stack.enter_context(planted(admin, user, run.run_id, servers=False))
        return after(trial, run, admin, foreign, elsewhere=elsewhere)


def two_at_once(lab: Lab) -> list[str]:
    """Two runs on one cloud; one is killed, and cleaned up while the other goes on to its end."""
    with ExitStack() as stack:
        trial = Trial(lab=lab, folder=Path(stack.enter_context(tempfile.TemporaryDirectory())))
        admin, user = (
            stack.enter_context(connect(lab.layout)),
            stack.enter_context(connect(lab.layout, admin=False)),
        )
        doomed, other = (stack.enter_context(trial.run(name)) for name in ("doomed", "other"))
        foreign = stack.enter_context(planted(admin, user, doomed.run_id, servers=False))
        doomed.wait_for_lines(_HALF_MADE)
        doomed.send(signal.SIGKILL)
        doomed.end()
        wrong = (
            []
            if other.process.poll() is None
            else ["the other run ended before the doomed one was cleaned up"]
        )
        wrong += after(trial, doomed, admin, foreign)
        code = other.end()
        if code:
            wrong.append(f"the other run ended with {code}: {other.output.read_text()[-2000:]}")
        return wrong + [f"{each} of the other run is left" for each in in_openstack(admin, other.run_id)]


def after(
    trial: Trial, run: Run, admin: Any, foreign: frozenset[Thing], *, elsewhere: bool = False
) -> list[str]:
    """Clean up after a run that has ended, and look; what is wrong, a line each."""
    before = in_openstack(admin, run.run_id) - foreign
    cleaned = trial.cleanup("--run", run.run_id, elsewhere=elsewhere)
    wrong = [] if cleaned.code == 0 else [f"cleanup ended with {cleaned.code}: {cleaned.told}"]
    wrong += [f"{each} is left" for each in in_openstack(admin, run.run_id) - foreign]
    wrong += orphaned_groups(admin, before)
    wrong += missing(admin, foreign)
    if fault := run.journal_fault():
        wrong.append(f"its journal cannot be read: {fault}")
    told = "\n".join(line for each in cleaned.runs for line in each["look_alikes"])
    wrong += [
        f"{each} looks like the run's, and cleanup does not say so"
        for each in foreign
        if each.name not in told
    ]
    try:
        wait_until(
            lambda: beside_openstack(trial.lab, before),
            lambda found: not found,
            what="everything beside OpenStack to be gone",
            timeout_s=_SETTLING_S,
        )
    except WaitTimeoutError:
        wrong += [f"{line} is left" for line in beside_openstack(trial.lab, before)]
    return wrong
