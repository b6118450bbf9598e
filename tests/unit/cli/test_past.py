"""What is asked again, and which checks answer."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from ostf_dual.cli import past
from ostf_dual.cli.app import app
from ostf_dual.cli.telling import Telling
from ostf_dual.errors import InputError
from ostf_dual.reports.archive import keep
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.result import Asked, RunResult
from tests.unit.reports.conftest import run  # noqa: F401 - a fixture


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What `check` was asked for, in place of a run."""
    calls: list[dict[str, Any]] = []

    def check(_: object, **given: Any) -> int:
        calls.append(given)
        return 0

    monkeypatch.setattr(past, "check", check)
    return calls


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"cloud": "other"}, "is of cloud prod, not of other"),
        ({"environment": "cloud: other\n"}, "not of other"),
    ],
)
def test_a_runs_faults_are_not_asked_about_in_another_cloud(
    run: RunResult,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    asked: list[dict[str, Any]],
    *,
    given: dict[str, str],
    told: str,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    keep(run)
    file = tmp_path / "env.yaml"
    file.write_text(given.get("environment", ""))

    with pytest.raises(InputError, match=told):
        past.rerun(
            run.run_id,
            cloud=given.get("cloud"),
            environment=file if "environment" in given else None,
            reports=tmp_path,
            html=False,
            telling=Telling(),
        )

    assert asked == []


@pytest.mark.parametrize("typed", [None, "typed.yaml"])
def test_the_file_of_a_run_gives_way_to_one_that_was_typed_and_not_to_a_variable(
    run: RunResult,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    asked: list[dict[str, Any]],
    typed: str | None,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("OSTF_ENVIRONMENT", "of-another-cloud.yaml")
    monkeypatch.chdir(tmp_path)
    Path("typed.yaml").write_text("expect: [kvm]\n")  # it names no cloud: the run's is meant
    keep(replace(run, asked=Asked(environment=Path("/recorded.yaml"))))

    done = CliRunner().invoke(app, ["rerun", *(["--environment", typed] if typed else [])])

    assert done.exit_code == 0, done.output
    assert [(each["cloud"], each["environment"]) for each in asked] == [
        ("prod", Path(typed or "/recorded.yaml"))
    ]


@pytest.mark.parametrize(("folder", "is_ours"), [("state/ostf-dual/runs/1", True), ("mail", False)])
def test_only_a_record_of_this_machine_says_where_the_checks_are(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_ours: bool
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    scenarios = tmp_path / "scenarios"
    scenarios.mkdir()
    asked: Any = SimpleNamespace(paths=(str(scenarios), str(tmp_path / "gone")))
    kept: Any = SimpleNamespace(source=tmp_path / folder / "summary.json", asked=asked)

    assert past._places(kept) == [str(scenarios)] * is_ours


def test_a_run_that_only_left_things_is_not_asked_again_but_cleaned_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    leaked: Any = SimpleNamespace(
        run_id="r1", cloud="lab", asked=Asked(), faults=("LEAK-01 cloud",), to_ask_again=()
    )
    monkeypatch.setattr(past, "find_run", lambda *_, **__: leaked)

    code = past.rerun("last", cloud=None, environment=None, reports=Path(), html=False, telling=Telling())

    assert code == ExitCode.UNPROVEN
    assert "ostf-dual cleanup r1" in capsys.readouterr().err
