"""Everything that is wrong with an environment file, each thing with its line."""

from pathlib import Path

from ostf_dual.environment.fault import Fault, FileError
from ostf_dual.environment.lines import located
from ostf_dual.environment.load import is_access, load_access, load_environment, read_lines
from ostf_dual.environment.rules import problems
from ostf_dual.errors import InputError


def check(path: Path) -> tuple[Fault, ...]:
    """The faults of a file: of its form, and where that is well, the rules that it breaks; warnings with them.

    A file that only says how a cloud is reached has no rules to break.
    """
    try:
        if is_access(path):
            load_access(path)
            return ()
        environment, lines = load_environment(path), read_lines(path)
    except FileError as error:
        return error.faults
    except InputError as error:
        return (Fault(path="", message=str(error)),)
    return tuple(
        Fault(
            path=each.path,
            message=each.message,
            line=lines.of_value(located(each.path)),
            source=each.source,
            is_warning=each.is_warning,
        )
        for each in problems(environment)
    )
