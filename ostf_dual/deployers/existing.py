"""Adopts a cloud that is there: says what of it is otherwise than defined, and changes nothing."""

from contextlib import closing
from typing import TYPE_CHECKING

from ostf_dual.deployers.base import Action, Plan
from ostf_dual.deployers.memory import Memory
from ostf_dual.deployers.progress import Progress
from ostf_dual.environment.definition import Environment
from ostf_dual.environment.expectations import completed
from ostf_dual.environment.model import Access
from ostf_dual.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ostf_dual.cloud.cloud import Cloud


def _connect(access: Access) -> "Cloud":
    from ostf_dual.cloud.cloud import Cloud  # with openstacksdk behind it

    return Cloud.connect(access)


class ExistingDeployer:
    """Compares; whoever installed the cloud makes the difference."""

    def __init__(self, connect: "Callable[[Access], Cloud]" = _connect) -> None:
        self._connect = connect

    def plan(self, environment: Environment, progress: Progress) -> Plan:
        """See ``Deployer.plan``."""
        from ostf_dual.deployers.reality import differences

        access = _access(environment)
        with (
            progress.step(f"Compare the cloud {access.cloud!r} with its definition"),
            closing(self._connect(access)) as cloud,
        ):
            hypervisors = {zone.label: zone.hypervisor for zone in cloud.zones()}
            return Plan(changes=differences(environment, cloud.discovery(), hypervisors))

    def deploy(self, environment: Environment, progress: Progress) -> Access:
        """See ``Deployer.deploy``."""
        plan = self.plan(environment, progress)
        if not plan.is_empty:
            lines = (f"{each.what}: {each.detail}" for each in plan.changes if each.action is not Action.NOTE)
            head = f"the cloud is not as {environment.name!r} defines it, and deployer `existing` changes nothing:"
            raise InputError("\n  ".join((head, *lines)))
        return _access(environment)

    def destroy(self, environment: Environment, progress: Progress) -> None:
        """See ``Deployer.destroy``."""
        if Memory(environment.name).access_file.is_file():
            told = "was adopted, not made: nothing of the cloud is removed, it is only forgotten here"
        else:
            told = "was never adopted here: there is nothing to forget, and nothing of the cloud is removed"
        progress.say(f"{environment.name!r} {told}.")


def _access(environment: Environment) -> Access:
    if environment.access is None:
        raise InputError("access: the deployer `existing` needs it, `cloud` at least")
    return completed(environment.access, environment)
