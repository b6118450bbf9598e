"""Everything that is wrong with an environment file, each thing with its line."""

from collections.abc import Iterator
from pathlib import Path

from ostf_dual.environment.definition import DeployerName
from ostf_dual.environment.fault import Fault, FileError
from ostf_dual.environment.lines import Lines, Location, located
from ostf_dual.environment.load import is_access, load_access, load_environment, read_lines
from ostf_dual.environment.model import Access
from ostf_dual.environment.reach import missing_clouds_file
from ostf_dual.environment.rules import Problem, problems
from ostf_dual.errors import InputError


def check(path: Path) -> tuple[Fault, ...]:
    """The faults of a file: of its form, and where that is well, the rules that it breaks; warnings with them.

    A file that only says how a cloud is reached has no rules to break; the clouds.yaml that it names must be there.
    """
    try:
        if is_access(path):
            return tuple(_missing(load_access(path), (), read_lines(path)))
        environment, lines = load_environment(path), read_lines(path)
    except FileError as error:
        return error.faults
    except InputError as error:
        return (Fault(path="", message=str(error)),)
    # Of another deployer's cloud it may be what its deployment makes.
    given = environment.access if environment.deployer is DeployerName.EXISTING else None
    return (
        *(_told(each, lines) for each in problems(environment)),
        *_missing(given, ("access",), lines),
    )


def _told(problem: Problem, lines: Lines) -> Fault:
    return Fault(
        path=problem.path,
        message=problem.message,
        line=lines.of_value(located(problem.path)),
        source=problem.source,
        is_warning=problem.is_warning,
    )


def _missing(access: Access | None, within: Location, lines: Lines) -> Iterator[Fault]:
    if access is not None and (told := missing_clouds_file(access)):
        place = (*within, "clouds_file")
        yield Fault(path=".".join(map(str, place)), message=told, line=lines.of_value(place))
