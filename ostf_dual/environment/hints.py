"""From a fault that pydantic found to words that help whoever wrote the file. No value of the file is in them."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any

from ostf_dual.environment.lines import Location
from ostf_dual.environment.nsx import TOLD as NO_NSX
from ostf_dual.environment.nsx import is_nsx
from ostf_dual.environment.suggestion import suggested

_TOLD = {
    "unexpected_keyword_argument": "no such key",
    "missing": "is missing",
    "tuple_type": "wants a list, as [ONE, OTHER]; a single one is [ONE]",
    "dict_type": "wants keys and values of its own",
    "mapping_type": "wants keys and values of its own",
    "dataclass_type": "wants keys and values of its own",
}

_FEW = 5
"""Keys that can be told in a message."""


def hint(kind: Any, fault: Mapping[str, Any]) -> str:
    """What is wrong at a place, and what was probably meant.

    Args:
        kind: The type that the whole content was to be.
        fault: One of pydantic's errors, with context and input.
    """
    location: Location = fault["loc"]
    told = _TOLD.get(fault["type"]) or str(fault["msg"]).removeprefix("Value error, ")
    if _asks_for_nsx(fault):
        return NO_NSX
    if fault["type"] == "unexpected_keyword_argument":
        return f"{told}{suggested(str(location[-1]), _keys(_type_at(kind, location[:-1])))}"
    if fault["type"] == "dataclass_type" and (keys := _keys(_type_at(kind, location))):
        *others, last = keys
        some = f"{', '.join(others)} or {last}" if others else last
        return f"{told}: {some}" if len(keys) <= _FEW else told
    if fault["type"] in {"enum", "literal_error"}:
        known = [each.strip("'") for each in fault["ctx"]["expected"].replace(" or ", ", ").split(", ")]
        near = suggested(str(fault["input"]), known)
        return f"wanted {' or '.join(known)}{near if 'mean' in near else ''}"
    if fault["type"] == "string_type" and isinstance(fault["input"], int | float):
        return "is a number to YAML: put it in quotes"
    return told


def _asks_for_nsx(fault: Mapping[str, Any]) -> bool:
    location: Location = fault["loc"]
    if location[:1] != ("network",):
        return False
    is_key = fault["type"] == "unexpected_keyword_argument"
    return is_nsx(location[-1] if is_key else fault["input"])


def _keys(kind: Any) -> list[str]:
    return [field.name for field in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else []


def _type_at(kind: Any, location: Location) -> Any:
    """The type of what stands at a place; None where it cannot be told."""
    for part in location:
        kind = _bare(kind)
        if dataclasses.is_dataclass(kind):
            kind = typing.get_type_hints(kind).get(str(part))
        elif arguments := typing.get_args(kind):
            kind = arguments[-1] if isinstance(part, str) else arguments[0]
    return _bare(kind)


def _bare(kind: Any) -> Any:
    """The type without its ``| None``."""
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        return next((each for each in typing.get_args(kind) if each is not type(None)), None)
    return kind
