"""What differs between two definitions, in words that a person would use. Pure, but for pydantic."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from ostf_dual.environment.definition import Environment
from ostf_dual.environment.written import environment_to_values

Path = tuple[str, ...]

_NAMED_BY: Final[Mapping[Path, str]] = {
    ("nodes",): "name",
    ("images",): "name",
    ("vmware", "zones"): "name",
    ("vmware", "zones", "*", "clusters"): "service_name",
    ("access", "libvirt"): "host",
    ("access", "vcenters"): "name",
}
"""Lists whose entries have names, by which they are the same in two definitions."""
_SECTIONS: Final = {("vmware",)}
"""What is told piece by piece also where the whole of it comes or goes."""

_CALLED: Final[Mapping[Path, str]] = {
    ("nodes", "*"): "node",
    ("images", "*"): "image",
    ("vmware", "zones", "*"): "vCenter zone",
    ("vmware", "zones", "*", "clusters", "*"): "vSphere service",
    ("zones", "*"): "what is said of zone",
}


class Kind(StrEnum):
    """What became of a value from the first definition to the second."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that differs.

    Attributes:
        path: As ``nodes.compute-1.roles``: entries of lists by their names.
        what: The same, as a person would say it.
        before: As in JSON; None where it is not there.
    """

    kind: Kind
    path: str
    what: str
    before: Any = None
    after: Any = None

    def __str__(self) -> str:
        if self.kind is Kind.ADDED:
            return f"{self.what} comes: {_said(self.after)}"
        if self.kind is Kind.REMOVED:
            return f"{self.what} goes: {_said(self.before)}"
        return f"{self.what}: {_said(self.before)} becomes {_said(self.after)}"


def differences(before: Environment, after: Environment) -> tuple[Difference, ...]:
    """Everything that differs, defaults filled in on both sides; none: they define the same cloud."""
    return tuple(_between((), (), environment_to_values(before), environment_to_values(after)))


def _between(path: Path, kinds: Path, before: Any, after: Any) -> Iterator[Difference]:
    """Walk both at once.

    Args:
        path: Where, with names.
        kinds: The same with ``*`` for each name.
        before: A part of the first.
        after: The same part of the second.
    """
    if before == after:
        return
    if kinds in _SECTIONS:
        before, after = before or {}, after or {}
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*before, *(each for each in after if each not in before)]:
            yield from _between((*path, key), (*kinds, _generic(kinds, key)), before.get(key), after.get(key))
    elif name := _NAMED_BY.get(kinds):
        yield from _between(path, kinds, *(_by_name(side or (), name) for side in (before, after)))
    elif _is_words(before) and _is_words(after) and (before and after):
        yield from _between_words(path, kinds, before, after)
    else:
        kind = Kind.ADDED if _is_empty(before) else Kind.REMOVED if _is_empty(after) else Kind.CHANGED
        yield _difference(kind, path, kinds, before, after)


def _between_words(
    path: Path, kinds: Path, before: Sequence[str], after: Sequence[str]
) -> Iterator[Difference]:
    for word in before:
        if word not in after:
            yield _difference(Kind.REMOVED, path, kinds, word, None)
    for word in after:
        if word not in before:
            yield _difference(Kind.ADDED, path, kinds, None, word)
    if set(before) == set(after):  # another order
        yield _difference(Kind.CHANGED, path, kinds, before, after)


def _by_name(entries: Sequence[Mapping[str, Any]], name: str) -> dict[str, dict[str, Any]]:
    return {each[name]: {key: value for key, value in each.items() if key != name} for each in entries}


def _difference(kind: Kind, path: Path, kinds: Path, before: Any, after: Any) -> Difference:
    return Difference(
        kind=kind,
        path=".".join(path),
        what=_called(path, kinds),
        before=None if _is_empty(before) else before,
        after=None if _is_empty(after) else after,
    )


def _generic(kinds: Path, key: str) -> str:
    is_name = kinds in _NAMED_BY or kinds == ("zones",)
    return "*" if is_name else key


def _called(path: Path, kinds: Path) -> str:
    for end in range(len(kinds), 0, -1):
        if (noun := _CALLED.get(kinds[:end])) is not None:
            rest = " ".join(path[end:]).replace("_", " ")
            return f"{noun} {path[end - 1]}{f', {rest}' if rest else ''}"
    return " ".join(path).replace("_", " ")


def _is_words(value: Any) -> bool:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and all(isinstance(each, str) for each in value)
    )


def _is_empty(value: Any) -> bool:
    return value is None or value in ([], {})


def _said(value: Any) -> str:
    """A value in a line: entries with names by these, the rest as `key value`; what is not there is left out."""
    if isinstance(value, Mapping):
        told = (
            f"{key.replace('_', ' ')} {_said(each)}" for key, each in value.items() if not _is_empty(each)
        )
        return ", ".join(told) or "nothing"
    if isinstance(value, list | tuple):
        return ", ".join(_entry(each) for each in value) or "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value is None else str(value)


def _entry(value: Any) -> str:
    """An entry of a list, by its name where it has one."""
    if not isinstance(value, Mapping):
        return _said(value)
    return next((str(value[key]) for key in ("name", "service_name", "host") if key in value), _said(value))
