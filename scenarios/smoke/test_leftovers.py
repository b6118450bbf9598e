"""A run leaves a cloud as it found it."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ostf_dual.cloud.workbench import Workbench
    from ostf_dual.plugin.typing import Step


@pytest.mark.check("LEAK-01", profile="smoke", layer="hygiene")
def test_run_leaves_nothing(leftovers: tuple[str, ...], workbench: "Workbench", step: "Step") -> None:
    """After a run nothing of it is left in any API or on any hypervisor."""
    with step("all that was made could be removed"):
        assert not leftovers, "; ".join(leftovers)

    with step("nothing carries the run's marks, and no hypervisor has a file or guest of it"):
        remains = workbench.remains()
        assert not remains, "; ".join(remains)
