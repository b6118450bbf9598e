"""A program that is waited for, heard line by line, and ended with all that it started."""

import os
import shlex
import signal
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from rich.text import Text

from ostf_dual.errors import InputError
from ostf_dual.redaction import redacted
from ostf_dual.waiting import WaitTimeoutError

Hear = Callable[[str], None]

_LAST_LINES = 15
_GRACE_S = 20.0
_KILLED_S = 5.0  # what a SIGKILL reaches is gone at once
_READERS_S = 5.0  # a daemon that the program left may hold its output open for ever


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program and all that it gets.

    Attributes:
        name: What messages call it, as `commands.deploy`.
        environment: Its whole environment; nothing else of ours comes to it.
        given: What it reads on its standard input.
    """

    name: str
    argv: tuple[str, ...]
    cwd: Path
    environment: Mapping[str, str]
    given: str
    timeout_s: float


def run(program: Program, hear: Hear) -> None:
    """Run a program to its end; each line that it prints is heard as it comes, without colours and secrets.

    Raises:
        InputError: It cannot be started.
        AssertionError: It ended with another status than 0, or not in time; with its last lines.
    """
    last: deque[str] = deque(maxlen=_LAST_LINES)

    def say(line: str) -> None:
        last.append(line)
        hear(line)

    _run(program, say, say, last)


def read(program: Program, hear: Hear) -> str:
    """Run a program for its standard output; only standard error is heard.

    Raises:
        InputError: As ``run``.
        AssertionError: As ``run``.
    """
    output: list[str] = []
    last: deque[str] = deque(maxlen=_LAST_LINES)

    def say(line: str) -> None:
        last.append(line)
        hear(line)

    def keep(line: str) -> None:
        last.append(line)
        output.append(line)

    _run(program, keep, say, last)
    return "\n".join(output)


def _run(program: Program, out: Hear, err: Hear, last: deque[str]) -> None:
    process = _started(program)
    readers = [_reader(process.stdout, out), _reader(process.stderr, err)]
    try:
        # An interrupt may come with the first line, before anything is waited for.
        for each in readers:
            each.start()
        status = process.wait(program.timeout_s)
    except subprocess.TimeoutExpired:
        end = _end(process, signal.SIGTERM) or "it was ended, with all that it started"
        words = last[-1] if last else "it said nothing"
        what = f"{program.name} ({program.argv[0]}) to end; {end}"
        raise WaitTimeoutError(what, program.timeout_s, words) from None
    except BaseException:
        if left := _end(process, signal.SIGINT):
            err(f"{program.name} ({program.argv[0]}): {left}")
        raise
    finally:
        for each in readers:
            if each.ident is None:  # the interrupt came before it was started
                each.start()
            each.join(_READERS_S)
    if status != 0:
        raise AssertionError(_told(program, status, last))


def _started(program: Program) -> "subprocess.Popen[str]":
    # A file and no pipe: a program that does not read its input must not stop us.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as given:
        given.write(program.given)
        given.seek(0)
        try:
            return subprocess.Popen(
                program.argv,
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=program.cwd,
                env=dict(program.environment),
                encoding="utf-8",
                errors="replace",
                start_new_session=True,  # a group of its own, that can be ended as a whole
            )
        except (OSError, ValueError, IndexError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            shown = shlex.join(program.argv[:1])
            raise InputError(f"{program.name}: cannot run {shown} in {program.cwd}: {why}") from None


def _reader(pipe: IO[str] | None, hear: Hear) -> threading.Thread:
    """Reads a pipe beside the waiting, until it is empty."""

    def listen() -> None:
        with pipe or nullcontext(()) as lines:
            for line in lines:
                hear(redacted(Text.from_ansi(line).plain.rstrip()))

    return threading.Thread(target=listen, daemon=True)


def _end(process: "subprocess.Popen[str]", first: signal.Signals) -> str | None:
    """End a program and its group: asked first, killed when it takes its time; says what goes on all the same."""
    try:
        _signal(process, first)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_S)
    finally:
        _signal(process, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_KILLED_S)
    is_ended = _signal(process, signal.SIGKILL) and process.returncode is not None
    return None if is_ended else f"it could not be ended: process group {process.pid} goes on"


def _signal(process: "subprocess.Popen[str]", number: signal.Signals) -> bool:
    """Signal a program's group; False: what is left of it is another user's, as what `sudo` starts is."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return True


def _told(program: Program, status: int, last: deque[str]) -> str:
    how = f"exit status {status}" if status > 0 else f"killed by {signal.Signals(-status).name}"
    ending = ["its last lines:", *(f"  {line}" for line in last)] if last else ["it said nothing"]
    return "\n".join((f"{program.name} ({program.argv[0]}) failed: {how}; {ending[0]}", *ending[1:]))
