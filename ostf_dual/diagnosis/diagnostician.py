"""One run's diagnosis: gathers once for each kind of question in a zone, and names causes."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ostf_dual.diagnosis.collectors import COLLECTORS
from ostf_dual.diagnosis.findings import Case, Findings
from ostf_dual.diagnosis.gathering import Gathered, gather
from ostf_dual.diagnosis.rules import most_likely
from ostf_dual.diagnosis.subject import Subject
from ostf_dual.environment.model import Hypervisor
from ostf_dual.errors import OstfError
from ostf_dual.runs.result import Cause

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.zone import Zone


_POINTER = re.compile(r": see [A-Z]+-\d+(?:$|[: ])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What became of a look at one failure.

    Attributes:
        evidence: By name; only where it was gathered for this very failure.
    """

    cause: Cause | None = None
    evidence: tuple[tuple[str, object], ...] = ()


class Diagnostician:
    """Looks at failures. What was gathered for one explains the next of its kind in the same zone."""

    def __init__(self, cloud: "Cloud", run_id: str) -> None:
        self._cloud, self._run_id = cloud, run_id
        self._gathered: dict[tuple[str, str], Gathered] = {}

    def examine(self, check: str, zone: "Zone | None", message: str) -> Diagnosis:
        """Gather evidence where that was not done yet, and name the most likely cause.

        Args:
            check: Its id.
            zone: Where it failed; None: it is a question about the whole cloud.
            message: Why it says that it failed.
        """
        if zone is None:
            return Diagnosis(cause=most_likely(Case(check=check, message=message)))
        family = check.partition("-")[0]
        known = self._known(zone, family)
        if known is None and _POINTER.search(message):
            # What it rests on has failed: that result has the evidence.
            return Diagnosis(cause=most_likely(_case(check, zone, message, Findings())))
        gathered = known or self._gather(zone, family)
        return Diagnosis(
            cause=most_likely(_case(check, zone, message, gathered.findings)),
            evidence=() if known else gathered.evidence,
        )

    def _known(self, zone: "Zone", family: str) -> Gathered | None:
        """What was gathered before. Where a source hung, it would again: no time is lost to it twice in a zone."""
        mine = {asked: gathered for (label, asked), gathered in self._gathered.items() if label == zone.label}
        return mine.get(family) or next((gathered for gathered in mine.values() if gathered.hung), None)

    def _gather(self, zone: "Zone", family: str) -> Gathered:
        chosen = [each for each in COLLECTORS if family in each.families]
        subject = Subject(self._cloud, zone, self._run_id)
        gathered = gather(subject, chosen, budget_s=zone.budgets.diagnosis_s)
        self._gathered[zone.label, family] = gathered
        return gathered


def _case(check: str, zone: "Zone", message: str, findings: Findings) -> Case:
    return Case(
        check=check,
        message=message,
        zone=zone.name,
        hypervisor=zone.hypervisor,
        hosts=zone.hosts,
        volume_services=zone.volume_services,
        vcenter=_vcenter(zone),
        findings=findings,
    )


def _vcenter(zone: "Zone") -> str:
    if zone.hypervisor is not Hypervisor.VCENTER:
        return ""
    try:
        access = zone.vcenter.access
    except OstfError:
        return ""
    return f"{access.host}:{access.port}"
