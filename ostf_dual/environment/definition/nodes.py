"""The nodes of a definition, and what goes on when a controller is lost. Values only."""

from dataclasses import dataclass
from typing import ClassVar, Final

from ostf_dual.environment.model import STRICT

MODES: Final = ("ha", "simple")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node and its roles, which the role table must know.

    Attributes:
        mac: How a Fuel master's discovered node is found again: ids change, MACs do not.
        zone: Availability zone of a node with role compute; None: the zone `nova`, Nova's default.
    """

    __pydantic_config__: ClassVar = STRICT

    name: str
    roles: tuple[str, ...]
    mac: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HighAvailability:
    """What goes on when a controller is lost.

    Attributes:
        mode: `ha` (several controllers may come) or `simple`.
        pacemaker: Roles whose services pacemaker is to run.
    """

    __pydantic_config__: ClassVar = STRICT

    mode: str = "ha"
    pacemaker: tuple[str, ...] = ()
