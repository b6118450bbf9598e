"""What somebody else may put in place of the real cloud: tests of the plugin do."""

from typing import TYPE_CHECKING

import pytest

from ostf_dual.environment.model import Access
from ostf_dual.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.workbench import Workbench
    from ostf_dual.cloud.zone import Zone
    from ostf_dual.diagnosis.diagnostician import Diagnostician


@pytest.hookspec(firstresult=True)
def pytest_ostf_connect(access: Access) -> "Cloud":  # type: ignore[empty-body] # a specification has none
    """Connect to the cloud; raises ``InputError`` or ``OstfError`` with a message for the user."""


@pytest.hookspec(firstresult=True)
def pytest_ostf_admit(  # type: ignore[empty-body] # likewise
    cloud: "Cloud", zones: "Sequence[Zone]", items: "Sequence[pytest.Item]", journal: Journal
) -> str:
    """See whether what the checks need fits the quotas, and give the run a project of its own where that can be had.

    Returns what to tell of it; raises ``OstfError`` where the run must not begin.
    """


@pytest.hookspec(firstresult=True)
def pytest_ostf_workbench(  # type: ignore[empty-body] # likewise
    cloud: "Cloud", zones: "Sequence[Zone]", journal: Journal
) -> "Workbench":
    """The workbench that the run shares; nothing is started yet."""


@pytest.hookspec(firstresult=True)
def pytest_ostf_diagnostician(cloud: "Cloud", run_id: str) -> "Diagnostician":  # type: ignore[empty-body] # likewise
    """Who looks at failures while the run's things are still there."""
