"""What a run found, as values. Reports are made from these, and from nothing else."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from ostf_dual.environment.model import Hypervisor
from ostf_dual.runs.exit_code import ExitCode


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    BROKEN = "broken"
    LEAKED = "leaked"
    UNSUPPORTED = "unsupported"
    NOT_CONFIGURED = "not_configured"
    NOT_DEPLOYED = "not_deployed"
    SKIPPED = "skipped"

    @property
    def is_answer(self) -> bool:
        """Whether the question was put, so that the check counts as executed."""
        return self in {Outcome.PASSED, Outcome.FAILED, Outcome.BROKEN, Outcome.LEAKED}

    @property
    def is_fault(self) -> bool:
        """Whether somebody has to look at it."""
        return self in {Outcome.FAILED, Outcome.BROKEN, Outcome.LEAKED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A numbered part of a check; steps inside steps are numbered on, in the order in which they began."""

    number: int
    title: str
    passed: bool
    started_at: datetime
    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Something to look at, kept beside the result.

    Attributes:
        step: Number of the step that was under way; None: it was between steps.
    """

    name: str
    media_type: str
    content: bytes
    step: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The most likely cause of a fault, as a rule of diagnosis names it.

    Attributes:
        kind: Where it lies: service, scheduling, image, storage, network, vcenter, guest ...
        next_command: What to run next, ready to be pasted.
        source: From where it is known that this is a cause.
    """

    kind: str
    text: str
    next_command: str
    source: str

    def __str__(self) -> str:
        return f"most likely ({self.kind}): {self.text}\nnext: {self.next_command}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One check in one zone.

    Attributes:
        check: Id in the catalogue ("BOOT-01").
        case: What tells results of one check in one zone apart (a meter's name); empty where there is one.
        name: Of the test function, without parameters.
        title: The question, in words that hold for every zone.
        zone: Label of the zone; None for a question about the whole cloud.
        hypervisor: Of that zone.
        message: Why it did not pass; empty if it did.
        trace: For whoever debugs the check itself; empty if it passed.
        cause: What diagnosis makes of a fault; None where no rule fits.
    """

    check: str
    case: str = ""
    name: str
    title: str
    description: str = ""
    profile: str
    layer: str
    zone: str | None
    hypervisor: Hypervisor | None
    outcome: Outcome
    started_at: datetime
    duration_s: float
    message: str = ""
    trace: str = ""
    steps: tuple[Step, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    cause: Cause | None = None

    @property
    def told(self) -> str:
        """The message, and the most likely cause with what to do next where there is one."""
        return f"{self.message}\n{self.cause}" if self.cause else self.message

    @property
    def subject(self) -> str:
        """What names it on a line of text, apart from the zone."""
        return f"{self.check} {self.case}" if self.case else self.check


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneState:
    """A zone of the run.

    Attributes:
        expected: Whether the run's verdict depends on it.
        witness_missing: Why its hypervisor could not be asked; None where it could.
        facts: What it consists of, name to value: driver, hosts, image ...
    """

    label: str
    name: str
    hypervisor: Hypervisor
    expected: bool = True
    witness_missing: str | None = None
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a run could not go its way, and the exit code that says so."""

    code: ExitCode
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a run was asked for: what it takes to ask the same again. There are no secrets in it.

    Attributes:
        environment: The environment file, absolute.
        expect: Zones given beside it; None: those of the file count.
        paths: Where the checks were looked for, absolute.
        selection: What pytest's ``-k`` and ``-m`` said; empty: all of the profile.
        rerun_of: The run whose faults were asked about again.
    """

    profile: str = "full"
    environment: Path | None = None
    expect: tuple[str, ...] | None = None
    openstack_only: bool = False
    paths: tuple[str, ...] = ()
    selection: str = ""
    rerun_of: str | None = None

    @property
    def is_part(self) -> bool:
        """Whether the run left out checks of its profile, as it was told to."""
        return bool(self.selection or self.rerun_of or any("::" in path for path in self.paths))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """A whole run.

    Attributes:
        missing: Expected zones that the cloud does not have.
        unverified: Whose certificates were not verified, since the user said so.
        removed: What clean-up removed, a readable line each.
        leftovers: What clean-up could not remove, likewise.
        openstack_only: The user accepts a verdict without the second witness.
        facts: What the cloud consists of, name to value: releases, APIs.
        of_scenarios: Its results are system scenarios, which deploy clouds and check their zones in runs of their own.
    """

    run_id: str
    cloud: str
    started_at: datetime
    wall_s: float
    zones: tuple[ZoneState, ...] = ()
    missing: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    removed: tuple[str, ...] = ()
    leftovers: tuple[str, ...] = ()
    problem: Problem | None = None
    interrupted: bool = False
    openstack_only: bool = False
    of_scenarios: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    asked: Asked = field(default_factory=Asked)
