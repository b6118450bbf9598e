"""Programs are run where the prefix leads, with just the arguments that they are given."""

import os
from pathlib import Path

import pytest

from ostf_dual.errors import OstfError
from ostf_dual.nodes.shell import CommandShell

SSH = """
for part in options host; do
  while getopts :46AaCfGgKkMNnqsTtVvXxYyB:b:c:D:E:e:F:I:i:J:L:l:m:O:o:P:p:Q:R:S:W:w: _; do :; done
  shift $((OPTIND - 1)); OPTIND=1
  [ $part = host ] || shift
done
exec sh -c "$*"
"""
"""What ssh does with its words, and sshd with those that ssh does not take for itself."""


def test_answers_with_output_and_exit_status() -> None:
    done = CommandShell().run("sh", "-c", "echo out; echo err >&2; exit 3")

    assert (done.stdout, done.stderr, done.exit_status) == ("out\n", "err\n", 3)


def test_puts_the_prefix_before_and_hands_arguments_over_untouched() -> None:
    done = CommandShell(("env", "WORD=found")).run("sh", "-c", 'echo "$WORD $1"', "sh", "a b; $(touch x)")

    assert done.stdout == "found a b; $(touch x)\n"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder first in $PATH, with an ssh, and with a docker that runs its words as they are."""
    for name, content in {"ssh": SSH, "docker": 'shift 2\nexec "$@"\n'}.items():
        file = tmp_path / name
        file.write_text(f"#!/bin/sh\n{content}")
        file.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return tmp_path


@pytest.mark.parametrize(
    "prefix",
    [
        "ssh host",
        "env ssh host",
        "env LANG=C ssh -o BatchMode=yes -4p 2222 -tt host",
        "ssh -l ssh host",
        "ssh -J jump host",
        "ssh ssh",
        "ssh host -t -- env LANG=C",
        "ssh host docker exec box",
        "ssh jump ssh host",
        "ssh -p22 jump -t env ssh host env",
        "ssh one ssh two ssh three",
        "docker exec ssh",
        "docker exec box ssh host",
        "docker exec box env",
    ],
)
def test_arguments_arrive_as_they_are_however_many_shells_read_them_on_their_way(
    programs: Path, prefix: str
) -> None:
    script = 'printf "%s|" "$1" "$2"; : $(touch "$3")'
    words = ("a  b; $(id)", 'it\'s "it" \\ *', str(programs / "once"))

    done = CommandShell(prefix.split()).run("sh", "-c", script, "sh", *words)

    assert done.stdout == "".join(f"{word}|" for word in words[:2])
    assert (programs / "once").exists()


def test_a_wrapper_called_ssh_that_knows_its_host_is_quoted_for(tmp_path: Path) -> None:
    wrapper = tmp_path / "ssh"
    wrapper.write_text('#!/bin/sh\nexec sh -c "$*"\n')
    wrapper.chmod(0o755)

    assert CommandShell((str(wrapper),)).run("printf", "%s|", "a b", "$(id)").stdout == "a b|$(id)|"


def test_says_which_program_is_missing() -> None:
    with pytest.raises(OstfError, match="no program 'no-such-program'"):
        CommandShell(("no-such-program",)).run("true")


def test_gives_up_on_a_program_that_does_not_end() -> None:
    with pytest.raises(OstfError, match=r"sleep 5 on .* did not end within 0\.1 s"):
        CommandShell(("env",)).run("sleep", "5", timeout_s=0.1)


def test_output_that_is_not_utf8_is_no_error() -> None:
    assert CommandShell().run("printf", r"\377").stdout == "\ufffd"
