"""The JSON Schema of an environment file, for editors: made from the values' types and docstrings."""

import dataclasses
import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import TypeAdapter

from ostf_dual.environment import definition, model
from ostf_dual.environment.definition import MODES, SEGMENTATIONS, WAYS, Environment
from ostf_dual.environment.model import Secret
from ostf_dual.environment.roles import BY_NAME
from ostf_dual.environment.seconds import SUFFIX

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
TITLE: Final = "The definition of a cloud, for ostf-dual"

_CHOICES: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("Node", "roles"): tuple(BY_NAME),
    ("HighAvailability", "mode"): MODES,
    ("Network", "segmentation"): tuple(dict.fromkeys(each for known in SEGMENTATIONS.values() for each in known)),
    ("FuelMaster", "role"): WAYS,
}  # fmt: skip
"""What the rules hold a text to, so that an editor can offer it."""

_ATTRIBUTE = re.compile(r"    (\w+): (.+)")


def environment_schema() -> dict[str, Any]:
    """The schema; a file that it takes may still break rules, which `ostf-dual env check` knows."""
    found = TypeAdapter(Environment).json_schema()
    definitions = found.pop("$defs")
    root = _told("Environment", found)
    return {
        "$schema": DIALECT,
        **root,
        "title": TITLE,
        "$defs": {name: _told(name, definitions[name]) for name in sorted(definitions)},
    }


def _told(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A type's schema with its own words, and without the titles that repeat the keys."""
    kind = getattr(definition, name, None) or getattr(model, name)
    documentation = inspect.getdoc(kind) or ""
    told: dict[str, Any] = {**schema, "description": _summary(documentation)}
    told.pop("title", None)
    if kind is Secret:
        told.update(minProperties=1, maxProperties=1)
    if dataclasses.is_dataclass(kind):
        attributes = dict(_attributes(documentation))
        told["properties"] = {
            key: _property(key, value, _CHOICES.get((name, key)), attributes.get(key))
            for key, value in schema.get("properties", {}).items()
        }
    return told


def _property(
    name: str, schema: dict[str, Any], choices: tuple[str, ...] | None, about: str | None
) -> dict[str, Any]:
    told = {key: value for key, value in schema.items() if key != "title"}
    if choices and "items" in told:
        told["items"] = {**told["items"], "enum": list(choices)}
    elif choices:
        told["enum"] = list(choices)
    if name.endswith(SUFFIX):
        told["exclusiveMinimum"] = 0
    return {**told, "description": about.replace("``", "`")} if about else told


def _summary(documentation: str) -> str:
    return " ".join(documentation.partition("Attributes:")[0].replace("``", "`").split())


def _attributes(documentation: str) -> Iterator[tuple[str, str]]:
    """Name and words of each line group below ``Attributes:``."""
    name, words = "", ""
    for line in documentation.partition("Attributes:")[2].splitlines():
        if found := _ATTRIBUTE.fullmatch(line):
            if name:
                yield name, words
            name, words = found[1], found[2]
        elif name and line.strip():
            words = f"{words} {line.strip()}"
    if name:
        yield name, words
