"""The catalogue's faults, on the tests' lab: each turns just what it should."""

from collections.abc import Callable

from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.lab.faults import CATALOGUE, Fault
from tests.faults.trial import LabFaults, check, selection, verdict
from tests.proofs.item import Item


class FaultItem:
    """One fault."""

    kind = "fault"

    def __init__(self, fault: Fault, lab: Callable[[], Lab]) -> None:
        """Take the fault, and who brings the lab up when it is wanted."""
        self._fault, self._lab = fault, lab
        self.name = fault.name

    def tried(self) -> list[str]:
        """See ``Item.tried``."""
        with LabFaults(self._lab()).inject(self._fault) as environment:
            _, results = check(environment, *selection(self._fault))
        return verdict(self._fault, results)


def faults(lab: Callable[[], Lab]) -> tuple[Item, ...]:
    """All of them."""
    return tuple(FaultItem(each, lab) for each in CATALOGUE)
