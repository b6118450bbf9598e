"""How the things of one run are told from everything else: a table of the marks that each kind can carry.

All marks of a thing are set by the call that makes it: no crash comes between. That is why what Neutron keeps is
marked by its description: tags take a second call.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from ostf_dual.errors import InputError

_RUN_ID = re.compile(r"\d{12}-[0-9a-f]{4}")
_NAME = re.compile(rf"ostf-({_RUN_ID.pattern})-")
_NOTE = re.compile(rf"ostf-run=({_RUN_ID.pattern})")
_KEY = "ostf-run"
BEGUN: Final = "%y%m%d%H%M%S"
"""How a run's id says when the run began, in UTC."""
OWN = "checks"
"""What the names of a run's own project and user end with."""


class Mark(StrEnum):
    """One way in which a thing says whose it is."""

    NAME = "name"
    """It begins with ``ostf-RUN-``."""
    METADATA = "metadata"
    """``ostf-run`` is RUN; a property of images."""
    DESCRIPTION = "description"
    """It is ``ostf-run=RUN``."""
    TAG = "tag"
    """``ostf-run=RUN`` is one of them."""
    PROJECT = "project"
    """It is in the project that the run works in."""
    USER = "user"
    """It is of the user whom the run works as."""


_NETWORK = frozenset({Mark.NAME, Mark.DESCRIPTION, Mark.PROJECT})
CARRIED: Final[Mapping[str, frozenset[Mark]]] = {
    "server": frozenset({Mark.NAME, Mark.METADATA, Mark.PROJECT}),
    "volume": frozenset({Mark.NAME, Mark.METADATA, Mark.PROJECT}),
    "snapshot": frozenset({Mark.NAME, Mark.METADATA, Mark.PROJECT}),
    "image": frozenset({Mark.NAME, Mark.METADATA, Mark.PROJECT}),
    "port": _NETWORK,
    "router": _NETWORK,
    "network": _NETWORK,
    "subnet": _NETWORK,
    "security group": _NETWORK,
    "floating ip": frozenset({Mark.DESCRIPTION, Mark.PROJECT}),  # has no name
    "key pair": frozenset({Mark.NAME, Mark.USER}),  # has neither tag nor project
    "flavor": frozenset({Mark.NAME, Mark.DESCRIPTION}),  # is the whole cloud's
    "project": frozenset({Mark.NAME, Mark.DESCRIPTION, Mark.TAG}),
    "user": frozenset({Mark.NAME, Mark.DESCRIPTION}),
}
"""A thing is a run's, and may be deleted, only if it bears every mark that its kind can carry."""

SPEAKING: Final = frozenset({Mark.NAME, Mark.METADATA, Mark.DESCRIPTION, Mark.TAG})
"""Marks that name a run: with one of these a foreign thing looks like the run's."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one run."""

    run_id: str

    @property
    def prefix(self) -> str:
        """How names begin."""
        return f"ostf-{self.run_id}-"

    @property
    def own_name(self) -> str:
        """What its own project and user are called."""
        return self.prefix + OWN

    @property
    def metadata(self) -> dict[str, str]:
        """On what has metadata."""
        return {_KEY: self.run_id}

    @property
    def description(self) -> str:
        """On what has a description, and what tags say."""
        return f"ostf-run={self.run_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a thing says of itself, of whatever kind it is."""

    name: str = ""
    metadata: Mapping[str, str] | None = None
    description: str = ""
    tags: tuple[str, ...] = ()

    def bears(self, marks: Marks) -> frozenset[Mark]:
        """The marks of a run that stand on it."""
        borne = {
            Mark.NAME: self.name.startswith(marks.prefix),
            Mark.METADATA: (self.metadata or {}).get(_KEY) == marks.run_id,
            Mark.DESCRIPTION: self.description == marks.description,
            Mark.TAG: marks.description in self.tags,
        }
        return frozenset(mark for mark, is_borne in borne.items() if is_borne)

    def run_ids(self) -> frozenset[str]:
        """The runs that it names, by whichever mark."""
        notes = (self.description, *self.tags)
        named = [_NAME.match(self.name), *(_NOTE.fullmatch(note) for note in notes)]
        found = {match[1] for match in named if match}
        found.add((self.metadata or {}).get(_KEY, ""))
        return frozenset(filter(is_run_id, found))


def is_run_id(text: str) -> bool:
    """Whether a run can have this id: it begins with a time, or is somebody else's mark."""
    if not _RUN_ID.fullmatch(text):
        return False
    try:
        datetime.strptime(text.partition("-")[0], BEGUN).replace(tzinfo=UTC)
    except ValueError:
        return False
    return True


def checked_run_id(text: str) -> str:
    """A run's id, as somebody typed it.

    Raises:
        InputError: It cannot be one; half an id would be the beginning of many names.
    """
    if not is_run_id(text):
        raise InputError(f"{text!r} is no id of a run: they look like 261124015854-e256 (ostf-dual history)")
    return text
