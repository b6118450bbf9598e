"""A run as its ``summary.json`` tells it: what is left of a run once it has ended."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ostf_dual.errors import InputError
from ostf_dual.runs.profiles import holds
from ostf_dual.runs.result import Asked, Outcome

Key = tuple[str, str, str | None]
"""Check, case and zone: one question in one place, in whichever run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCheck:
    """One check in one zone, as it ended."""

    id: str
    case: str
    zone: str | None
    title: str
    profile: str
    outcome: Outcome
    duration_s: float
    message: str

    @property
    def key(self) -> Key:
        """What it has in common with itself in other runs."""
        return self.id, self.case, self.zone

    def __str__(self) -> str:
        return " ".join(filter(None, (self.id, self.case, self.zone or "cloud")))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRun:
    """A run that has ended.

    Attributes:
        source: The file that says so.
        missing_zones: Expected, and not there.
    """

    source: Path
    run_id: str
    cloud: str
    started_at: datetime
    wall_s: float
    exit_code: int
    reasons: tuple[str, ...]
    zones: tuple[str, ...]
    missing_zones: tuple[str, ...]
    checks: tuple[KeptCheck, ...]
    leftovers: tuple[str, ...]
    asked: Asked

    @property
    def faults(self) -> tuple[KeptCheck, ...]:
        """What somebody has to look at."""
        return tuple(check for check in self.checks if check.outcome.is_fault)

    def was_to_ask(self, check: KeptCheck) -> bool:
        """Whether it was meant to ask what another run has asked: it was whole, and of that profile or a wider one."""
        return not self.asked.is_part and holds(self.asked.profile, check.profile)

    @property
    def to_ask_again(self) -> tuple[KeptCheck, ...]:
        """The faults that a new run can tell of: what an old one left, it would look for among its own things."""
        return tuple(check for check in self.faults if check.outcome is not Outcome.LEAKED)

    def count(self, outcome: Outcome) -> int:
        """How many checks ended so."""
        return sum(check.outcome is outcome for check in self.checks)


def read_summary(path: Path) -> KeptRun:
    """Read a run's ``summary.json``.

    Raises:
        InputError: There is none, or it is no such file.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"the summary of a run cannot be read: {path}: {error.strerror}") from None
    except ValueError:
        raise InputError(f"{path} is no summary of a run: it is not JSON") from None
    try:
        return _run(path, content)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"{path} is no summary of a run, as ostf-dual writes it: {type(error).__name__}: {error}"
        ) from None


def _run(path: Path, content: dict[str, Any]) -> KeptRun:
    return KeptRun(
        source=path.absolute(),
        run_id=content["run_id"],
        cloud=content["cloud"],
        started_at=datetime.fromisoformat(content["started_at"]),
        wall_s=content["wall_s"],
        exit_code=content["exit_code"],
        reasons=tuple(content["reasons"]),
        zones=tuple(zone["label"] for zone in content["zones"]),
        missing_zones=tuple(content["missing_zones"]),
        checks=tuple(_check(each) for each in content["checks"]),
        leftovers=tuple(content["leftovers"]),
        asked=_asked(content.get("asked") or {}),  # summaries of 0.1 do not say
    )


def _check(content: dict[str, Any]) -> KeptCheck:
    return KeptCheck(
        id=content["id"],
        case=content["case"],
        zone=content["zone"],
        title=content["title"],
        profile=content["profile"],
        outcome=Outcome(content["outcome"]),
        duration_s=content["duration_s"],
        message=content["message"],
    )


def _asked(content: dict[str, Any]) -> Asked:
    known = {**content}
    if known.get("environment"):
        known["environment"] = Path(known["environment"])
    if known.get("expect") is not None:
        known["expect"] = tuple(known["expect"])
    known["paths"] = tuple(known.get("paths", ()))
    return Asked(**known)
