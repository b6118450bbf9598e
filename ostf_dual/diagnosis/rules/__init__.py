"""What is known to go wrong, the most telling first: the first rule that holds names the cause."""

from ostf_dual.diagnosis.findings import Case
from ostf_dual.diagnosis.rules.model import Rule
from ostf_dual.diagnosis.rules.placing import PLACING
from ostf_dual.diagnosis.rules.running import RUNNING
from ostf_dual.diagnosis.rules.services import SERVICES
from ostf_dual.diagnosis.rules.vcenter import VCENTER
from ostf_dual.runs.result import Cause

RULES: tuple[Rule, ...] = (*SERVICES, *VCENTER, *PLACING, *RUNNING)
"""Who does not serve explains everything; then vCenter, the way to a host, and the guest."""


def most_likely(case: Case) -> Cause | None:
    """The cause that the first rule names; None: none holds."""
    return next((cause for rule in RULES if (cause := rule.cause(case))), None)
