"""The spec's own scenario, from nothing to nothing, on a lab of its own. It takes seven minutes."""

from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.memory import Memory
from tests.proofs.scenarios import DEFINITIONS, ScenarioItem

CLOUD = "sys-add-vcenter"


def test_a_kvm_cloud_gets_vcenter_and_nothing_is_left_of_it() -> None:
    wrong = ScenarioItem("add-vcenter", DEFINITIONS / "qemu-and-vcenter.yaml").tried()

    assert wrong == []
    assert not Lab(CLOUD).layout.state.exists()
    assert Memory(CLOUD).state is None
