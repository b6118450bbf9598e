"""Our own commands, run as a user runs them: in a process of its own, heard line by line."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO

from ostf_dual.errors import OstfError

_LONGEST_S = 1800.0
_LAST_WORDS_S = 120.0
_COLUMNS = "120"
"""Of the tables in the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a command left: its exit code, and all that it said."""

    code: int
    output: str


def run(
    arguments: Sequence[str],
    hear: Callable[[str], None],
    *,
    stop: Callable[[str], bool] = lambda _: False,
    longest_s: float = _LONGEST_S,
) -> Ended:
    """Run ``ostf-dual ARGUMENTS`` to its end. Who is interrupted meanwhile lets it clean up first.

    Args:
        arguments: Its command line.
        hear: Gets each line as it comes.
        stop: Is asked of each line whether to end it here, as Ctrl-C does.
        longest_s: Then it is told to end, and has two minutes to clean up.

    Raises:
        OstfError: It took longer than that.
    """
    command = [sys.executable, "-P", "-m", "ostf_dual", *arguments]  # -P: nothing from the folder we are in
    environment = {**os.environ, "COLUMNS": _COLUMNS}
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        process_group=0,  # so that what it started can be ended with it
    ) as child:
        try:
            with _limit(child, longest_s) as is_over:
                lines = _lines(child.stdout, hear, lambda line: child.terminate() if stop(line) else None)
        except BaseException:
            child.terminate()
            try:
                child.wait(_LAST_WORDS_S)
            except subprocess.TimeoutExpired:
                _kill(child)
            raise
    if is_over.is_set():
        raise OstfError(f"`ostf-dual {' '.join(arguments)}` took longer than {longest_s:g} s, and was ended")
    return Ended(code=child.returncode, output="".join(lines))


@contextmanager
def _limit(child: subprocess.Popen[str], longest_s: float) -> Iterator[threading.Event]:
    """Have it end in time, by force where it does not; the event says that its time was over."""
    is_over = threading.Event()

    def end() -> None:
        is_over.set()
        child.terminate()

    timers = (
        threading.Timer(longest_s, end),
        threading.Timer(longest_s + _LAST_WORDS_S, _kill, [child]),
    )
    for timer in timers:
        timer.daemon = True
        timer.start()
    try:
        yield is_over
    finally:
        for timer in timers:
            timer.cancel()


def _kill(child: subprocess.Popen[str]) -> None:
    """All of its group: what it started holds the pipe that we listen at."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def _lines(pipe: IO[str] | None, *heard: Callable[[str], object]) -> list[str]:
    found = []
    for line in pipe or ():
        found.append(line)
        for each in heard:
            each(line.rstrip())
    return found
