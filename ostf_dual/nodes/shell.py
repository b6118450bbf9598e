"""Running a program where the witness is: here, on a jump host, inside the lab."""

import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from ostf_dual.errors import OstfError
from ostf_dual.surroundings import without_secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """A program that came to its end, well or ill."""

    stdout: str
    stderr: str
    exit_status: int


class TimedOutError(OstfError):
    """A program was begun, and did not end in time."""


class Shell(Protocol):
    """A place where programs can be run."""

    def run(self, *argv: str, timeout_s: float = 30.0) -> Completed:
        """Run a program to its end; an exit status other than 0 is an answer, not an error.

        Raises:
            TimedOutError: It did not end in time.
            OstfError: It could not be run.
        """


class CommandShell:
    """Runs ``PREFIX ARGV...``; an empty prefix is this machine.

    Arguments are handed over as a list, never through a shell. ``ssh`` alone joins its arguments for the
    shell at the far end, so for it, and only for it, they are quoted. The program gets no secret of ours by its
    environment.
    """

    def __init__(self, prefix: Sequence[str] = ()) -> None:
        self.prefix = tuple(prefix)

    def __repr__(self) -> str:
        return shlex.join(self.prefix) or "this machine"

    def run(self, *argv: str, timeout_s: float = 30.0) -> Completed:
        """See ``Shell.run``."""
        over_ssh = bool(self.prefix) and PurePath(self.prefix[0]).name == "ssh"
        command = (*self.prefix, *(map(shlex.quote, argv) if over_ssh else argv))
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
        except FileNotFoundError:
            raise OstfError(
                f"no program {command[0]!r} on this machine (wanted: {shlex.join(command)})"
            ) from None
        except OSError as error:
            raise OstfError(f"cannot run {shlex.join(command)}: {error}") from error
        except subprocess.TimeoutExpired:
            raise TimedOutError(
                f"{shlex.join(argv)} on {self!r} did not end within {timeout_s:g} s"
            ) from None
        return Completed(stdout=done.stdout, stderr=done.stderr, exit_status=done.returncode)
