"""Processes are told apart from later ones with their number; an init that nobody recorded is found."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from ostf_dual.deployers.lab import containment
from ostf_dual.deployers.lab.containment import Containment, Process
from ostf_dual.errors import OstfError


def test_a_process_lives_until_it_ends() -> None:
    with subprocess.Popen(["sleep", "60"]) as program:
        process = Process.of(program.pid)
        before = process.lives
        program.kill()
        # Its end makes it a zombie first; waitid leaves it one.
        os.waitid(os.P_PID, program.pid, os.WEXITED | os.WNOWAIT)
        as_a_zombie = process.lives

    assert (before, as_a_zombie, process.lives) == (True, False, False)


def test_a_later_process_with_the_same_number_is_another() -> None:
    this = Process.of(os.getpid())

    assert this.lives
    assert not replace(this, started=this.started - 1).lives


def test_a_name_with_brackets_and_spaces_does_not_confuse_it(tmp_path: Path) -> None:
    program = tmp_path / "a) b (c"
    program.symlink_to("/bin/sleep")
    with subprocess.Popen([program, "60"]) as running:
        assert Process.of(running.pid).lives
        running.kill()


def test_a_lab_that_is_gone_cannot_be_entered() -> None:
    gone = Containment(Process(pid=2**22 + 1, started=0))

    with pytest.raises(OstfError, match=r"init .* is gone"):
        gone.in_network(lambda: None)
    with pytest.raises(OstfError, match="inside the lab"):
        gone.run(["true"])


def test_inits_of_this_folder_are_ended_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # By name as `start` does it, without the rights to make namespaces.
    script = "import signal; signal.pause()"
    mine, other = (
        subprocess.Popen(["unshare", "-c", script, "x/init.sh", str(state)], executable="/usr/bin/python3")
        for state in (tmp_path / "a", tmp_path / "ab")
    )
    asked, really_kill = [], os.kill

    def kill(pid: int, number: int) -> None:
        asked.append(pid)
        if pid in {
            mine.pid,
            other.pid,
        }:  # a mistake in what is tested must not reach the labs of this machine
            really_kill(pid, number)
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)

    with mine, other:
        with monkeypatch.context() as patched:
            patched.setattr("os.kill", kill)
            containment.end_all(tmp_path / "a")
        other.kill()

    assert asked == [mine.pid]
