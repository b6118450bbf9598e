"""What is asked again, and which checks answer."""

from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from ostf_dual.cli import past
from ostf_dual.cli.app import app
from ostf_dual.cli.asking import Asking
from ostf_dual.cli.telling import Telling
from ostf_dual.errors import InputError
from ostf_dual.reports.archive import find_run, keep
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.result import Asked, Problem, RunResult
from tests.unit.reports.conftest import run  # noqa: F401 - a fixture


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What `check` was asked for, in place of a run."""
    calls: list[dict[str, Any]] = []

    def check(_: object, asking: Asking, **__: Any) -> int:
        calls.append(asdict(asking))
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


def test_a_run_that_asked_nothing_is_not_told_as_one_without_faults(
    run: RunResult,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    asked: list[dict[str, Any]],
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    keep(run)
    silent = Problem(code=ExitCode.BROKEN, message="cannot log in")
    keep(replace(run, run_id="991125000000-0000", results=(), leftovers=(), problem=silent))

    again, compared = (
        CliRunner().invoke(app, words) for words in (["rerun"], ["compare", "previous", "last"])
    )

    assert (again.exit_code, compared.exit_code) == (ExitCode.UNPROVEN, ExitCode.UNPROVEN)
    assert "asked nothing (cannot log in): run it again" in again.output
    assert "asked nothing (cannot log in)" in compared.output
    assert asked == []


def test_what_ended_at_its_input_is_not_the_last_run(
    run: RunResult,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    keep(run)
    wrong = Problem(code=ExitCode.USAGE, message="there is no cloud of that name")
    keep(replace(run, run_id="991125000000-0000", results=(), problem=wrong))

    assert find_run("last").run_id == run.run_id


def test_a_run_that_only_left_things_is_not_asked_again_but_cleaned_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    leaked: Any = SimpleNamespace(
        run_id="r1",
        checks=("LEAK-01",),
        cloud="lab",
        asked=Asked(),
        faults=("LEAK-01 cloud",),
        to_ask_again=(),
    )
    monkeypatch.setattr(past, "find_run", lambda *_, **__: leaked)

    code = past.rerun("last", cloud=None, environment=None, reports=Path(), html=False, telling=Telling())

    assert code == ExitCode.UNPROVEN
    assert "ostf-dual cleanup r1" in capsys.readouterr().err
