"""What is wrong with a file, each thing with its place."""

from collections.abc import Sequence
from dataclasses import dataclass

from ostf_dual.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with a file, or worth knowing of it.

    Attributes:
        path: In the file, as ``nodes.2.roles``; empty: the file as a whole.
        line: Of that, or of the nearest thing around it, counted from 1.
        source: Where a rule is from; None for what is no rule but the form of the file.
        is_warning: Whether the file can be used all the same.
    """

    path: str
    message: str
    line: int | None = None
    source: str | None = None
    is_warning: bool = False

    def __str__(self) -> str:
        line = f"line {self.line}, " if self.line else ""
        source = f" ({self.source})" if self.source else ""
        return f"{line}{self.path or '(top)'}: {self.message}{source}"


class FileError(InputError):
    """A file that cannot be used, with everything that is wrong with its form."""

    def __init__(self, source: str, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join((f"{source} cannot be used:", *(f"  {each}" for each in faults))))
        self.faults = tuple(faults)
