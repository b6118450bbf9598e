"""Where in a YAML text a value stands, and which keys stand there twice."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml

Location = tuple[int | str, ...]
_NUMBER = re.compile("[0-9]{1,6}")
_TAB = r"character '\t'"
"""As PyYAML calls it."""
_QUOTED = re.compile(r"'(?!<)[^']{2,}'")


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a text's values, by their path; counted from 1."""

    by_location: Mapping[Location, int] = field(default_factory=dict)
    twice: tuple[Location, ...] = ()

    @classmethod
    def of(cls, text: str) -> "Lines":
        """Of a text that can be parsed.

        Raises:
            yaml.YAMLError: It cannot.
        """
        found: dict[Location, int] = {}
        twice = []
        for location, line in _walk(yaml.compose(text, Loader=yaml.SafeLoader), (), set()):
            if location in found:
                twice.append(location)
            found[location] = line
        return cls(found, tuple(twice))

    def of_value(self, location: Location) -> int | None:
        """The line of a value, or of the nearest thing around it that is there."""
        for end in range(len(location), 0, -1):
            if (line := self.by_location.get(location[:end])) is not None:
                return line
        return None


def located(path: str) -> Location:
    """``nodes.2.roles`` as a location."""
    return tuple(int(part) if _NUMBER.fullmatch(part) else part for part in path.split("."))


def yaml_fault(error: Exception) -> str:
    """Where a text is no YAML, and why, to end a sentence: without words of the text, which may be secret."""
    mark = getattr(error, "problem_mark", None)
    where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
    problem = getattr(error, "problem", None) or "cannot be parsed"
    problem = problem.replace(_TAB, "a tab")
    return f"{where}: {_QUOTED.sub('...', problem)}"


def _walk(node: yaml.Node | None, location: Location, walked: set[int]) -> Iterator[tuple[Location, int]]:
    """Each value's place and line; what an alias repeats is walked once, since it may hold itself."""
    if node is None or id(node) in walked:
        return
    walked.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*location, key.value)
            yield inner, key.start_mark.line + 1
            yield from _walk(value, inner, walked)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            inner = (*location, number)
            yield inner, value.start_mark.line + 1
            yield from _walk(value, inner, walked)
