"""What the doctor finds of the machine, and what all findings come to."""

import json
from pathlib import Path

import pytest

from ostf_dual.doctor.finding import Finding, State, exit_code
from ostf_dual.doctor.machine import machine
from ostf_dual.runs.exit_code import ExitCode
from tests.unit.cli.test_entry_point import call


def finding(state: State, *, bars: bool = False) -> Finding:
    return Finding(group="g", item="i", state=state, found="f", bars=bars)


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ([finding(State.OK), finding(State.WARN)], ExitCode.OK),
        ([finding(State.OK), finding(State.MISSING)], ExitCode.UNPROVEN),
        ([finding(State.MISSING), finding(State.MISSING, bars=True)], ExitCode.BROKEN),
        ([], ExitCode.OK),
    ],
)
def test_the_exit_code_says_whether_a_run_could_ask_and_prove(
    findings: list[Finding], code: ExitCode
) -> None:
    assert exit_code(findings) is code


def test_a_state_folder_that_cannot_be_made_bars_every_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))

    (journals,) = (each for each in machine() if each.item == "journals of runs")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "new"))
    (fine,) = (each for each in machine() if each.item == "journals of runs")

    assert (journals.state, journals.bars) == (State.MISSING, True)
    assert "XDG_STATE_HOME" in journals.mend
    assert fine.state is State.OK


def test_without_a_cloud_it_says_how_to_name_one_and_programs_can_read_it(tmp_path: Path) -> None:
    done = call("doctor", "--json", XDG_STATE_HOME=str(tmp_path), HOME=str(tmp_path))

    told = json.loads(done.stdout)
    (cloud,) = (each for each in told["findings"] if each["group"] == "the cloud")
    assert done.returncode == told["exit_code"] == ExitCode.BROKEN
    assert (cloud["found"], cloud["bars"]) == ("none is named", True)
    assert "--os-cloud" in cloud["mend"]
    assert all(each["mend"] for each in told["findings"] if each["state"] != "ok")


def test_people_read_what_is_missing_and_how_to_mend_it(tmp_path: Path) -> None:
    (tmp_path / "clouds.yaml").write_text("clouds: {other: {}}\n")
    settings = {"XDG_STATE_HOME": str(tmp_path), "OS_CLIENT_CONFIG_FILE": str(tmp_path / "clouds.yaml")}

    done = call("doctor", "--os-cloud", "prod", **settings)

    assert done.returncode == ExitCode.BROKEN
    assert "missing clouds.yaml:" in done.stdout
    assert "→ name one that it has: other" in done.stdout
    assert done.stdout.rstrip().endswith("the cloud cannot be asked")
