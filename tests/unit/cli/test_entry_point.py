"""The installed command: quick to say what it is, with the documented exit codes."""

import os
import resource
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from ostf_dual.__main__ import main
from ostf_dual.waiting import wait_until

COMMAND = str(Path(sys.executable).with_name("ostf-dual"))


def call(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        key: value for key, value in os.environ.items() if key not in {"OS_CLOUD", "OSTF_ENVIRONMENT"}
    }
    return subprocess.run(
        [COMMAND, *arguments], env={**environment, **variables}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("option", ["--help", "--version", "lab --help", "run -h"])
def test_help_and_version_are_there_at_once(option: str) -> None:
    def worked_s() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert call(*option.split()).returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    # Processor time, since the machine may be busy with a lab; the first call compiles.
    wait_until(worked_s, lambda worked: worked < 0.15, what=f"{option} within 0.15 s", timeout_s=30)


@pytest.mark.parametrize("group", [(), ("lab",), ("env",), ("fuel",)])
def test_what_a_command_does_is_told_on_one_line_of_80_columns(group: tuple[str, ...]) -> None:
    told = call(*group, "--help", COLUMNS="80").stdout

    assert [line for line in told.splitlines() if line.endswith("...") and not line.startswith("Usage")] == []


def test_the_version_is_the_packages_by_either_way() -> None:
    told = f"ostf-dual {version('ostf-dual')}\n"

    assert call("--version").stdout == told
    assert call("--version", "run").stdout == told


def test_help_tells_every_exit_code_without_markup() -> None:
    for command in ((), ("run",)):
        told = " ".join(call(*command, "--help").stdout.split())
        assert all(f"{code} " in told for code in range(8))
        assert "[bold" not in told
        assert "7 something that the run made is left" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--foo",), "No such option"),
        (("run", "--profile", "slow"), "'slow' is not one of"),
        (("run",), "which cloud?"),
        (("discover",), "which cloud?"),
        (("run", "--environment", "/nowhere.yaml"), "/nowhere.yaml: No such file"),
        (("run", "--os-cloud", "one", "-q", "-v"), "--quiet and --verbose contradict each other"),
        (("rerun", "-q", "-vv"), "--quiet and --verbose contradict each other"),
        (
            ("watch", "--os-cloud", "one", "--every", "1h", "--reports", "/dev/null"),
            "/dev/null: Not a directory",
        ),
        (("cleanup", "no-such-run"), "'no-such-run' is no id of a run"),
        (("cleanup", "--run", "261124015854-e256"), "no journal of run 261124015854-e256"),
        (("cleanup", "--all", "--older-than", "yesterday"), "'yesterday' is no length of time"),
        (("cleanup", "--all", "--run", "261124015854-e256"), "not both"),
    ],
)
def test_wrong_input_is_one_message_and_exit_code_4(
    arguments: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    done = call(*arguments, XDG_STATE_HOME=str(tmp_path))

    assert done.returncode == 4
    assert told in done.stderr
    assert done.stderr.startswith("ostf-dual: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (("explain",), "ostf-dual explain"),
        (("env", "foo"), "ostf-dual env"),
        (("run", "--profile", "fast"), "ostf-dual run"),
        (("history", "--last", "x"), "ostf-dual history"),
        (("nosuch",), "ostf-dual"),
    ],
)
def test_a_wrong_command_line_is_told_with_where_its_use_is(arguments: tuple[str, ...], command: str) -> None:
    told, way_on = call(*arguments).stderr.splitlines()

    assert told.startswith("ostf-dual: ")
    assert "Value error" not in told
    assert way_on == f"see: {command} --help"


def test_a_group_without_a_command_is_its_help_alone() -> None:
    assert call("env").stderr.startswith("Usage: ostf-dual env")


def test_clean_up_with_nothing_to_clean_says_so(tmp_path: Path) -> None:
    done = call("cleanup", XDG_STATE_HOME=str(tmp_path))

    assert done.returncode == 0
    assert "nothing is left" in done.stdout


def test_a_report_without_results_says_so(tmp_path: Path) -> None:
    done = call("report", "--reports", str(tmp_path))

    assert done.returncode == 6
    assert "no results of a run" in done.stderr


def test_the_checks_can_be_listed_without_a_cloud() -> None:
    done = call("list")

    assert done.returncode == 0
    assert "BOOT-01" in done.stdout


def test_a_fault_of_ours_is_told_whole_and_ends_with_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stumble(**_: object) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr("ostf_dual.cli.app.app", stumble)
    monkeypatch.setattr(sys, "argv", ["ostf-dual", "list"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 3
    assert "ZeroDivisionError: ours" in capsys.readouterr().err


@pytest.mark.parametrize("command", [("list",), ("explain", "BOOT-01"), ("env", "rules"), ("--help",)])
def test_a_reader_who_has_seen_enough_is_no_error(command: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [COMMAND, *command], stdout=writer, stderr=subprocess.PIPE, text=True, check=False
        )
    finally:
        os.close(writer)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", [("list", "--json"), ("env", "rules"), ("--version",)])
def test_what_could_not_be_written_is_no_success(command: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [COMMAND, *command],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip

    assert done.returncode == 6
    assert "not all of it could be written" in done.stderr
