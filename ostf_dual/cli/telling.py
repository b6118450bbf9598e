"""How a run is told, and where besides its folder of reports: what `run` and `rerun` take."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class LogFormat(StrEnum):
    """TEXT for people; JSON: each event a line, for programs."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What the user wants to see.

    Attributes:
        quiet: Only what is at fault, and the verdict.
        verbose: 1: each check as it ends, with its steps. 2: besides, pytest's own words.
        as_json: The summary on standard output; all else goes to standard error.
        markdown: A file for the Markdown summary, beside the one among the reports.
        prometheus: A file for metrics.
    """

    quiet: bool = False
    verbose: int = 0
    log_format: LogFormat = LogFormat.TEXT
    as_json: bool = False
    markdown: Path | None = None
    prometheus: Path | None = None

    def __post_init__(self) -> None:
        """See that it can be had.

        Raises:
            InputError: Less and more than usual are wanted at once.
        """
        if self.quiet and self.verbose:
            # With what looks after secrets, which help has no need of.
            from ostf_dual.errors import InputError

            raise InputError("--quiet and --verbose contradict each other: give one of them")

    @property
    def arguments(self) -> list[str]:
        """The same in pytest's options."""
        given = [f"--ostf-log-format={self.log_format}", *["-v"] * self.verbose]
        given += ["-q"] if self.quiet else []
        given += ["--ostf-json"] if self.as_json else []
        given += [f"--ostf-markdown={self.markdown}"] if self.markdown else []
        given += [f"--ostf-prometheus={self.prometheus}"] if self.prometheus else []
        return given

    @property
    def is_for_programs(self) -> bool:
        """Whether what is on standard output is nothing for people."""
        return self.as_json or self.log_format is LogFormat.JSON
