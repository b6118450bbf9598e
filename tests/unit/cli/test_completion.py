"""Completion: the script of each shell is one that the shell takes, and the command answers it."""

import shutil
import subprocess

import pytest

from tests.unit.cli.test_entry_point import call


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_asks_the_command(shell: str) -> None:
    done = call("completion", shell)

    assert done.returncode == 0
    assert "_OSTF_DUAL_COMPLETE" in done.stdout
    assert "ostf-dual" in done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_takes_its_script(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")

    checked = subprocess.run(
        [shell, "-n"], input=call("completion", shell).stdout, capture_output=True, text=True, check=False
    )

    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "position", "wanted"),
    [
        ("ostf-dual ", 1, {"run", "rerun", "list", "explain", "discover", "doctor", "report", "cleanup"}),
        ("ostf-dual ", 1, {"compare", "history", "watch", "completion", "deploy", "scenario", "lab"}),
        ("ostf-dual wa", 1, {"watch"}),
        ("ostf-dual run --pro", 2, {"--profile", "--prometheus"}),
        ("ostf-dual run --profile ", 3, {"quick", "smoke", "full"}),
        ("ostf-dual lab ", 2, {"up", "down", "status"}),
    ],
)
def test_what_could_follow_is_offered(words: str, position: int, wanted: set[str]) -> None:
    asked = {"_OSTF_DUAL_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(position)}

    offered = set(call(**asked).stdout.split())

    assert wanted <= offered


def test_a_shell_that_is_not_known_is_wrong_input() -> None:
    done = call("completion", "tcsh")

    assert done.returncode == 4
    assert "'tcsh' is not one of" in done.stderr
