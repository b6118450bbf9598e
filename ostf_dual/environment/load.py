"""YAML -> ``Environment`` and ``Access``. With `written`, the only user of pydantic."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from ostf_dual.environment.adapters import adapter_of
from ostf_dual.environment.conversion.addition import Addition
from ostf_dual.environment.definition import Environment
from ostf_dual.environment.fault import Fault, FileError
from ostf_dual.environment.hints import hint
from ostf_dual.environment.lines import Lines, Location, yaml_fault
from ostf_dual.environment.model import Access
from ostf_dual.environment.reach import faults_of_access
from ostf_dual.environment.seconds import faults_of_seconds
from ostf_dual.environment.secret import conceal_variable, secrets_in
from ostf_dual.errors import InputError

T = TypeVar("T")
_OF_A_DEFINITION = frozenset({"name", "release", "deployer"})
_KEY = "[key]"
"""What pydantic says after a mapping's key that is no good."""


def load_access(path: Path, *, cloud: str | None = None, default_cloud: str | None = None) -> Access:
    """Read an environment file.

    Paths in it are relative to the file's folder; ``~`` is the home folder.

    Args:
        path: The file.
        cloud: Name in clouds.yaml that goes before the file's own ``cloud``.
        default_cloud: Name for a file that has none.

    Raises:
        InputError: Every fault at once, a line each, with its path in the file. No value is shown: it may
            be a secret that somebody wrote where a reference belongs.
    """
    text = _read(path)
    content = _parse(text, str(path))
    named = cloud or content.get("cloud") or default_cloud
    if named is not None:
        content = {**content, "cloud": named}
    return _validated(Access, content, text, str(path), path.absolute().parent)


def load_environment(path: Path) -> Environment:
    """Read the definition of a cloud.

    Raises:
        InputError: Every fault at once, as ``load_access``.
    """
    text = _read(path)
    return _validated(Environment, _parse(text, str(path)), text, str(path), path.absolute().parent)


def load_addition(path: Path) -> Addition:
    """Read the half of a definition that a cloud with one hypervisor gets.

    Raises:
        InputError: Every fault at once, as ``load_access``.
    """
    text = _read(path)
    return _validated(Addition, _parse(text, str(path)), text, str(path), path.absolute().parent)


def is_definition(path: Path) -> bool:
    """Whether a file defines a cloud: it has a key that none can do without, and that an access never has.

    Raises:
        InputError: It cannot be read, or is not YAML.
    """
    return not _OF_A_DEFINITION.isdisjoint(_parse(_read(path), str(path)))


def is_access(path: Path) -> bool:
    """Whether a file only says how a cloud is reached.

    Raises:
        InputError: It cannot be read, or is not YAML.
    """
    return not is_definition(path)


def parse_access(text: str, source: str, folder: Path) -> Access:
    """An access that a program printed, as YAML or JSON.

    Args:
        text: What it printed.
        source: What messages call it.
        folder: From where relative paths count.

    Raises:
        InputError: Every fault at once, as ``load_access``.
    """
    return _validated(Access, _parse(text, source), text, source, folder)


def read_lines(path: Path) -> Lines:
    """Where in a file its values stand.

    Raises:
        InputError: It cannot be read, or is not YAML.
    """
    text = _read(path)
    _parse(text, str(path))
    return Lines.of(text)


def _validated(kind: type[T], content: Mapping[str, object], text: str, source: str, folder: Path) -> T:
    lines = Lines.of(text)
    faults = [(location, "stands twice") for location in lines.twice]
    value: T | None = None
    try:
        value = adapter_of(kind).validate_python(content)
        faults += (*faults_of_seconds(value), *faults_of_access(value))
    except ValidationError as error:
        wrong = [(each["loc"], hint(kind, each)) for each in error.errors(include_url=False)]
        faults += (*wrong, *_faults_of_the_rest(kind, content, [location for location, _ in wrong]))
    if faults or value is None:
        faults.sort(key=lambda each: lines.of_value(each[0]) or 0)
        raise FileError(source, [_fault(location, told, lines) for location, told in faults])
    for secret in secrets_in(value):
        conceal_variable(secret)
    try:
        anchored: T = _anchored(value, folder)
    except RuntimeError as error:  # ~NAME of a user who is not there
        raise FileError(source, [Fault(path="", message=str(error))]) from None
    return anchored


def _faults_of_the_rest(
    kind: type[T], content: Mapping[str, object], wrong: Sequence[Location]
) -> Iterator[tuple[Location, str]]:
    """What the types do not tell, of what is left without the values that they refuse: all is told at once."""
    rest: Any = deepcopy(content)
    for *above, last in wrong:
        if isinstance(last, str):  # without an item of a list, the others would have other places
            with suppress(LookupError, TypeError):  # it is missing, or within what is gone already
                del reduce(getitem, above, rest)[last]
    with suppress(ValidationError):  # what is needed is missing
        value = adapter_of(kind).validate_python(rest)
        yield from (*faults_of_seconds(value), *faults_of_access(value))


def _fault(location: Location, told: str, lines: Lines) -> Fault:
    place = tuple(part for part in location if part != _KEY)
    return Fault(path=".".join(map(str, place)), message=told, line=lines.of_value(place))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"the environment file cannot be read: {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"the environment file is not UTF-8 text: {path}") from None


def _parse(text: str, source: str) -> Mapping[str, object]:
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError(f"{source} is not YAML{yaml_fault(error)}") from None
    except ValueError:
        # A date or a number that is none: PyYAML lets Python's own error through.
        raise InputError(
            f"{source} is not YAML: a date or a number in it is none; put it in quotes"
        ) from None
    except RecursionError:
        raise InputError(f"{source} does not hold an environment: it is nested too deeply") from None
    if content is None:
        return {}
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        raise InputError(
            f"{source} does not hold an environment: wanted keys and values, as in `cloud: NAME`"
        )
    return content


def _anchored(value: Any, folder: Path) -> Any:
    """The same value, each path in it absolute."""
    if isinstance(value, Path):
        return folder / value.expanduser()
    if isinstance(value, tuple):
        return tuple(_anchored(each, folder) for each in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in dataclasses.fields(value))
        return dataclasses.replace(value, **{name: _anchored(getattr(value, name), folder) for name in names})
    return value
