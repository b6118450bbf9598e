"""What a fault is: a disturbance that heals, and what must turn red while it lasts."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from ostf_dual.deployers.lab.embedded import Lab


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a disturbance may touch.

    Attributes:
        cloud: openstacksdk's connection of the admin.
        user: That of the checks' own user.
        environment: The environment file of the coming run, as parsed; a disturbance may edit it, which is how an
            operator's own mistake looks.
    """

    lab: Lab
    cloud: Any
    user: Any
    environment: dict[str, Any]


Disturbance = Callable[[Scene], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Red:
    """A result that the fault turns.

    Attributes:
        zone: None for a check of the whole cloud.
        words: Part of the message: the cause's name.
    """

    check: str
    zone: str | None
    words: str
    outcome: str = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One disturbance.

    Attributes:
        red: Exactly these turn red; everything else that was asked stays as it is.
        also: Results that may turn red too, as (check, zone): what rests on the same thing.
        select: pytest's ``-k`` expression; empty: the whole quick profile.
    """

    name: str
    disturb: Disturbance = field(repr=False)
    red: tuple[Red, ...]
    also: tuple[tuple[str, str | None], ...] = ()
    select: str = ""


class Faults(Protocol):
    """A deployer that can disturb what it deployed."""

    def catalogue(self) -> tuple[Fault, ...]:
        """Every fault that it knows."""

    def inject(self, fault: Fault) -> AbstractContextManager[dict[str, Any]]:
        """Disturb, give the environment to check with, and heal."""
