"""Running a program where the witness is: here, on a jump host, inside the lab."""

import shlex
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from ostf_dual.errors import OstfError
from ostf_dual.surroundings import without_secrets

SSH_FAILED = 255
"""ssh's own exit status, where the far program has none (ssh(1))."""
PATIENCE_S = 30.0
"""How long a program may take, unless its caller says otherwise."""
_SSH = frozenset({"ssh", "autossh"})
_WITH_A_VALUE = frozenset("BbcDEeFIiJLlmOoPpQRSWw")
"""Of ssh(1)'s options: the value is what follows in the word, else the next word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """A program that came to its end, well or ill."""

    stdout: str
    stderr: str
    exit_status: int


class TimedOutError(OstfError):
    """A program was begun, and did not end in time."""


class UnreachedError(OstfError):
    """The machine where a program was to run was not reached: by its command's word, ``SSH_FAILED``."""


class Shell(Protocol):
    """A place where programs can be run."""

    def run(self, *argv: str, timeout_s: float = PATIENCE_S) -> Completed:
        """Run a program to its end; an exit status other than 0 is an answer, not an error.

        Raises:
            TimedOutError: It did not end in time.
            OstfError: It could not be run.
        """


class CommandShell:
    """Runs ``PREFIX ARGV...``; an empty prefix is this machine.

    Arguments are handed over as a list, never through a shell of ours. ``ssh`` joins its arguments for the shell
    at the far end, so they are quoted once for each ssh of the prefix; whatever else stands there (sudo, env, docker
    exec, ip netns exec, nsenter) hands them on as they are. The program gets no secret of ours by its environment.
    """

    def __init__(self, prefix: Sequence[str] = ()) -> None:
        self.prefix = tuple(prefix)
        self._shells = far_shells(self.prefix)

    def __repr__(self) -> str:
        return shlex.join(self.prefix) or "this machine"

    def run(self, *argv: str, timeout_s: float = PATIENCE_S) -> Completed:
        """See ``Shell.run``."""
        command = (*self.prefix, *(_quoted(word, self._shells) for word in argv))
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=timeout_s,
                check=False,
                env=without_secrets(),
            )
        except OSError as error:
            # Where a folder of PATH is closed to this user, "permission denied" may be all that is said of it.
            if shutil.which(command[0]) is None:
                raise OstfError(
                    f"no program {command[0]!r} on this machine (wanted: {shlex.join(command)})"
                ) from None
            raise OstfError(f"cannot run {shlex.join(command)}: {error}") from error
        except subprocess.TimeoutExpired:
            raise TimedOutError(
                f"{shlex.join(argv)} on {self!r} did not end within {timeout_s:g} s"
            ) from None
        return Completed(stdout=done.stdout, stderr=done.stderr, exit_status=done.returncode)


def far_shells(prefix: Sequence[str]) -> int:
    """How many shells a command is read by behind a prefix: one for each ssh that stands there as a program."""
    count = place = 0
    while place < len(prefix):
        is_ssh = PurePath(prefix[place]).name in _SSH
        place += 1
        # As the last word it is a container or a namespace of that name; as the only one a wrapper that knows its host.
        if is_ssh and (place < len(prefix) or place == 1):
            count += 1
            host = _past_options(prefix, place)
            place = _past_options(prefix, host + 1)  # ssh takes them on both sides of the host
    return count


def _past_options(words: Sequence[str], place: int) -> int:
    while place < len(words) and words[place].startswith("-"):
        if words[place] == "--":
            return place + 1
        letters = words[place][1:]
        valued = next((index for index, letter in enumerate(letters) if letter in _WITH_A_VALUE), None)
        place += 2 if valued == len(letters) - 1 else 1
    return place


def _quoted(word: str, times: int) -> str:
    for _ in range(times):
        word = shlex.quote(word)
    return word
