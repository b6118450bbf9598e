"""Times in a file: each is finite and more than 0. By their names, which end with their unit."""

import dataclasses
from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any, Final

from ostf_dual.environment.lines import Location

SUFFIX: Final = "_s"


def faults_of_seconds(value: Any, location: Location = ()) -> Iterator[tuple[Location, str]]:
    """Times that would end at once or never, wherever they stand in a value."""
    for key, inner in _inside(value):
        place = (*location, key)
        if isinstance(key, str) and key.endswith(SUFFIX) and isinstance(inner, int | float):
            if not (isfinite(inner) and inner > 0):
                yield place, f"wanted more than 0 seconds, and an end, not {inner:g}"
        else:
            yield from faults_of_seconds(inner, place)


def _inside(value: Any) -> Iterator[tuple[int | str, Any]]:
    if dataclasses.is_dataclass(value):
        yield from ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
    elif isinstance(value, Mapping):
        yield from ((str(key), inner) for key, inner in value.items())
    elif isinstance(value, tuple):
        yield from enumerate(value)
