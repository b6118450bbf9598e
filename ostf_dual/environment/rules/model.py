"""A rule as data, and what it says of a definition."""

from dataclasses import dataclass
from typing import Final

OURS: Final = "ostf-dual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule on definitions.

    Attributes:
        id: Its name, by which its test is found.
        says: What a definition must be, in a sentence.
        source: Where it is from: the spec, a release of Nailgun, this program.
        holds_for: Releases; empty: all of both rule books.
        is_warning: Whether a definition that breaks it can be deployed all the same.
    """

    id: str
    says: str
    source: str = OURS
    holds_for: str = ""
    is_warning: bool = False

    def broken(self, path: str, message: str, source: str | None = None) -> "Problem":
        """Say that it is broken, at a path of the file."""
        return Problem(path=path, message=message, rule=self, source=source or self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A rule that a definition breaks.

    Attributes:
        path: In the file, as ``nodes.2.roles``.
        source: The rule's, or more precisely that of the row of data that it goes by.
    """

    path: str
    message: str
    rule: Rule
    source: str

    @property
    def is_warning(self) -> bool:
        """Whether the definition can be deployed all the same."""
        return self.rule.is_warning
