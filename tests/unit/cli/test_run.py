"""``ostf-dual run`` on a small cloud: files, table, report and exit code come from a pytest of its own."""

import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ostf_dual.runs.journal import recorded_runs
from ostf_dual.waiting import wait_until
from tests.unit.plugin.conftest import FAKE_CLOUD

COMMAND = str(Path(sys.executable).with_name("ostf-dual"))
CHECK = """
import pytest, threading
@pytest.mark.check("BOOT-01", profile="smoke", layer="compute")
def test_boot(zone, test_vm):
    open("there", "w").close()
    threading.Event().wait({seconds})
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    monkeypatch.setenv("OS_CLOUD", "fake")
    monkeypatch.delenv("FAKE_CLOUD", raising=False)
    (tmp_path / "conftest.py").write_text(FAKE_CLOUD.read_text())
    # A wheel without npm's reach: the verdict is not to depend on the report.
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm"))
    return tmp_path


def test_a_run_ends_with_the_checks_verdict_even_where_the_report_cannot_be_made(folder: Path) -> None:
    (folder / "test_checks.py").write_text(CHECK.format(seconds=0))

    done = subprocess.run(
        [COMMAND, "run", "--reports", "out", "--", "test_checks.py", "-k", "BOOT-01"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "all well" in done.stdout
    assert "no HTML report: npm ci failed" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert json.loads((folder / "out/summary.json").read_text())["exit_code"] == 0
    assert (folder / "out/junit.xml").is_file()


def test_a_run_that_is_killed_says_how_to_clean_up_after_it(folder: Path) -> None:
    (folder / "test_checks.py").write_text(f"import os\n{CHECK.format(seconds='os.kill(os.getpid(), 9)')}")

    done = subprocess.run(
        [COMMAND, "run", "--", "test_checks.py"], cwd=folder, capture_output=True, text=True, check=False
    )

    assert done.returncode == 3
    assert "killed by signal 9" in done.stderr
    assert "ostf-dual cleanup" in done.stderr


def test_an_interrupt_at_the_terminal_waits_for_the_clean_up(folder: Path) -> None:
    (folder / "test_checks.py").write_text(CHECK.format(seconds=60))

    with subprocess.Popen(
        [COMMAND, "run", "--", "test_checks.py"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as child:
        wait_until((folder / "there").exists, bool, what="the check to begin", timeout_s=30)
        os.killpg(child.pid, signal.SIGINT)
        output, _ = child.communicate(timeout=30)

    assert child.returncode == 2, output
    assert "removed: 1 server" in output
    assert "Traceback" not in output


def run_it(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_checks.py").write_text(CHECK.format(seconds=0))
    return subprocess.run(
        [COMMAND, "run", "--no-html", *arguments, "--", "test_checks.py"],
        cwd=folder,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def test_json_leaves_standard_output_to_the_summary(folder: Path) -> None:
    done = run_it(folder, "--json")

    assert done.returncode == 0
    assert json.loads(done.stdout) == json.loads((folder / "reports/summary.json").read_text())
    assert "all well" in done.stderr


def test_a_log_in_json_is_an_event_a_line_and_no_table(folder: Path) -> None:
    done = run_it(folder, "--log-format", "json")

    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["event"] for each in events][:3] == ["run_began", "zones_found", "checks_chosen"]
    assert (events[-1]["event"], events[-1]["exit_code"]) == ("run_ended", 0)
    assert {each["outcome"] for each in events if each["event"] == "check_ended"} == {"passed"}


@pytest.mark.parametrize("telling", ["--log-format=text", "--log-format=json", "--json", "-vv"])
def test_a_reader_who_goes_away_costs_neither_the_clean_up_nor_the_verdict(
    folder: Path, telling: str
) -> None:
    (folder / "test_checks.py").write_text(CHECK.format(seconds=0.5))

    with subprocess.Popen(
        [COMMAND, "run", "--no-html", telling, "--", "test_checks.py"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout
        assert child.stderr
        wait_until((folder / "there").exists, bool, what="the check to begin", timeout_s=30)
        child.stdout.close()
        said = child.stderr.read()

    assert child.returncode == 0, said
    assert "Broken pipe" not in said
    assert json.loads((folder / "reports/summary.json").read_text())["removed"] == ["1 server"]
    assert all(run.is_clean for run in recorded_runs(folder / "state/ostf-dual/runs"))


def test_quiet_is_the_verdict_and_verbose_is_every_check(folder: Path) -> None:
    quiet, verbose = run_it(folder, "-q"), run_it(folder, "-v")

    assert quiet.stdout.splitlines()[0] == "fake: all well: checks ran in every expected zone and none failed"
    assert "BOOT-01" not in quiet.stdout
    assert "[1/2] BOOT-01    kvm        passed" in verbose.stdout


def test_neither_the_folder_nor_a_variable_brings_code_into_a_run(folder: Path) -> None:
    (folder / "pytest.py").write_text("raise SystemExit(9)")

    done = run_it(folder, PYTEST_PLUGINS="no_such_plugin")

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_report_of_an_earlier_run_is_not_told_as_this_ones(folder: Path) -> None:
    assert run_it(folder).returncode == 0

    done = subprocess.run(
        [COMMAND, "run", "--markdown", "no/folder/mr.md", "--", "test_checks.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 4
    assert "cannot be written: there is no folder" in done.stderr
    assert "HTML report" not in done.stdout + done.stderr


def test_markdown_and_metrics_go_where_they_are_wanted(folder: Path) -> None:
    done = run_it(folder, "--markdown", "mr.md", "--prometheus", "fake.prom")

    assert done.returncode == 0
    assert "✅ fake" in (folder / "mr.md").read_text()
    assert 'ostf_run_exit_code{cloud="fake",profile="full"} 0.0' in (folder / "fake.prom").read_text()


def on_a_terminal(folder: Path, **settings: str) -> str:
    """What a terminal of 80 columns is sent."""
    (folder / "test_checks.py").write_text(CHECK.format(seconds=0.5))
    master, slave = pty.openpty()
    command = [COMMAND, "run", "--no-html", "--", "test_checks.py"]
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", **settings},
        stdout=slave,
        stderr=slave,
    ) as child:
        os.close(slave)
        sent = b""
        with contextlib.suppress(OSError):  # Linux says EIO where a terminal's other end is closed
            while part := os.read(master, 4096):
                sent += part
        os.close(master)
    assert child.returncode == 0, sent
    return sent.decode()


def test_a_terminal_gets_a_live_view_and_colours_unless_it_wants_none(folder: Path) -> None:
    coloured, plain = on_a_terminal(folder), on_a_terminal(folder, NO_COLOR="1")
    dumb = on_a_terminal(folder, TERM="dumb")

    assert "of 2 done" in coloured
    assert "\x1b[32mpassed" in coloured
    assert "of 2 done" in plain
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", plain)
    assert "[1/2] BOOT-01" in dumb
    assert "\x1b[" not in dumb
