"""A deployer at a master, and what of it a test asks for."""

import io
from dataclasses import dataclass, field

from ostf_dual.deployers.base import Action, Plan
from ostf_dual.deployers.nailgun import NailgunDeployer
from ostf_dual.deployers.progress import Progress
from ostf_dual.environment.definition import Environment
from ostf_dual.environment.model import Access
from tests.contract.nailgun import definitions
from tests.contract.nailgun.server.http import Master, Request


@dataclass(frozen=True, kw_only=True)
class Bench:
    """A deployer, its master, and what it told."""

    deployer: NailgunDeployer
    master: Master
    progress: Progress
    told: io.StringIO
    asked: list[int] = field(default_factory=lambda: [0])

    @property
    def kvm(self) -> Environment:
        """A cloud with KVM computes alone."""
        return definitions.kvm_only(self.master.url)

    @property
    def dual(self) -> Environment:
        """The same with a node for vCenter."""
        return definitions.with_vcenter(self.kvm)

    def plan(self, environment: Environment) -> Plan:
        """The deployer's."""
        return self.deployer.plan(environment, self.progress)

    def changes(self, environment: Environment) -> list[tuple[str, str]]:
        """What would be done, and to what."""
        found = self.plan(environment)
        assert not found.refusals
        return [(each.action, each.what) for each in found.changes if each.action is not Action.NOTE]

    def deploy(self, environment: Environment) -> Access:
        """By the deployer."""
        return self.deployer.deploy(environment, self.progress)

    def destroy(self, environment: Environment) -> None:
        """By the deployer."""
        self.deployer.destroy(environment, self.progress)

    def writes(self) -> list[Request]:
        """The requests that would change something, since this was asked for last."""
        begin, self.asked[0] = self.asked[0], len(self.master.writes)
        return self.master.writes[begin:]

    def calls(self) -> list[str]:
        """The same, by method and path."""
        return [f"{each.method} {each.path.removeprefix('/api/')}" for each in self.writes()]

    def states(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Status and roles of the cluster's nodes, by name."""
        return {
            each["name"]: (each["status"], tuple(each["roles"]))
            for each in self.master.world.nodes.values()
            if each["cluster"] is not None
        }
