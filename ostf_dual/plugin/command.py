"""Our own commands, run as a user runs them: in a process of its own, heard line by line."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

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
    arguments: Sequence[str], hear: Callable[[str], None], *, stop: Callable[[str], bool] = lambda _: False
) -> Ended:
    """Run ``ostf-dual ARGUMENTS`` to its end. Who is interrupted meanwhile lets it clean up first.

    Args:
        arguments: Its command line.
        hear: Gets each line as it comes.
        stop: Is asked of each line whether to end it here, as Ctrl-C does.
    """
    command = [sys.executable, "-P", "-m", "ostf_dual", *arguments]  # -P: nothing from the folder we are in
    environment = {**os.environ, "COLUMNS": _COLUMNS}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as child:
        overdue = threading.Timer(_LONGEST_S, child.kill)
        overdue.start()
        try:
            lines = _lines(child.stdout, hear, lambda line: child.terminate() if stop(line) else None)
        except BaseException:
            child.terminate()
            child.wait(_LAST_WORDS_S)
            raise
        finally:
            overdue.cancel()
    return Ended(code=child.returncode, output="".join(lines))


def _lines(pipe: IO[str] | None, *heard: Callable[[str], object]) -> list[str]:
    found = []
    for line in pipe or ():
        found.append(line)
        for each in heard:
            each(line.rstrip())
    return found
