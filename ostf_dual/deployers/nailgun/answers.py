"""What a Fuel master's answers say: its bodies are not always what their headers call them. Pure."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ostf_dual.redaction import conceal, redacted

Conceal = Callable[[str], str]

_SCHEMA = "\n\nFailed validating"
_TRACEBACK = "Traceback (most recent call last)"
_PYTHON_2 = re.compile(r"\bu(?=['\"])")
_LONGEST = 600


class RefusedError(AssertionError):
    """The master understood, and said no."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status, and what the body holds: JSON, or text where it is none; None: it is empty."""

    status: int
    value: Any


def decoded(body: str) -> Any:
    """What a body holds, whatever its Content-Type says.

    Errors are JSON under `text/html`, some are plain text, and the answer to a change of one node is JSON in a
    JSON string.
    """
    value = _parsed(body)
    return _parsed(value) if isinstance(value, str) else value


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text.strip() or None


def words_of(answer: Answer) -> str:
    """The reason that an error gives, short enough for a person: no JSON schema, no traceback."""
    value = answer.value
    message = value.get("message") if isinstance(value, dict) else value
    text = str(message or "no reason given").split(_SCHEMA, maxsplit=1)[0].strip()
    if text.startswith(_TRACEBACK):
        text = f"a fault within the master: {text.splitlines()[-1].strip()}"
    text = redacted(_PYTHON_2.sub("", text))  # before it is cut: half a secret is not known by its value
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."


def concealing(secrets: Iterable[str]) -> Conceal:
    """A function that takes these secrets out of a text, and whatever else is known to be one."""
    for each in secrets:
        conceal(each)
    return redacted
