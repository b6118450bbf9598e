"""Where a system scenario plays: a cloud that it deploys, changes, disturbs, has checked, and destroys."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ostf_dual.deployers import deployment
from ostf_dual.deployers.base import Deployer, Plan
from ostf_dual.deployers.memory import Memory
from ostf_dual.deployers.outages import Outages
from ostf_dual.deployers.progress import Progress
from ostf_dual.environment.definition import Environment
from ostf_dual.environment.expectations import zones_of
from ostf_dual.environment.model import Hypervisor
from ostf_dual.errors import NotConfiguredError, OstfError, UnsupportedError
from ostf_dual.files import private_folder, state_folder, write_private
from ostf_dual.plugin import command
from ostf_dual.plugin.health import Health
from ostf_dual.plugin.typing import Evidence
from ostf_dual.reports.files import SUMMARY
from ostf_dual.runs.recorder import Recorder

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.environment.model import Access

_SHOWN = 50


class Stage:
    """The cloud of one scenario. It has the scenario's name, so that nobody's own cloud of this name is touched."""

    def __init__(
        self,
        definition: Environment,
        deployer: Deployer,
        progress: Progress,
        folder: Path,
        evidence: Evidence,
    ) -> None:
        """Deploy nothing yet.

        Args:
            definition: As the user gave it, with the scenario's name.
            deployer: Its deployer.
            progress: Told of every step.
            folder: For the reports of the health checks.
            evidence: Told of every plan, deployment and health check.
        """
        self.definition = definition
        self._deployer, self._progress, self._folder, self._evidence = deployer, progress, folder, evidence
        self._runs = self._deployments = 0

    @property
    def dual(self) -> Environment:
        """The definition, which has both hypervisors.

        Raises:
            NotConfiguredError: It has not, so that the scenario would prove nothing.
        """
        kinds = frozenset[Hypervisor]().union(*zones_of(self.definition).values())
        if Hypervisor.VCENTER not in kinds:
            raise NotConfiguredError("vmware.zones: the scenario wants a definition with both hypervisors")
        if len(kinds) == 1:
            raise NotConfiguredError("nodes: the scenario wants one with role compute beside vCenter")
        return self.definition

    def plan(self, definition: Environment) -> Plan:
        """What a deployment would do now."""
        plan = deployment.plan(definition, self._progress, self._deployer)
        self._evidence(
            "plan",
            [*plan.refusals, *(f"{each.action.value} {each.what}: {each.detail}" for each in plan.changes)],
        )
        return plan

    def deploy(self, definition: Environment) -> "Access":
        """Bring the cloud to a definition."""
        access = deployment.deploy(definition, self._progress, self._deployer)
        self._deployments += 1
        self._evidence(f"deployment {self._deployments}", "\n".join(_described(definition)))
        return access

    def deploy_until(self, definition: Environment, step: int) -> command.Ended:
        """Begin to bring the cloud to a definition as a user does, and stop it as Ctrl-C does.

        Args:
            definition: Its file is written for this.
            step: Of the deployment's progress: when so many have begun, it is stopped.
        """
        from ostf_dual.environment.written import environment_to_json  # pydantic

        file = self._folder / f"{definition.name}.json"
        write_private(file, environment_to_json(definition))
        begun = 0

        def stop(line: str) -> bool:
            nonlocal begun
            is_begin = " … " in line and "still: " not in line
            begun += is_begin
            return is_begin and begun == step

        with self._progress.step(f"`ostf-dual deploy`, stopped at its step {step}"):
            ended = command.run(
                ["deploy", str(file)], lambda line: self._progress.say(f"    {line.strip()}"), stop=stop
            )
        self._evidence("stopped deployment", ended.output)
        return ended

    def destroy(self) -> None:
        """End the cloud; nothing to do is no error."""
        deployment.destroy(self.definition, self._progress, self._deployer)

    def requires_outages(self) -> None:
        """Say at once that the deployer cannot take parts of its cloud away, before anything is deployed.

        Raises:
            UnsupportedError: It cannot.
        """
        _ = self._outages

    def node_lost(self, definition: Environment, node: str) -> AbstractContextManager[None]:
        """Nothing runs any more on a node, for as long as it lasts.

        Raises:
            UnsupportedError: The deployer cannot do that.
        """
        return self._outages.node_lost(definition, node, self._progress)

    def service_lost(self, definition: Environment, service: str) -> AbstractContextManager[None]:
        """A service does not run any more, for as long as it lasts.

        Raises:
            UnsupportedError: The deployer cannot do that.
        """
        return self._outages.service_lost(definition, service, self._progress)

    @property
    def memory(self) -> Memory:
        """What is remembered of the cloud."""
        return Memory(self.definition.name)

    def health(self, *arguments: str) -> Health:
        """Check the cloud as a user does, in a process of its own."""
        self._runs += 1
        reports = self._folder / f"{self.definition.name}-{self._runs}"
        summary = reports / SUMMARY
        summary.unlink(missing_ok=True)  # of an earlier play, which a run that is refused would leave there
        given = ["run", "--environment", str(self.memory.access_file), "--reports", str(reports), "--no-html"]
        with self._progress.step(f"Health check {self._runs}") as at:
            ended = command.run([*given, *arguments], lambda line: at(" ".join(line.split())[:_SHOWN]))
        self._evidence(f"health check {self._runs}", ended.output)
        if not summary.exists():
            raise OstfError(
                f"the health check ended with {ended.code} and no summary:\n{ended.output[-2000:]}"
            )
        health = Health(code=ended.code, output=ended.output, summary=json.loads(summary.read_text()))
        self._progress.say(f"    {health.told}")
        for line in health.red:
            self._progress.say(f"    {line}")
        return health

    @contextmanager
    def step(self, recorder: Recorder, title: str) -> Iterator[None]:
        """A numbered step of the scenario, told while it lasts."""
        with recorder.step(title), self._progress.step(recorder.current, indent=""):
            yield

    @property
    def _outages(self) -> Outages:
        if not isinstance(self._deployer, Outages):
            name = self.definition.deployer
            raise UnsupportedError(
                f"deployer {name} cannot take a part of its cloud away (source: ostf_dual.deployers.outages)"
            )
        return self._deployer


@contextmanager
def alone(scenario: str, progress: Progress) -> Iterator[None]:
    """One play of a scenario at a time: its clouds have its name. A second one waits and says so."""
    path = state_folder() / "scenarios" / f"{scenario}.lock"
    private_folder(path.parent)
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with progress.step(f"Wait for another play of {scenario} to end"):
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def connected(access: "Access") -> "Iterator[Cloud]":
    """The cloud as checks see it, for as long as a part of a scenario asks it."""
    from ostf_dual.cloud.cloud import Cloud

    cloud = Cloud.connect(access)
    try:
        yield cloud
    finally:
        cloud.close()


def named_after(definition: Environment, scenario: str) -> Environment:
    """The definition under a name that is the scenario's: a fixture's own may be deployed beside it."""
    return replace(definition, name=f"sys-{scenario}")


def _described(definition: Environment) -> Iterator[str]:
    for node in definition.nodes:
        yield f"node {node.name}: {', '.join(node.roles)}"
    for name, kinds in zones_of(definition).items():
        yield f"zone {name}: {' and '.join(sorted(kinds)) or 'whatever is there'}"
