"""A bench at the tests' own master, with a state folder of the test's own."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from ostf_dual.deployers.nailgun import NailgunDeployer
from ostf_dual.deployers.progress import Progress
from tests.contract.nailgun.bench import Bench
from tests.contract.nailgun.server.http import Master


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing is remembered yet."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def bench(master: Master) -> Iterator[Bench]:
    """At a master of Fuel 9.2 that wants a login."""
    told = io.StringIO()
    progress = Progress(Console(file=told, width=200))
    yield Bench(deployer=NailgunDeployer(poll_s=0.01), master=master, progress=progress, told=told)
    progress.close()
