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
def told() -> io.StringIO:
    """What progress tells."""
    return io.StringIO()


@pytest.fixture
def progress(told: io.StringIO) -> Iterator[Progress]:
    """Whose lines are kept."""
    made = Progress(Console(file=told, width=200))
    yield made
    made.close()


@pytest.fixture
def bench(master: Master, progress: Progress, told: io.StringIO) -> Bench:
    """At a master of Fuel 9.2 that wants a login."""
    return Bench(deployer=NailgunDeployer(poll_s=0.01), master=master, progress=progress, told=told)
