"""Progress whose lines can be read, and a state folder of the test's own."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from ostf_dual.deployers.progress import Progress


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def told() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def progress(told: io.StringIO) -> Iterator[Progress]:
    made = Progress(Console(file=told, width=200))
    yield made
    made.close()
