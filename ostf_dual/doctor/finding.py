"""One thing that was looked at."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ostf_dual.runs.exit_code import ExitCode

MACHINE, CLOUD, WITNESSES, LAB = "this machine", "the cloud", "the hypervisors", "the lab (only for `lab up`)"


class State(StrEnum):
    """How it is: WARN where a full run can do without it."""

    OK = "ok"
    WARN = "warn"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        group: What it belongs to.
        found: How it is, in a line.
        mend: What to do about it; empty where nothing is to be done.
        bars: Whether no question can be put to the cloud before it is mended.
    """

    group: str
    item: str
    state: State
    found: str
    mend: str = ""
    bars: bool = False


def exit_code(findings: Iterable[Finding]) -> ExitCode:
    """0: a full run has all that it needs. 5: it could not prove everything. 6: it could not ask anything."""
    missing = [finding for finding in findings if finding.state is State.MISSING]
    if any(finding.bars for finding in missing):
        return ExitCode.BROKEN
    return ExitCode.UNPROVEN if missing else ExitCode.OK
