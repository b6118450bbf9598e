"""Deploys the definition of a cloud by a Fuel master."""

from ostf_dual.deployers.base import Plan
from ostf_dual.deployers.nailgun import access, difference, ending, refusals
from ostf_dual.deployers.nailgun.difference import Difference
from ostf_dual.deployers.nailgun.login import log_in
from ostf_dual.deployers.nailgun.master import Master
from ostf_dual.deployers.nailgun.survey import Cluster, cluster_named, cluster_of, surveyed
from ostf_dual.deployers.nailgun.tasks import Patience
from ostf_dual.deployers.nailgun.work import Work
from ostf_dual.deployers.progress import Progress
from ostf_dual.environment.definition import Environment, FuelMaster
from ostf_dual.environment.model import Access
from ostf_dual.errors import InputError, OstfError

POLL_S = 10.0


class NailgunDeployer:
    """One cluster of the master for each environment, of the same name."""

    def __init__(self, *, poll_s: float = POLL_S) -> None:
        """Of a pace.

        Args:
            poll_s: Between two questions for a task; a lost question is asked again after a tenth of it.
        """
        self._poll_s = poll_s

    def plan(self, environment: Environment, progress: Progress) -> Plan:
        """See ``Deployer.plan``."""
        master = self._master(environment)
        with progress.step(f"Ask the Fuel master at {_told(environment, master)}"):
            return _plan(difference.between(environment, surveyed(master, environment)))

    def deploy(self, environment: Environment, progress: Progress) -> Access:
        """See ``Deployer.deploy``."""
        master, patience = self._master(environment), self._patience(environment)
        found = _admitted(environment, master, progress)
        cluster = found.survey.cluster
        if cluster is not None and cluster.running:
            ending.settle(master, cluster.number, patience, progress)
            found = _admitted(environment, master, progress)
        if not _plan(found).is_empty:
            Work(master=master, difference=found, patience=patience, progress=progress).carry_out()
        deployed = _cluster(master, environment)
        for remark in (access.untrusted(environment, deployed), access.unresolved(environment, deployed)):
            if remark:
                progress.say(remark)
        return access.access_to(environment, deployed)

    def destroy(self, environment: Environment, progress: Progress) -> None:
        """See ``Deployer.destroy``."""
        master = self._master(environment)
        number = cluster_named(master, environment.name)
        if number is None:
            progress.say(f"The master at {master.url} has no cluster {environment.name!r}.")
        else:
            ending.remove(master, number, self._patience(environment), progress)
        access.clouds_file(environment).unlink(missing_ok=True)

    def stop(self, environment: Environment, progress: Progress) -> bool:
        """Stop a deployment that is going on; False: there is none.

        Raises:
            AssertionError: The master would not.
            OstfError: It could not be asked.
        """
        master = self._master(environment)
        number = cluster_named(master, environment.name)
        return number is not None and ending.stop(master, number, self._patience(environment), progress)

    def _master(self, environment: Environment) -> Master:
        return log_in(fuel_of(environment), pause_s=self._poll_s / 10)

    def _patience(self, environment: Environment) -> Patience:
        return Patience(timeout_s=fuel_of(environment).timeout_s, poll_s=self._poll_s)


def fuel_of(environment: Environment) -> FuelMaster:
    """The definition's section on its master.

    Raises:
        InputError: There is none.
    """
    if environment.fuel is None:
        raise InputError("fuel: the deployer `nailgun` needs it, `url` at least")
    return environment.fuel


def _told(environment: Environment, master: Master) -> str:
    """Its address, and that nobody knows whose it is, where the definition accepts that."""
    return f"{master.url}{', whose certificate is not verified' if fuel_of(environment).insecure else ''}"


def _plan(found: Difference) -> Plan:
    return Plan(changes=tuple(difference.changes(found)), refusals=tuple(refusals.refusals(found)))


def _admitted(environment: Environment, master: Master, progress: Progress) -> Difference:
    with progress.step(f"Ask the Fuel master at {_told(environment, master)}"):
        found = difference.between(environment, surveyed(master, environment))
    if said := tuple(refusals.refusals(found)):
        raise InputError("\n  ".join(("the Fuel master cannot carry this environment:", *said)))
    return found


def _cluster(master: Master, environment: Environment) -> Cluster:
    number = cluster_named(master, environment.name)
    if number is None:
        raise OstfError(f"the master at {master.url} has no cluster {environment.name!r} any more")
    return cluster_of(master, environment, number)
