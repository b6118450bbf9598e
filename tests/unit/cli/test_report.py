"""``ostf-dual report``: where the page is, and whether the run passes the quality gate."""

import json
from pathlib import Path

import pytest

from ostf_dual.cli.commands import show_html
from ostf_dual.reports import html
from ostf_dual.reports.files import SUMMARY
from ostf_dual.reports.node import ReportError
from ostf_dual.reports.summary import summary
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.result import RunResult
from tests.unit.reports.conftest import NOW


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of results, and an Allure whose gate has one rule that was not kept."""
    (tmp_path / "results").mkdir()
    (tmp_path / "results/zones.json").write_text('{"run": "261122-ab"}')
    (tmp_path / "results/a-result.json").touch()

    def generate(_results: Path, out: Path, _environment: dict[str, str]) -> None:
        out.mkdir()
        (out / "index.html").write_text("the report")
        gate = [
            {"rule": "kvm/maxFailures", "message": "0 of 0", "success": True},
            {"rule": "vcenter/maxFailures", "message": "2 exceeds 0", "success": False},
        ]
        (out / "quality-gate.json").write_text(json.dumps(gate))

    monkeypatch.setattr(html, "generate", generate)
    return tmp_path


def test_a_run_that_does_not_pass_the_gate_ends_with_1_and_names_the_rule(
    reports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show_html(reports, gate=True) == ExitCode.FAILED
    assert "quality gate: vcenter/maxFailures: 2 exceeds 0" in capsys.readouterr().out


def test_the_gate_names_the_run_since_it_may_be_an_earlier_one(
    reports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = RunResult(run_id="261125-1", cloud="prod", started_at=NOW, wall_s=1, zones=(), results=())
    (reports / SUMMARY).write_text(json.dumps(summary(run)))

    show_html(reports, gate=True)

    assert "quality gate of run 261125-1 of cloud prod, begun " in capsys.readouterr().out


def test_the_gate_decides_only_where_it_is_asked(reports: Path) -> None:
    assert show_html(reports) == ExitCode.OK


def test_the_page_for_a_mail_is_named(reports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert show_html(reports, single_file=reports / "mail.html") == ExitCode.OK
    assert (reports / "mail.html").read_text() == "the report"
    assert capsys.readouterr().out == f"report: {reports / 'mail.html'}\n"


def test_a_page_that_cannot_be_written_is_told_and_breaks_nothing(
    reports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise ReportError("no room")

    monkeypatch.setattr(html, "generate", fail)

    assert show_html(reports, gate=True) == ExitCode.BROKEN
    assert "no HTML report: no room" in capsys.readouterr().err
