"""Releases, and the rule book that each chooses."""

import re
from enum import StrEnum

_FORM = re.compile(r"([0-9]{1,4})\.([0-9]{1,2})")
_FIRST_YEAR = 2010
FUEL_RELEASES = ("6.1", "7.0", "8.0", "9.0", "9.1", "9.2")
"""With VMware beside KVM; it was taken out again in 10."""

Release = tuple[int, int]


class RuleBook(StrEnum):
    """Whose rules a definition is held to."""

    FUEL = "Fuel"
    OPENSTACK = "OpenStack"


def parsed(text: str) -> Release | None:
    """``9.2`` or ``2024.2`` as numbers; None for anything else."""
    found = _FORM.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None


def book_of(text: str) -> RuleBook:
    """The rule book: Fuel counted its releases, OpenStack calls them by the year."""
    release = parsed(text)
    return RuleBook.FUEL if release and release[0] < _FIRST_YEAR else RuleBook.OPENSTACK


def chosen_by(text: str) -> str:
    """The rule book and why it is that one, for messages."""
    return f"the rule book of {book_of(text)}, which release {text} chooses"
