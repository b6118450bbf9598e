"""What happens in a run, as values: views tell it to people, and to programs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ostf_dual.environment.model import Hypervisor
from ostf_dual.runs.result import Result, RunResult
from ostf_dual.runs.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class RunBegan:
    """The cloud is asked what it has."""

    run_id: str
    cloud: str
    profile: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ZonesFound:
    """The zones that there are: hypervisor by label."""

    zones: Mapping[str, Hypervisor]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksChosen:
    """What is to be asked.

    Attributes:
        counts: Checks by place: the label of a zone, or "cloud".
        needs: What is made for them meanwhile, in the background.
        ground: Where that is made: "in the given project", "in a project of its own" ...
    """

    counts: Mapping[str, int]
    needs: tuple[str, ...] = ()
    ground: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckBegan:
    """A question is put.

    Attributes:
        subject: Check and case.
        zone: Label of the zone; None: the whole cloud.
        budget_s: How long its waiting may take in all; None: it does not wait.
        step: Asked for the step that is under way.
    """

    subject: str
    zone: str | None
    budget_s: float | None = None
    step: Callable[[], str] = field(default=str, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckEnded:
    """It is answered, or could not be."""

    result: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class CleaningUp:
    """What the run made is being removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something that concerns no check."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """All is told in the folder of reports; None: the run was refused, and wrote none."""

    run: RunResult
    verdict: Verdict
    reports: Path | None


Event = RunBegan | ZonesFound | ChecksChosen | CheckBegan | CheckEnded | CleaningUp | Remark | RunEnded
