"""Whatever goes wrong: one clear message, nothing lost, the documented exit code."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ostf_dual.runs.journal import recorded_runs
from ostf_dual.waiting import wait_until
from tests.unit.plugin.conftest import FAKE_CLOUD

CHECK = '@pytest.mark.check("BOOT-01", profile="smoke", layer="compute")\n'
LONG = """
@pytest.fixture
def parting():
    yield
    open("leaving", "w").close()
    threading.Event().wait({leaves_s})

@pytest.mark.check("BOOT-02", profile="smoke", layer="compute")
def test_long(zone, test_vm, parting):
    open("there", "w").close()
    threading.Event().wait(60)
"""
BOOT = f"{CHECK}def test_boot(zone, test_vm):\n    pass\n"
LOOKS = [
    ("--collect-only", None, 0),
    *((look, *end) for look in ("--ostf-plan", "--collect-only") for end in (("ask", 6), ("interrupted", 2))),
]


@pytest.mark.parametrize(("kind", "code"), [("input", 4), ("ask", 6)])
def test_a_cloud_that_cannot_be_had_is_one_message(health: Callable[..., Any], kind: str, code: int) -> None:
    done = health(BOOT, connect=kind)

    (remembered,) = (done.folder / "state/ostf-dual/runs").glob("*/summary.json")
    assert done.code == code
    assert "cannot reach fake" in done.output
    assert "Traceback" not in done.output
    assert json.loads(remembered.read_text())["problem"] == "cannot reach fake"
    assert done.summary.get("problem") == ("cannot reach fake" if code == 6 else None)


def test_a_run_that_is_refused_leaves_the_last_runs_reports_and_says_so(health: Callable[..., Any]) -> None:
    before = health(BOOT).summary

    done = health(BOOT, "--ostf-markdown", "mr.md", "--ostf-prometheus", "ostf.prom", connect="input")

    assert (done.code, done.summary) == (4, before)
    assert list((done.folder / "reports/results").glob("*-result.json"))
    assert f"the reports in {done.folder / 'reports'} are of an earlier run, and stay" in done.output
    assert "\nreports: " not in done.output
    # Whoever reads what was asked for by name is not left with the run before.
    assert "cannot reach fake" in (done.folder / "mr.md").read_text()
    assert 'ostf_run_exit_code{cloud="fake",profile="full"} 4.0' in (done.folder / "ostf.prom").read_text()


def test_a_run_that_is_refused_speaks_of_no_reports_where_there_are_none(health: Callable[..., Any]) -> None:
    done = health(BOOT, connect="input")

    assert "reports" not in done.output
    assert not (done.folder / "reports").exists()


@pytest.mark.parametrize("place", ["/dev/null", "/dev/null/below", "/proc/reports", "file"])
def test_reports_that_cannot_be_written_are_refused_before_a_cloud_is_asked(
    health: Callable[..., Any], place: str
) -> None:
    Path("file").touch()

    done = health(BOOT, "--ostf-reports", place, connect="ask")

    assert done.code == 4
    assert f"the reports cannot be written to {place}: " in done.output
    assert "cannot reach fake" not in done.output


def test_results_of_an_earlier_run_are_not_taken_for_this_one(health: Callable[..., Any]) -> None:
    health(BOOT)
    done = health(BOOT, connect="ask")

    assert done.summary["checks"] == []
    assert not list((done.folder / "reports/results").glob("*-result.json"))


@pytest.mark.parametrize("name", ["results", "html"])
def test_folders_that_no_run_has_written_are_left_alone(health: Callable[..., Any], name: str) -> None:
    mine = Path("reports", name, "thesis.txt")
    mine.parent.mkdir(parents=True)
    mine.touch()

    done = health(BOOT)

    assert done.code == 4
    assert f"reports would replace reports/{name}, which no run has written" in done.output
    assert mine.exists()
    assert not done.summary


def test_a_look_leaves_the_last_run_as_it_is_also_where_it_fails_and_says_so(
    health: Callable[..., Any],
) -> None:
    before = health(BOOT).summary

    for look, connect, code in LOOKS:
        done = health(BOOT, look, connect=connect)

        assert done.code == code, done.output
        assert ("cannot reach fake" in done.output) == (connect == "ask")
        assert done.summary == before
        assert list((done.folder / "reports/results").glob("*-result.json"))
        assert len(list((done.folder / "state/ostf-dual/runs").glob("*/summary.json"))) == 1


def test_an_environment_file_with_faults_is_refused_with_all_of_them(
    health: Callable[..., Any], pytester: pytest.Pytester
) -> None:
    pytester.path.joinpath("env.yaml").write_text("cloud: fake\nexpct: [kvm]\nvcenters: [{name: vc}]\n")

    done = health(BOOT, "--ostf-environment", "env.yaml", cloud=None)

    assert done.code == 4
    assert "expct: no such key" in done.output
    assert "vcenters.0.host: is missing" in done.output


def test_nothing_selected_is_never_well(health: Callable[..., Any]) -> None:
    done = health(BOOT, "-k", "nonsense")

    assert done.code == 5
    assert done.summary["reasons"] == ["nothing ran"]


def test_an_expected_zone_that_is_not_there_or_not_proven_is_not_well(health: Callable[..., Any]) -> None:
    missing = health(BOOT, "--expect", "kvm,esx-a", zones={"kvm": "qemu"})
    unproven = health(BOOT, unproven={"vcenter": "vcenters: none serves zone vcenter"})
    accepted = health(BOOT, "--openstack-only", unproven={"vcenter": "vcenters: none serves zone vcenter"})
    unexpected = health(BOOT, "--expect", "kvm", unproven={"vcenter": "vcenters: none serves zone vcenter"})

    assert (missing.code, missing.summary["missing_zones"]) == (5, ["esx-a"])
    assert unproven.code == 5
    assert "OpenStack's word only" in unproven.output
    assert (accepted.code, unexpected.code) == (0, 0)


def test_a_scenario_that_cannot_be_loaded_is_an_internal_error(health: Callable[..., Any]) -> None:
    done = health(f"import no_such_module\n{BOOT}")

    assert done.code == 3
    assert "no_such_module" in done.summary["problem"]


@pytest.mark.parametrize(("how", "code"), [("refused", 6), ("interrupted", 2)])
def test_what_was_made_to_admit_a_run_goes_though_it_was_not_admitted(
    health: Callable[..., Any], how: str, code: int
) -> None:
    done = health(BOOT, admit=how)

    (run,) = recorded_runs(done.folder / "state/ostf-dual/runs")
    assert done.code == code, done.output
    assert [(entry.name, entry.gone) for entry in run.entries] == [("ostf-own", True)]
    assert done.summary["leftovers"] == []
    assert "removed: 1 project" in done.output


@pytest.mark.parametrize(
    ("signals", "leaves_s"),
    [
        ([signal.SIGINT], 0),
        ([signal.SIGTERM], 0),
        ([signal.SIGHUP], 0),
        ([signal.SIGINT, signal.SIGINT], 60),
        ([signal.SIGHUP, signal.SIGTERM], 1),
    ],
)
def test_an_interrupt_cleans_up_and_says_what_it_removed_also_where_it_comes_twice(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, signals: list[int], leaves_s: int
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(pytester.path / "state"))
    monkeypatch.setenv("FAKE_CLOUD", "{}")
    pytester.makeconftest(FAKE_CLOUD.read_text())
    long = LONG.format(leaves_s=leaves_s)
    pytester.makepyfile(test_checks=f"import pytest, threading\n{BOOT}\n{long}")
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "no:hypothesispytest", "--os-cloud", "fake"],
        cwd=pytester.path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ},
    ) as child:
        for number, file in zip(signals, ("there", "leaving"), strict=False):
            wait_until((pytester.path / file).exists, bool, what=f"{file} to be there", timeout_s=30)
            child.send_signal(number)
        output, _ = child.communicate(timeout=30)

    summary = json.loads((pytester.path / "reports/summary.json").read_text())
    assert child.returncode == 2
    assert summary["interrupted"]
    assert [check["id"] for check in summary["checks"]] == ["BOOT-01", "BOOT-01"]
    assert "removed: 1 server" in output
    assert "Traceback" not in output
    assert all(run.is_clean for run in recorded_runs(pytester.path / "state/ostf-dual/runs"))
