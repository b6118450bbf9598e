"""What becomes of one test, from its set-up to its clean-up, as one result."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ostf_dual.environment.model import Budgets, Hypervisor
from ostf_dual.plugin.catalogue import description_of
from ostf_dual.plugin.checks import case_of, check_of, fixtures_of, title_of, zone_of
from ostf_dual.plugin.outcomes import message_of, outcome_of
from ostf_dual.redaction import redact
from ostf_dual.reports.arrangement import CLOUD
from ostf_dual.reports.events import CheckBegan
from ostf_dual.runs.recorder import Recorder
from ostf_dual.runs.result import Cause, Outcome, Result

if TYPE_CHECKING:
    from ostf_dual.diagnosis.diagnostician import Diagnostician

RECORD: pytest.StashKey["Record | None"] = pytest.StashKey()


class Record:
    """Gathers what pytest reports of a check."""

    def __init__(self, item: pytest.Function) -> None:
        check = check_of(item)
        assert check is not None, "only checks have records"  # noqa: S101
        self.recorder = Recorder()
        self._item = item
        self._check = check
        self._zone = zone_of(item)
        self._outcome = Outcome.PASSED
        self._message = self._trace = ""
        self._cause: Cause | None = None
        self._is_examined = False
        self._started_at = datetime.now(UTC)
        self._duration_s = 0.0

    @classmethod
    def of(cls, item: pytest.Item) -> "Record | None":
        """The record of a test, made when first asked for; None for a test that is no check."""
        if RECORD not in item.stash and isinstance(item, pytest.Function) and check_of(item):
            item.stash[RECORD] = cls(item)
        return item.stash.get(RECORD, None)

    @property
    def subject(self) -> str:
        """What names the check on a line of text."""
        return f"{self._check.id} {case_of(self._item)}".strip()

    @property
    def place(self) -> str:
        """Where the question is put."""
        return self._zone.label if self._zone else CLOUD

    def began(self, budgets: Budgets) -> CheckBegan:
        """That the question is put, with how long its waiting may take in all."""
        return CheckBegan(
            subject=self.subject,
            zone=self._zone.label if self._zone else None,
            budget_s=sum(getattr(budgets, name) for name in self._check.budgets) or None,
            step=lambda: self.recorder.current,
        )

    def add(self, call: pytest.CallInfo[None], report: pytest.TestReport) -> None:
        """Add a phase. The first that did not pass decides; what follows it is told as well."""
        self._duration_s += call.duration
        error = call.excinfo.value if call.excinfo else None
        if isinstance(error, KeyboardInterrupt):
            return
        outcome = outcome_of(error)
        if outcome is Outcome.FAILED and "leftovers" in fixtures_of(self._item):
            outcome = Outcome.LEAKED
        if outcome is Outcome.PASSED:
            return
        if not outcome.is_answer:
            # pytest's own count agrees with ours, whatever shows it.
            report.outcome = "skipped"
            report.longrepr = (str(self._item.path), 0, f"{outcome.value}: {message_of(error)}")
        if self._outcome is Outcome.PASSED:
            self._outcome, self._message = outcome, message_of(error)
            self._trace = report.longreprtext if outcome.is_fault else ""
        else:
            self._message += f"\nand in the {report.when}: {message_of(error)}"

    @property
    def is_to_examine(self) -> bool:
        """Whether it has failed, and nobody has looked at why."""
        return self._outcome.is_fault and not self._is_examined

    def examine(self, diagnostician: "Diagnostician") -> None:
        """Keep the most likely cause of the fault, and the evidence for it."""
        self._is_examined, self.recorder.current = True, "finding out why"  # as who watches is told
        diagnosis = diagnostician.examine(self._check.id, self._zone, self._message)
        self._cause = diagnosis.cause
        for name, content in diagnosis.evidence:
            self.recorder.attach(name, content)

    def result(self) -> Result:
        """The result, when every phase is in; there is no secret in it."""
        title, _ = title_of(self._item)
        result = Result(
            check=self._check.id,
            case=case_of(self._item),
            name=self._item.originalname,
            title=title,
            description=description_of(self._item),
            profile=self._check.profile,
            layer=self._check.layer,
            zone=self._zone.label if self._zone else None,
            hypervisor=Hypervisor(self._zone.hypervisor) if self._zone else None,
            outcome=self._outcome,
            started_at=self._started_at,
            duration_s=self._duration_s,
            message=self._message,
            trace=self._trace,
            steps=self.recorder.steps,
            evidence=self.recorder.evidence,
            cause=self._cause,
        )
        return redact(result)
