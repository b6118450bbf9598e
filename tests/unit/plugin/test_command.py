"""A command of ours inside a scenario ends in time, with all that it started."""

import time
from pathlib import Path

import pytest

from ostf_dual.errors import OstfError
from ostf_dual.plugin import command
from ostf_dual.runs.journal import recorded_runs
from tests.unit.plugin.conftest import FAKE_CLOUD

CHECK = """
import pytest, signal, threading
@pytest.mark.check("BOOT-01", profile="smoke", layer="compute")
def test_boot(zone, test_vm):
    {before}
    open("begun", "w").close()
    threading.Event().wait(300)
"""
DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"


@pytest.mark.parametrize(("before", "longest_s"), [("pass", 5.0), (DEAF, 5.0), ("pass", 0.1)])
def test_what_takes_too_long_is_ended_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, longest_s: float
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("OS_CLOUD", "fake")
    monkeypatch.setenv("FAKE_CLOUD", "{}")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "conftest.py").write_text(FAKE_CLOUD.read_text())
    (tmp_path / "test_checks.py").write_text(CHECK.format(before=before))
    if before == DEAF:
        monkeypatch.setattr(command, "_LAST_WORDS_S", 1.0)
    began = time.monotonic()

    with pytest.raises(OstfError, match=rf"`ostf-dual run .*` took longer than {longest_s:g} s"):
        command.run(["run", "--no-html", "--", "test_checks.py"], lambda _: None, longest_s=longest_s)

    assert Path("begun").exists() is (longest_s > 1)
    assert time.monotonic() - began < 200  # so the one that waits has been ended
    if before != DEAF:
        assert all(run.is_clean for run in recorded_runs(tmp_path / "state/ostf-dual/runs"))
