"""What `make prove` proves, one by one."""

from typing import Protocol


class Item(Protocol):
    """Something that is tried for real, and that is proven or not."""

    @property
    def kind(self) -> str:
        """fault, scenario ..."""

    @property
    def name(self) -> str:
        """Unique among all items; by it a person asks for this one alone."""

    def tried(self) -> list[str]:
        """Try it; returns what is wrong, empty: nothing. A try that was cut off must not stand in the next one's way.

        Whatever it raises is told as wrong too, and ends no other item.
        """
