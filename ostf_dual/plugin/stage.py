"""Where a system scenario plays: a cloud that it deploys, changes, has checked, and destroys."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ostf_dual.deployers import deployment
from ostf_dual.deployers.base import Deployer, Plan
from ostf_dual.deployers.memory import Memory
from ostf_dual.deployers.progress import Progress
from ostf_dual.environment.definition import Environment
from ostf_dual.errors import OstfError
from ostf_dual.plugin.typing import Evidence

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.environment.model import Access

_LONGEST_RUN_S = 1800
_RED = frozenset({"failed", "broken", "leaked"})
_PUT = _RED | {"passed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What a health check found: its exit code, and ``summary.json``."""

    code: int
    summary: Mapping[str, Any]

    @property
    def zones(self) -> Mapping[str, str]:
        """Hypervisor by zone."""
        return {zone["name"]: zone["hypervisor"] for zone in self.summary["zones"]}

    @property
    def red(self) -> Sequence[str]:
        """What somebody has to look at, a line each."""
        return [_told(each) for each in self.summary["checks"] if each["outcome"] in _RED]

    def asked(self, check: str) -> Sequence[str]:
        """The zones in which a check was executed."""
        found = (each for each in self.summary["checks"] if each["id"] == check and each["outcome"] in _PUT)
        return [each["zone"] for each in found]

    def messages(self, check: str, zone: str | None) -> str:
        """Why a check is red in a zone; empty where it is not."""
        found = (each for each in self.summary["checks"] if (each["id"], each["zone"]) == (check, zone))
        return "\n".join(each["message"] for each in found if each["outcome"] in _RED)


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
            evidence: Told of every plan and health check.
        """
        self.definition = definition
        self._deployer, self._progress, self._folder, self._evidence = deployer, progress, folder, evidence
        self._runs = 0

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
        return deployment.deploy(definition, self._progress, self._deployer)

    def destroy(self) -> None:
        """End the cloud; nothing to do is no error."""
        deployment.destroy(self.definition, self._progress, self._deployer)

    @property
    def access_file(self) -> Path:
        """How the cloud is reached, as its last deployment left it."""
        return Memory(self.definition.name).access_file

    def health(self, *arguments: str) -> Health:
        """Check the cloud as a user does, in a process of its own."""
        self._runs += 1
        reports = self._folder / f"{self.definition.name}-{self._runs}"
        command = [sys.executable, "-m", "ostf_dual", "run", "--environment", str(self.access_file),
                   "--reports", str(reports), "--no-html", *arguments]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=_LONGEST_RUN_S, check=False)
        summary = reports / "summary.json"
        self._evidence(f"health check {self._runs}", done.stdout)
        if not summary.exists():
            raise OstfError(
                f"the health check ended with {done.returncode} and no summary:\n{done.stderr[-2000:]}"
            )
        return Health(code=done.returncode, summary=json.loads(summary.read_text()))


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
    """The definition under a scenario's own name."""
    return replace(definition, name=scenario)


def _told(check: Mapping[str, Any]) -> str:
    return f"{check['id']} {check['zone'] or 'cloud'} {check['outcome']}: {check['message']}"
