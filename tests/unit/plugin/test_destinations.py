"""Files that are asked for by name: each run writes them, whatever becomes of it."""

from collections.abc import Callable
from typing import Any

import pytest

BOOT = """
@pytest.mark.check("BOOT-01", profile="smoke", layer="compute")
def test_boot(zone, test_vm):
    pass
"""


def test_markdown_and_metrics_are_written_where_they_are_wanted(
    health: Callable[..., Any], pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(pytester.path / "job.md"))

    done = health(BOOT, "--ostf-markdown", "mr.md", "--ostf-prometheus", "ostf.prom", broken_server=["kvm"])

    told = (done.folder / "mr.md").read_text()
    assert done.code == 1
    assert "BOOT-01 kvm failed" in told
    assert told in (done.folder / "job.md").read_text()
    assert told == (done.folder / "reports/summary.md").read_text()
    assert 'check="BOOT-01",cloud="fake",hypervisor="qemu",outcome="failed",zone="kvm"' in (
        (done.folder / "ostf.prom").read_text()
    )


def test_metrics_of_a_cloud_that_cannot_be_had_say_so(health: Callable[..., Any]) -> None:
    done = health(BOOT, "--ostf-prometheus", "ostf.prom", connect="ask")

    assert 'ostf_run_exit_code{cloud="fake",profile="full"} 6.0' in (done.folder / "ostf.prom").read_text()


@pytest.mark.parametrize("option", ["--ostf-markdown", "--ostf-prometheus"])
def test_a_folder_that_is_not_there_is_told_before_anything_is_asked(
    health: Callable[..., Any], option: str
) -> None:
    done = health(BOOT, option, "nowhere/file")

    assert done.code == 4
    assert "nowhere/file cannot be written: there is no folder" in done.output
    assert not (done.folder / "started").exists()


def test_metrics_that_node_exporter_would_not_read_are_told_before_anything_is_asked(
    health: Callable[..., Any],
) -> None:
    done = health(BOOT, "--ostf-prometheus", "metrics.txt")

    assert done.code == 4
    assert "metrics.txt would not be read: node_exporter takes metrics from NAME.prom alone" in done.output
    assert not (done.folder / "started").exists()


def test_metrics_are_written_also_where_the_reports_cannot_be(
    health: Callable[..., Any],
) -> None:
    taken = f"{BOOT.rstrip()}\n    open('out', 'w').close()\n"

    done = health(taken, "--ostf-reports", "out", "--ostf-prometheus", "ostf.prom")

    assert done.code == 0
    assert "the reports cannot be written" in done.output
    assert 'ostf_run_exit_code{cloud="fake",profile="full"} 0.0' in (done.folder / "ostf.prom").read_text()


def test_metrics_that_cannot_be_written_are_told_and_change_no_verdict(
    health: Callable[..., Any], pytester: pytest.Pytester
) -> None:
    pytester.path.joinpath("ostf.prom").mkdir()

    done = health(BOOT, "--ostf-prometheus", "ostf.prom")

    assert done.code == 0
    assert "metrics or the Markdown summary cannot be written" in done.output
    assert done.summary["exit_code"] == 0
