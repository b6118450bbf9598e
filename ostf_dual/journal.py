"""What a run says before it creates a thing, so that the thing can be found again after a crash."""

from typing import Protocol


class Journal(Protocol):
    """Where intents and their outcomes are kept; ``runs`` implements it, ``cloud`` is handed one."""

    run_id: str

    def intend(self, kind: str, name: str) -> int:
        """Record, on disk, that a thing of this kind and name is about to be made; returns the entry's number."""

    def made(self, entry: int, resource_id: str) -> None:
        """Record the id that it got."""

    def gone(self, kind: str, resource_id: str) -> None:
        """Record that it was seen to be gone."""
