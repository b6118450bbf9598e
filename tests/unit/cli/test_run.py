"""``ostf-dual run`` on a small cloud: files, table, report and exit code come from a pytest of its own."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

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
