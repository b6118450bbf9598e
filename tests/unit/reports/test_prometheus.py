"""The metrics, read back by Prometheus's own parser."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from ostf_dual.reports.prometheus import write_metrics
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.result import Asked, Outcome, Problem, RunResult


def samples(path: Path) -> Iterator[Sample]:
    for family in text_string_to_metric_families(path.read_text()):
        assert family.type == "gauge"
        assert family.documentation.endswith(".")
        assert family.name.startswith("ostf_")
        assert not family.name.endswith(("_total", "_count", "_sum", "_bucket"))
        yield from family.samples


def value(path: Path, name: str, **labels: str) -> float:
    (found,) = (each for each in samples(path) if each.name == name and labels.items() <= each.labels.items())
    return float(found.value)


def test_every_result_has_its_outcome_and_time(run: RunResult, tmp_path: Path) -> None:
    path = tmp_path / "ostf.prom"
    write_metrics(run, path)

    told = [each for each in samples(path) if each.name == "ostf_check_outcome"]
    assert len(told) == len(run.results)
    assert {each.labels["outcome"] for each in told} == {outcome.value for outcome in Outcome}
    failed = {"cloud": "prod", "zone": "esx-a", "hypervisor": "vcenter", "check": "ALL-02", "case": ""}
    assert value(path, "ostf_check_outcome", **failed, outcome="failed") == 1
    assert value(path, "ostf_check_duration_seconds", **failed) == 1.5
    assert value(path, "ostf_check_outcome", check="MET-02", case="cpu", zone="kvm") == 1
    assert value(path, "ostf_check_outcome", check="API-01", zone="", hypervisor="") == 1


def test_the_run_has_its_exit_code_end_and_totals(run: RunResult, tmp_path: Path) -> None:
    path = tmp_path / "ostf.prom"
    write_metrics(replace(run, asked=Asked(profile="smoke")), path)

    assert value(path, "ostf_run_exit_code", cloud="prod", profile="smoke") == ExitCode.FAILED
    assert value(path, "ostf_run_duration_seconds") == 12.3
    assert value(path, "ostf_run_end_timestamp_seconds") == run.started_at.timestamp() + 12.3
    assert value(path, "ostf_run_leftovers") == 1
    assert value(path, "ostf_run_results", zone="kvm", outcome="passed") == 2
    assert value(path, "ostf_run_results", zone="kvm", outcome="leaked") == 0


def test_a_run_that_could_not_ask_still_says_so(run: RunResult, tmp_path: Path) -> None:
    path = tmp_path / "ostf.prom"
    problem = Problem(code=ExitCode.BROKEN, message="no route")
    write_metrics(replace(run, results=(), zones=(), leftovers=(), missing=(), problem=problem), path)

    assert value(path, "ostf_run_exit_code") == ExitCode.BROKEN


def test_no_series_is_told_twice(run: RunResult, tmp_path: Path) -> None:
    path = tmp_path / "ostf.prom"
    write_metrics(replace(run, results=(*run.results, *run.results)), path)

    told = [(each.name, *sorted(each.labels.items())) for each in samples(path)]
    assert len(told) == len(set(told))


def test_a_reader_sees_the_old_file_or_the_new_one_and_nothing_besides(
    run: RunResult, tmp_path: Path
) -> None:
    path = tmp_path / "ostf.prom"
    write_metrics(run, path)
    before = path.open()
    write_metrics(replace(run, wall_s=99), path)

    with before:
        assert "12.3" in before.read()  # a new file took its place: the one that is open is whole
    assert value(path, "ostf_run_duration_seconds") == 99
    assert [each.name for each in tmp_path.iterdir()] == ["ostf.prom"]


def test_a_file_that_cannot_be_written_is_an_error(run: RunResult, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        write_metrics(run, tmp_path / "nowhere" / "ostf.prom")
