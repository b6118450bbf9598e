"""What every deployer can do: a cloud's definition in, the way to the cloud out."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ostf_dual.deployers.progress import Progress
from ostf_dual.environment.definition import Environment
from ostf_dual.environment.model import Access


class Action(StrEnum):
    """What a step of a plan does."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between the definition and what is there.

    Attributes:
        what: The thing, as `node vcenter-compute-1` or `zone vcenter`.
        detail: What a person wants to know of it: roles, from what to what, what it means for servers.
    """

    action: Action
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a deployment would do.

    Attributes:
        changes: In the order in which they would be done; notes change nothing.
        refusals: Why this deployer cannot carry the definition, a sentence each; where there is one, nothing is done.
    """

    changes: tuple[Change, ...] = ()
    refusals: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the cloud is as the definition says."""
        return not self.refusals and all(each.action is Action.NOTE for each in self.changes)


class Deployer(Protocol):
    """Brings a cloud to its definition. The rules have been asked before."""

    def plan(self, environment: Environment, progress: Progress) -> Plan:
        """What would be done; touches nothing.

        Raises:
            OstfError: What is there could not be asked.
        """

    def deploy(self, environment: Environment, progress: Progress) -> Access:
        """Bring the cloud to the definition; what fits already stays untouched, a second call goes on.

        Raises:
            InputError: The plan has refusals; or, by a deployer that changes nothing, differences: all of them.
            AssertionError: The installer said no.
            OstfError: It could not be asked.
        """

    def destroy(self, environment: Environment, progress: Progress) -> None:
        """Remove the cloud; nothing to do is no error."""
