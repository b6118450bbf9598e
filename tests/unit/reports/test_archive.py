"""Runs are remembered: read back as they were, found by name, forgotten in time, never one that left something."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ostf_dual.errors import InputError
from ostf_dual.reports.archive import find_run, keep, kept_runs
from ostf_dual.reports.history import as_values, history
from ostf_dual.reports.kept import read_summary
from ostf_dual.reports.summary import summary
from ostf_dual.runs.journal import FileJournal
from ostf_dual.runs.result import Asked, Outcome, RunResult

ASKED = Asked(
    profile="smoke",
    environment=Path("/etc/ostf/mycloud.yaml"),
    expect=("kvm", "esx-a"),
    openstack_only=True,
    paths=("/checks",),
    selection="BOOT",
    rerun_of="261121-aa",
)


def named(run: RunResult, number: int, cloud: str = "prod") -> RunResult:
    return replace(run, run_id=f"2611220000{number:02}-ab", cloud=cloud)


def begin(runs: Path, run_id: str) -> FileJournal:
    return FileJournal.begin(runs, run_id, "prod", None)


def test_a_run_is_read_back_as_it_was_with_how_it_was_asked_for(run: RunResult, tmp_path: Path) -> None:
    keep(replace(run, asked=ASKED), tmp_path)

    (kept,) = kept_runs(tmp_path)
    assert kept.asked == ASKED
    assert (kept.cloud, kept.started_at, kept.exit_code, kept.zones) == (
        "prod",
        run.started_at,
        1,
        ("kvm", "esx-a"),
    )
    assert {fault.outcome for fault in kept.faults} == {Outcome.FAILED, Outcome.BROKEN, Outcome.LEAKED}
    assert str(kept.checks[-1]) == "MET-02 cpu kvm"
    assert kept.source.stat().st_mode & 0o077 == 0


def test_a_summary_of_an_earlier_version_is_read_too(run: RunResult, tmp_path: Path) -> None:
    content = summary(run)
    del content["asked"]
    path = tmp_path / "summary.json"
    path.write_text(json.dumps(content))

    assert read_summary(path).asked == Asked()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"run_id": "x"}'])
def test_a_file_that_is_no_summary_is_refused_by_name(text: str, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(text)

    with pytest.raises(InputError, match=r"other\.json is no summary of a run"):
        read_summary(path)


def test_a_run_is_found_by_id_by_place_and_by_path(run: RunResult, tmp_path: Path) -> None:
    for number, cloud in enumerate(("prod", "prod", "other")):
        keep(named(run, number, cloud), tmp_path)
    first, second, third = kept_runs(tmp_path)

    assert find_run("last", tmp_path) == third
    assert find_run("previous", tmp_path) == second
    assert find_run("last", tmp_path, cloud="prod") == second
    assert find_run(first.run_id, tmp_path) == first
    assert find_run(str(first.source), tmp_path) == first
    assert find_run(str(first.source.parent), tmp_path) == first
    with pytest.raises(InputError, match=rf"no run 'nope' .*{third.run_id}"):
        find_run("nope", tmp_path)


def test_the_oldest_are_forgotten_but_none_that_left_something_or_goes_on(
    run: RunResult, tmp_path: Path
) -> None:
    left, going_on = begin(tmp_path, named(run, 0).run_id), begin(tmp_path, named(run, 1).run_id)
    left.intend("server", "ostf-x")
    left.close()
    clean = begin(tmp_path, named(run, 2).run_id)
    clean.made(clean.intend("server", "ostf-y"), "id")
    clean.cleaned(())
    clean.close()
    for number in range(3, 8):
        keep(named(run, number), tmp_path, kept=2)
    going_on.close()

    there = sorted(folder.name for folder in tmp_path.iterdir())
    assert there == [named(run, number).run_id for number in (0, 1, 6, 7)]


def test_history_tells_runs_that_never_ended_from_those_that_did(run: RunResult, tmp_path: Path) -> None:
    killed, going_on = begin(tmp_path, named(run, 0).run_id), begin(tmp_path, named(run, 1).run_id)
    killed.intend("server", "ostf-x")
    killed.close()
    keep(named(run, 2), tmp_path)
    keep(named(run, 3, "other"), tmp_path)

    values = as_values(history(cloud="prod", runs=tmp_path))
    going_on.close()

    assert [each["state"] for each in values] == ["killed", "going_on", "ended"]
    assert not values[0]["is_clean"]
    assert values[2]["outcomes"]["passed"] == 4
    assert values[2]["faults"] == ["ALL-02 esx-a", "ALL-03 esx-a", "ALL-04 esx-a"]


def test_history_passes_over_a_journal_that_cannot_be_read_and_says_so(
    run: RunResult, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begin(tmp_path, named(run, 0).run_id).close()
    damaged = begin(tmp_path, named(run, 1).run_id)
    damaged.close()
    damaged.path.write_text("damaged\n")

    values = as_values(history(runs=tmp_path))

    assert [each["run_id"] for each in values] == [named(run, 0).run_id]
    assert str(damaged.path) in capsys.readouterr().err
