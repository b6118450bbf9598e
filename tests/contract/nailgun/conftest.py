"""A bench at the tests' own master, with a state folder of the test's own."""

import io

import pytest

from ostf_dual.deployers.nailgun import NailgunDeployer
from ostf_dual.deployers.progress import Progress
from tests.contract.nailgun.bench import Bench
from tests.contract.nailgun.server.http import Master
from tests.unit.deployers.conftest import progress, state, told

__all__ = ["progress", "state", "told"]  # fixtures of all deployers


@pytest.fixture
def bench(master: Master, progress: Progress, told: io.StringIO) -> Bench:
    """At a master of Fuel 9.2 that wants a login."""
    return Bench(deployer=NailgunDeployer(poll_s=0.01), master=master, progress=progress, told=told)
