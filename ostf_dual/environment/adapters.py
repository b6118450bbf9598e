"""What checks, reads and writes values of a kind: built once, since that takes longer than to use it."""

from collections.abc import Callable
from functools import cache
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")
_built: Final[Callable[[type], TypeAdapter[Any]]] = cache(TypeAdapter)


def adapter_of(kind: type[T]) -> TypeAdapter[T]:
    """The adapter of a kind of values."""
    return _built(kind)
