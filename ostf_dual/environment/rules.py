"""What is wrong with a definition, all of it at once."""

from dataclasses import dataclass

from ostf_dual.environment.definition import DeployerName, Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A rule that a definition breaks, and where the rule comes from."""

    path: str
    message: str
    source: str
    is_warning: bool = False


def problems(environment: Environment) -> tuple[Problem, ...]:
    """The problems of a definition, in the file's order."""
    found = []
    if environment.deployer is DeployerName.COMMAND and environment.commands is None:
        found.append(Problem(path="commands", message="deployer `command` needs them", source="deployers"))
    if environment.deployer is DeployerName.EXISTING and environment.access is None:
        found.append(Problem(path="access", message="deployer `existing` needs it", source="deployers"))
    return tuple(found)
