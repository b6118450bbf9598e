"""What must not be shown, taken out where text leaves this process.

Two nets. By value: whoever fetches a secret says so (``conceal``), and from then on it is taken out in every form that
logs, reports and error texts write it in. By look: tokens, private keys, passwords in URLs, and what stands behind a
key such as ``adminPass``, which no one here ever knew.

A word that reports need (``admin``) and what is shorter than four characters is not taken out by value: a gap in place
of each "admin" would tell what the password is, and leave nothing to read. Behind a key it is taken out all the same.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

from ostf_dual.redaction.known import Known
from ostf_dual.redaction.looks import without_lookalikes

__all__ = ["conceal", "is_concealed", "redact", "redacted"]

T = TypeVar("T")
_KNOWN = Known()


def conceal(value: str) -> str:
    """Remember a secret, so that ``redacted`` takes it out; returns it."""
    _KNOWN.add(value)
    return value


def is_concealed(text: str) -> bool:
    """Whether there is a known secret in a text."""
    return _KNOWN.without(text) != text


def redacted(text: str) -> str:
    """A text that may be shown: every secret in it is ``***``."""
    return without_lookalikes(_KNOWN.without(text))


def redact(value: T) -> T:
    """The same value with all texts in it redacted: in dataclasses, mappings and tuples, and in bytes that are text."""
    found: Any = value
    # By the exact type: an Enum's members are texts too, and are words of ours.
    if type(value) is str:
        found = redacted(found)
    elif isinstance(value, bytes):
        found = _redacted_bytes(value)
    elif isinstance(value, tuple):
        found = tuple(redact(each) for each in value)
    elif isinstance(value, Mapping):
        found = {key: redact(each) for key, each in value.items()}
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in dataclasses.fields(value) if field.init)
        found = dataclasses.replace(value, **{name: redact(getattr(value, name)) for name in names})
    result: T = found
    return result


def _redacted_bytes(content: bytes) -> bytes:
    try:
        return redacted(content.decode()).encode()
    except UnicodeDecodeError:  # a picture: no secret is written there
        return content
