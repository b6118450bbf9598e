"""What runs on a lab's node is taken away, and comes back whatever happens meanwhile."""

import io
from typing import TYPE_CHECKING, Any, cast

import pytest
from rich.console import Console

from ostf_dual.deployers.lab import outages
from ostf_dual.deployers.lab.deployer import LabDeployer
from ostf_dual.deployers.lab.mapping import mapped
from ostf_dual.deployers.lab.supervision import State
from ostf_dual.deployers.outages import Outages
from ostf_dual.deployers.progress import Progress
from ostf_dual.errors import OstfError
from tests.unit.lab.definitions import DUAL

if TYPE_CHECKING:
    from ostf_dual.deployers.lab.embedded import Lab


class Supervisor:
    """Programs in memory, by node."""

    def __init__(self) -> None:
        self.running = {"nova-vm1": "esx-1", "ceilometer-vm1": "esx-1", "nova-kvm-1": "kvm-1"}
        self.stopped: list[str] = []

    def states(self) -> tuple[State, ...]:
        return tuple(
            State(
                node=node, name=name, state="STOPPED" if name in self.stopped else "RUNNING", pid=1, detail=""
            )
            for name, node in self.running.items()
        )

    def state(self, name: str) -> State:
        return next(each for each in self.states() if each.name == name)

    def stop(self, name: str) -> None:
        self.stopped.append(name)

    def start(self, name: str) -> None:
        self.stopped.remove(name)


class Standing:
    """As much of a lab as an outage asks."""

    shape = mapped(DUAL, lambda _: "", {}).shape
    layout: Any = type("Layout", (), {"name": "one"})

    def __init__(self) -> None:
        self.supervisor = Supervisor()


@pytest.fixture
def standing() -> Standing:
    return Standing()


def test_all_of_a_node_is_gone_while_it_lasts_and_back_at_its_end(standing: Standing) -> None:
    lab, told = cast("Lab", standing), io.StringIO()
    progress, gone = Progress(Console(file=told, width=120)), []

    def disturb() -> None:
        with outages.lost(lab, outages.services_of(lab, "esx-1"), "node esx-1", progress):
            gone.extend(standing.supervisor.stopped)
            raise AssertionError("meanwhile")

    with pytest.raises(AssertionError, match="meanwhile"):
        disturb()
    progress.close()

    assert gone == ["ceilometer-vm1", "nova-vm1"]
    assert standing.supervisor.stopped == []
    assert "Bring back node esx-1" in told.getvalue()


def test_a_node_that_is_not_there_is_told_with_those_that_are(standing: Standing) -> None:
    with pytest.raises(OstfError, match="no node 'esx-9'; it has: controller, kvm-1, esx-1"):
        outages.services_of(cast("Lab", standing), "esx-9")


def test_the_labs_deployer_can_take_parts_away() -> None:
    assert isinstance(LabDeployer(), Outages)
