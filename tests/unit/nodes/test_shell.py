from typing import Any

import pytest

from ostf_dual.errors import OstfError
from ostf_dual.nodes.shell import CommandShell


def test_answers_with_output_and_exit_status() -> None:
    done = CommandShell().run("sh", "-c", "echo out; echo err >&2; exit 3")

    assert (done.stdout, done.stderr, done.exit_status) == ("out\n", "err\n", 3)


def test_puts_the_prefix_before_and_hands_arguments_over_untouched() -> None:
    done = CommandShell(("env", "WORD=found")).run("sh", "-c", 'echo "$WORD $1"', "sh", "a b; $(touch x)")

    assert done.stdout == "found a b; $(touch x)\n"


def test_quotes_for_ssh_because_ssh_joins_words_for_a_shell(tmp_path: Any) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text('#!/bin/sh\nshift\nexec sh -c "$*"\n')  # what sshd does with its arguments
    ssh.chmod(0o755)

    done = CommandShell((str(ssh), "host")).run("printf", "%s|", "a b", "$(id)")

    assert done.stdout == "a b|$(id)|"


def test_says_which_program_is_missing() -> None:
    with pytest.raises(OstfError, match="no program 'no-such-program'"):
        CommandShell(("no-such-program",)).run("true")


def test_gives_up_on_a_program_that_does_not_end() -> None:
    with pytest.raises(OstfError, match=r"sleep 5 on .* did not end within 0\.1 s"):
        CommandShell(("env",)).run("sleep", "5", timeout_s=0.1)


def test_output_that_is_not_utf8_is_no_error() -> None:
    assert CommandShell().run("printf", r"\377").stdout == "\ufffd"
