"""From what happened inside a test to an outcome and a message that a person can act on."""

import pytest

from ostf_dual.errors import NotAskedError, OstfError
from ostf_dual.redaction import redacted
from ostf_dual.runs.result import Outcome

_LINES, _CHARACTERS = 8, 1200
_REWRITTEN = "\nassert "
"""Where pytest's explanation begins, below the assertion's own text."""


def outcome_of(error: BaseException | None) -> Outcome:
    """What an exception, or none, says about the cloud."""
    match error:
        case None:
            return Outcome.PASSED
        case NotAskedError():
            return Outcome(error.outcome)
        case pytest.skip.Exception() | pytest.xfail.Exception():
            return Outcome.SKIPPED
        case AssertionError() | pytest.fail.Exception():
            return Outcome.FAILED
        case BaseExceptionGroup() if all(outcome_of(each) is Outcome.FAILED for each in error.exceptions):
            return Outcome.FAILED
        case _:
            return Outcome.BROKEN


def message_of(error: BaseException | None) -> str:
    """The cause in the words of whoever raised it, without secrets: an assertion's own text, where it has one."""
    match error:
        case None:
            return ""
        case BaseExceptionGroup():
            return _bounded("\n".join(message_of(each) for each in error.exceptions))
        case AssertionError():
            own = str(error).split(_REWRITTEN, 1)[0]
            return _bounded(_before_diff(own) or "an assertion without a message")
        case OstfError() | pytest.skip.Exception() | pytest.fail.Exception() | pytest.xfail.Exception():
            return _bounded(str(error))
        case _:
            return _bounded(f"{type(error).__name__}: {error}".removesuffix(": "))


def _before_diff(text: str) -> str:
    # Below a bare comparison pytest puts an empty line and a diff; the trace keeps it.
    lines = text.splitlines()
    blank = next((number for number, line in enumerate(lines) if not line.strip()), len(lines))
    return "\n".join(lines[:blank]) if text.startswith("assert ") else text


def _bounded(text: str) -> str:
    lines = (
        redacted(text).strip().splitlines()
    )  # before anything is cut: half a secret is not known by its value
    kept = "\n".join([*lines[:_LINES], "…"] if len(lines) > _LINES else lines)
    return kept if len(kept) <= _CHARACTERS else f"{kept[:_CHARACTERS]}…"
