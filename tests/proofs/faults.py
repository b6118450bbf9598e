"""The catalogue's faults, on the tests' lab: each turns just what it should."""

from collections.abc import Callable
from functools import cache

from rich.console import Console

from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.lab.faults import CATALOGUE, Fault
from ostf_dual.deployers.progress import Progress
from tests.conftest import LAB
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


def faults(console: Console) -> tuple[Item, ...]:
    """All of them."""

    @cache
    def lab() -> Lab:
        found, progress = Lab(LAB), Progress(console)
        found.up(progress)
        progress.close()
        # A proof that was killed may have left its disturbance behind.
        for each in found.supervisor.states():
            found.supervisor.start(each.name)
        return found

    return tuple(FaultItem(each, lab) for each in CATALOGUE)
