"""Programs that end well, ill, late, or not at all."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ostf_dual.deployers import process
from ostf_dual.deployers.process import Program
from ostf_dual.errors import InputError
from ostf_dual.redaction import conceal
from ostf_dual.waiting import WaitTimeoutError, wait_until

WAIT = "import threading; threading.Event().wait(60)"
# Prints its child's number, and that child ignores what asks it to end.
WITH_CHILD = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {WAIT}"])
print(child.pid, flush=True)
{WAIT}
"""


@pytest.fixture
def python(tmp_path: Path) -> Callable[..., Program]:
    def made(code: str, *, timeout_s: float = 30, given: str = "", **variables: str) -> Program:
        return Program(
            name="commands.deploy",
            argv=(sys.executable, "-c", code),
            cwd=tmp_path,
            environment=variables,
            given=given,
            timeout_s=timeout_s,
        )

    return made


def is_gone(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().split()[2] == "Z"
    except FileNotFoundError:
        return True


def test_lines_are_heard_in_order_without_colours_and_secrets(python: Callable[..., Program]) -> None:
    heard: list[str] = []
    conceal("hunter2")

    process.run(python(r"print('\x1b[31mred\x1b[0m [bold]'); print('hunter2!')"), heard.append)

    assert heard == ["red [bold]", "***!"]


def test_a_line_is_heard_while_the_program_runs(python: Callable[..., Program], tmp_path: Path) -> None:
    code = f"""
import pathlib, threading
print("first", flush=True)
while not pathlib.Path({str(tmp_path / "heard")!r}).exists():
    threading.Event().wait(0.01)
"""

    def hear(line: str) -> None:
        (tmp_path / "heard").write_text(line)

    process.run(python(code), hear)

    assert (tmp_path / "heard").read_text() == "first"


def test_it_reads_what_it_is_given_and_its_output_can_be_kept(python: Callable[..., Program]) -> None:
    heard: list[str] = []
    code = "import sys; print(len(sys.stdin.read())); print('so far', file=sys.stderr)"

    assert process.read(python(code, given="x" * 200_000), heard.append) == "200000"
    assert heard == ["so far"]


def test_what_does_not_read_its_input_ends_all_the_same(python: Callable[..., Program]) -> None:
    process.run(python("pass", given="x" * 200_000), print)


def test_it_gets_the_variables_that_it_is_given_and_no_others(
    python: Callable[..., Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OS_PASSWORD", "ours")

    said = process.read(
        python("import os; print(os.environ.get('OS_PASSWORD'), os.environ['A'])", A="b"), print
    )

    assert said == "None b"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; print('no space'); sys.exit(3)", "exit status 3; its last lines:\n  no space"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "killed by SIGKILL; it said nothing"),
    ],
)
@pytest.mark.parametrize("call", [process.run, process.read])
def test_a_bad_end_is_told_with_its_last_words(
    python: Callable[..., Program], call: Callable[..., object], code: str, words: str
) -> None:
    with pytest.raises(AssertionError) as caught:
        call(python(code), lambda _: None)

    assert "commands.deploy" in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize("argv", [(), ("./nothing",), ("/etc",), ("a\0b",)])
def test_what_cannot_be_started_names_program_and_folder(argv: tuple[str, ...], tmp_path: Path) -> None:
    program = Program(name="commands.plan", argv=argv, cwd=tmp_path, environment={}, given="", timeout_s=1)

    with pytest.raises(InputError, match=r"commands\.plan: cannot run .*"):
        process.run(program, print)


def test_one_that_takes_too_long_is_ended_with_its_children(
    python: Callable[..., Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_GRACE_S", 0.1)
    heard: list[str] = []

    with pytest.raises(WaitTimeoutError, match=r"waited 2 s for commands\.deploy") as caught:
        process.run(python(WITH_CHILD, timeout_s=2), heard.append)

    assert caught.value.last == heard[0]
    wait_until(lambda: is_gone(int(heard[0])), bool, what="the child to be gone", timeout_s=10)


def test_an_interrupt_ends_it_with_its_children(
    python: Callable[..., Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_GRACE_S", 0.1)
    heard: list[str] = []

    def interrupt(line: str) -> None:
        heard.append(line)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        process.run(python(WITH_CHILD), interrupt)

    wait_until(lambda: is_gone(int(heard[0])), bool, what="the child to be gone", timeout_s=10)


@pytest.fixture
def of_another_user(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Process groups that may not be signalled; they are ended behind the test."""
    groups: list[int] = []
    killpg = os.killpg

    def refuse(group: int, _: int) -> None:
        groups.append(group)
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(process, "_GRACE_S", 0.1)
    monkeypatch.setattr(process, "_KILLED_S", 0.1)
    monkeypatch.setattr(process, "_READERS_S", 0.1)
    monkeypatch.setattr(os, "killpg", refuse)
    yield groups
    killpg(groups[0], signal.SIGKILL)


def test_one_that_takes_too_long_and_may_not_be_ended_is_told_as_such(
    python: Callable[..., Program], of_another_user: list[int]
) -> None:
    with pytest.raises(WaitTimeoutError) as caught:
        process.run(python(WAIT, timeout_s=0.2), lambda _: None)

    assert f"it could not be ended: process group {of_another_user[0]} goes on" in str(caught.value)
    assert "it was ended" not in str(caught.value)


def test_an_interrupt_stays_one_where_the_program_may_not_be_ended(
    python: Callable[..., Program], of_another_user: list[int]
) -> None:
    heard: list[str] = []

    def interrupt(line: str) -> None:
        heard.append(line)
        if line == "here":
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        process.run(python(f"print('here', flush=True); {WAIT}"), interrupt)

    assert f"it could not be ended: process group {of_another_user[0]} goes on" in heard[-1]


def test_a_daemon_that_it_leaves_is_left_alone(
    python: Callable[..., Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_READERS_S", 0.2)
    heard: list[str] = []
    code = (
        f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {WAIT!r}]).pid, flush=True)"
    )

    process.run(python(code), heard.append)

    assert not is_gone(int(heard[0]))
    os.kill(int(heard[0]), signal.SIGKILL)
