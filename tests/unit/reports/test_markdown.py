"""The Markdown summary, read back by a Markdown parser: whatever a message holds, it stays text."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from ostf_dual.reports.elsewhere import STEP_SUMMARY, write_elsewhere
from ostf_dual.reports.files import MARKDOWN, write_files
from ostf_dual.reports.markdown import markdown
from ostf_dual.runs.result import Outcome, RunResult
from ostf_dual.runs.verdict import verdict


def parsed(run: RunResult) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(markdown(run, verdict(run)))


def texts(tokens: list[Token], inside: str) -> list[str]:
    pairs = pairwise(tokens)
    return [
        "".join(part.content for part in after.children or ())
        for before, after in pairs
        if before.type == f"{inside}_open"
    ]


def test_verdict_counts_causes_and_all_results_are_told(run: RunResult) -> None:
    told = markdown(run, verdict(run))
    tokens = parsed(run)

    assert texts(tokens, "heading")[0] == "❌ prod: a check failed"
    assert texts(tokens, "th")[:4] == ["", "kvm", "esx-a (vcenter), OpenStack's word only", "cloud"]
    cells = texts(tokens, "td")
    assert cells[cells.index("❌ failed") :][:4] == ["❌ failed", "0", "1", "0"]
    assert "ostf-dual run -- -k 'ALL-02 and esx-a'" in told
    assert "ostf-dual cleanup 261122-ab" in told
    assert "cpu: A server boots" in cells


def test_what_a_message_holds_stays_text(run: RunResult) -> None:
    evil = "fault\n```\n<script>alert(1)</script>\n| a | b |\n# no heading"
    hit = replace(run.results[1], message=evil, title="a | b <b>*c*</b> `d`", zone="kvm")

    tokens = parsed(replace(run, results=(hit,), leftovers=()))

    assert any(evil in token.content for token in tokens if token.type == "fence")
    assert "a | b <b>*c*</b> `d`" in texts(tokens, "td")
    raw = [token.content for token in tokens if token.type == "html_block"]
    assert not any("script" in each or "<b>" in each for each in raw)
    assert len(texts(tokens, "heading")) == 2


def test_one_cause_is_told_once_and_asked_again_together(run: RunResult) -> None:
    hit = [replace(run.results[2], check=f"NET-0{n}", message="see BOOT-01") for n in (1, 2)]

    told = markdown(replace(run, results=tuple(hit)), verdict(run))

    assert told.count("see BOOT-01") == 1
    assert "-k '(NET-01 and esx-a) or (NET-02 and esx-a)'" in told


def test_a_run_that_is_well_has_no_faults_to_tell(run: RunResult) -> None:
    well = replace(
        run,
        zones=run.zones[:1],
        missing=(),
        leftovers=(),
        results=tuple(each for each in run.results if each.zone == "kvm"),
    )

    tokens = parsed(well)

    assert texts(tokens, "heading") == [
        "✅ prod: all well: checks ran in every expected zone and none failed"
    ]
    assert {each for each in texts(tokens, "td") if each.startswith("❌")} == set()


def test_it_is_written_beside_the_summary_and_where_it_is_asked_for(
    run: RunResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = tmp_path / "job.md"
    job.write_text("before\n")
    monkeypatch.setenv(STEP_SUMMARY, str(job))

    write_files(run, tmp_path)
    write_elsewhere(run, markdown_file=tmp_path / "mr.md", metrics_file=None)
    write_elsewhere(run, markdown_file=None, metrics_file=None)

    told = (tmp_path / MARKDOWN).read_text()
    assert told == (tmp_path / "mr.md").read_text()
    assert job.read_text() == f"before\n{told}\n{told}\n"


def test_every_outcome_has_a_mark(run: RunResult) -> None:
    told = markdown(run, verdict(run))

    assert all(f" {outcome.value.replace('_', ' ')} |" in told for outcome in Outcome)
