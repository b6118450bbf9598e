"""What keeps a whole run from its end."""

import traceback

from ostf_dual.errors import InputError, OstfError
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.result import Problem

_FRAMES = -4
"""The innermost frames of a traceback."""


def problem_of(error: Exception) -> Problem:
    """An error as the run's problem, with the exit code that it means."""
    match error:
        case InputError():
            return Problem(code=ExitCode.USAGE, message=str(error))
        case OstfError():
            return Problem(code=ExitCode.BROKEN, message=str(error))
        case _:  # a fault of ours: where it is, but not pytest's own 40 lines
            told = "".join(traceback.format_exception(error, limit=_FRAMES)).strip()
            return Problem(code=ExitCode.INTERNAL_ERROR, message=told)
