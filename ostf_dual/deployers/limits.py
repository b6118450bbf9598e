"""What a definition asks for and its deployer can never carry: told from the file alone, before any cloud is asked."""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from pkgutil import resolve_name
from typing import Final

from ostf_dual.environment import checking
from ostf_dual.environment.definition import DeployerName, Environment
from ostf_dual.environment.fault import Fault, FileError
from ostf_dual.environment.lines import located
from ostf_dual.environment.load import is_access, load_environment, read_lines

_LIMITS: Final[Mapping[DeployerName, str]] = {
    DeployerName.LAB: "ostf_dual.deployers.lab.limits:beyond",
    DeployerName.NAILGUN: "ostf_dual.deployers.nailgun.refusals:beyond",
}
"""The other deployers' clouds are asked, or whoever deploys them."""
_SENTENCE = re.compile(r"(?:(?P<path>[a-z_]+(?:\.[^\s:]+)*): )?(?P<message>.+)", re.DOTALL)


def check(path: Path) -> tuple[Fault, ...]:
    """The faults of a file: its form, then the rules, then what its deployer can never carry; warnings with them."""
    faults = checking.check(path)
    if any(not each.is_warning for each in faults) or is_access(path):
        return faults
    environment, lines = load_environment(path), read_lines(path)
    found = []
    for sentence in _beyond(environment):
        match = _SENTENCE.fullmatch(sentence)
        where, message = (match["path"] or "", match["message"]) if match else ("", sentence)
        line = lines.of_value(located(_numbered(where, environment)))
        source = f"deployer {environment.deployer}"
        found.append(Fault(path=where, message=message, line=line, source=source))
    return (*faults, *found)


def admitted(path: Path) -> Environment:
    """A definition that has no fault.

    Raises:
        FileError: It has; all of them, with their lines, which a deployer no longer sees.
        InputError: It cannot be read.
    """
    if faults := [each for each in check(path) if not each.is_warning]:
        raise FileError(str(path), faults)
    return load_environment(path)


def _beyond(environment: Environment) -> Iterable[str]:
    name = _LIMITS.get(environment.deployer)
    if name is None:
        return ()
    beyond: Callable[[Environment], Iterable[str]] = resolve_name(name)
    return beyond(environment)


def _numbered(path: str, environment: Environment) -> str:
    """The path with the number of a node, or of an image, instead of its name: so the file is counted."""
    names = {
        "nodes": [each.name for each in environment.nodes],
        "images": [each.name for each in environment.images],
    }
    for key, found in names.items():
        for number, name in enumerate(found):
            begin = f"{key}.{name}"
            if path == begin or path.startswith(f"{begin}."):
                return f"{key}.{number}{path.removeprefix(begin)}"
    return path
