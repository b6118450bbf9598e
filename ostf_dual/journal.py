"""What a run says before it creates a thing, so that the thing can be found again after a crash."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing in a journal.

    Attributes:
        resource_id: None where the run ended between asking for the thing and being told its id.
        gone: Whether the run saw that it is gone.
    """

    number: int
    kind: str
    name: str
    resource_id: str | None = None
    gone: bool = False


class Journal(Protocol):
    """Where intents and their outcomes are kept; ``runs`` implements it, ``cloud`` is handed one."""

    run_id: str

    @property
    def was_used(self) -> bool:
        """Whether the run began to make anything, by whomever."""

    def intend(self, kind: str, name: str) -> int:
        """Record, on disk, that such a thing is about to be made; returns the number of the entry."""

    def made(self, entry: int, resource_id: str) -> None:
        """Record the id that it got."""

    def gone(self, kind: str, resource_id: str) -> None:
        """Record that it was seen to be gone."""
