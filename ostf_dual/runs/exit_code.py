"""How a run ends, as a number."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a run ends; the same for the command and for plain pytest."""

    OK = 0
    FAILED = 1
    INTERRUPTED = 2
    INTERNAL_ERROR = 3
    USAGE = 4
    UNPROVEN = 5
    BROKEN = 6
    LEAKED = 7

    @property
    def meaning(self) -> str:
        """One line for help texts."""
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.OK: "all well: checks ran in every expected zone and none failed",
    ExitCode.FAILED: "a check failed",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.INTERNAL_ERROR: "internal error",
    ExitCode.USAGE: "wrong input: an option, a file, the name of a cloud",
    ExitCode.UNPROVEN: "nothing ran, or an expected zone is unproven",
    ExitCode.BROKEN: "the cloud or a check could not be asked, and none failed",
    ExitCode.LEAKED: "something that the run made is left",
}
