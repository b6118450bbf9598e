"""The real cloud behind our hooks; who answers before, as a test's conftest.py does, takes its place."""

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


@pytest.hookimpl(trylast=True)
def pytest_ostf_connect(access: Access) -> "Cloud":
    """Connect by openstacksdk."""
    from ostf_dual.cloud.cloud import Cloud  # half a second that no fake needs

    return Cloud.connect(access)


@pytest.hookimpl(trylast=True)
def pytest_ostf_admit(
    cloud: "Cloud", zones: "Sequence[Zone]", items: "Sequence[pytest.Item]", journal: Journal
) -> str:
    """Ask for the quotas, and isolate the run."""
    from ostf_dual.cloud.admission import admit  # likewise
    from ostf_dual.plugin.plan import wanted_by

    return admit(cloud, zones, wanted_by(cloud, zones, items), journal)


@pytest.hookimpl(trylast=True)
def pytest_ostf_workbench(cloud: "Cloud", zones: "Sequence[Zone]", journal: Journal) -> "Workbench":
    """Make servers, volumes and networks."""
    from ostf_dual.cloud.workbench import Workbench  # likewise

    return Workbench(cloud, zones, journal)


@pytest.hookimpl(trylast=True)
def pytest_ostf_diagnostician(cloud: "Cloud", run_id: str) -> "Diagnostician":
    """Ask everybody who may know."""
    from ostf_dual.diagnosis.diagnostician import Diagnostician  # where something has failed

    return Diagnostician(cloud, run_id)
