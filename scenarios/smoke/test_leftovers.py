"""A run leaves a cloud as it found it."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ostf_dual.cloud.workbench import Workbench
    from ostf_dual.plugin.typing import Evidence, Step


@pytest.mark.check("LEAK-01", profile="smoke", layer="hygiene", budgets=("delete_s",))
def test_run_leaves_nothing(
    leftovers: tuple[str, ...], workbench: "Workbench", step: "Step", evidence: "Evidence"
) -> None:
    """After a run nothing of it is left in any API or on any hypervisor.

    Why: What a health check leaves behind fills quota and datastores until it is itself the fault; that is what
        people complain of most in such tools.
    Witnesses: Every API by the run's marks, and every hypervisor by the ids of what was made.
    On failure: Remove it with `ostf-dual cleanup`. What comes back each time: a volume in error
        (cinder-volume's log), a port that is in use, a guest that vCenter keeps because its files are locked.
    Source: Leftovers of Tempest, Rally and CI clouds, reported again and again.
    """
    with step("all that was made could be removed"):
        assert not leftovers, "; ".join(leftovers)

    with step("nothing carries the run's marks, and no hypervisor has a file or guest of it"):
        remains = workbench.remains()
        assert not remains, "; ".join(remains)

    # No leak, and no proof that there is none: CON-01 and VC-03 say whether such a host or datastore is well, LIFE-05
    # and VOL-06 what it takes to look where disks were.
    for zone in workbench.zones:
        if zone.witness_missing is None and zone.probe.unasked:
            evidence(f"what could not be looked at in zone {zone.label}", list(zone.probe.unasked))
