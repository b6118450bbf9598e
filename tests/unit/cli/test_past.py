"""What is asked again, and which checks answer."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ostf_dual.cli import past
from ostf_dual.cli.telling import Telling
from ostf_dual.runs.exit_code import ExitCode


@pytest.mark.parametrize(("folder", "is_ours"), [("state/ostf-dual/runs/1", True), ("mail", False)])
def test_only_a_record_of_this_machine_says_where_the_checks_are(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_ours: bool
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    scenarios = tmp_path / "scenarios"
    scenarios.mkdir()
    asked: Any = SimpleNamespace(paths=(str(scenarios), str(tmp_path / "gone")))
    run: Any = SimpleNamespace(source=tmp_path / folder / "summary.json", asked=asked)

    assert past._places(run) == [str(scenarios)] * is_ours


def test_a_run_that_only_left_things_is_not_asked_again_but_cleaned_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run: Any = SimpleNamespace(run_id="r1", cloud="lab", faults=("LEAK-01 cloud",), to_ask_again=())
    monkeypatch.setattr(past, "find_run", lambda *_, **__: run)

    code = past.rerun("last", cloud=None, environment=None, reports=Path(), html=False, telling=Telling())

    assert code == ExitCode.UNPROVEN
    assert "ostf-dual cleanup r1" in capsys.readouterr().err
