"""What a conversion is: values."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ostf_dual.environment.definition import Environment, Image

LIBVIRT_MARK: Final = "hypervisor_type=qemu"
VMWARE_MARK: Final = "hypervisor_type=vmware"
REFUSAL: Final = "Nova refuses to move a host with servers into another zone (since 30.0.0, 2024.2)"


class Actor(StrEnum):
    """Who does a step."""

    DEPLOY = "deploy"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user chose.

    Attributes:
        zone: Availability zone that the hosts which are there move to, emptied by shelving; None: each keeps its own.
        copies_images: Whether an image whose name tells no hypervisor stays under that name, beside a copy of it.
    """

    zone: str | None = None
    copies_images: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step, in the order in which they are done.

    Attributes:
        commands: What an operator types.
    """

    what: str
    detail: str
    by: Actor
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Hosts that get another availability zone, which Nova refuses while they have servers."""

    hosts: tuple[str, ...]
    was: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Renaming:
    """An image whose name told no hypervisor."""

    was: Image
    now: Image
    is_copy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A conversion: carried out by deploying the new definition.

    Attributes:
        environment: The new definition; None where there are refusals.
        steps: In their order.
        consequences: What it means for servers and volumes that are there, a sentence each.
        impossibilities: What is not converted, and stays as it is.
        refusals: Why there is no new definition.
    """

    environment: Environment | None
    steps: tuple[Step, ...] = ()
    consequences: tuple[str, ...] = ()
    impossibilities: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()

    @property
    def left_to_the_operator(self) -> tuple[str, ...]:
        """What deploying the new definition does not do."""
        return tuple(each.what for each in self.steps if each.by is Actor.OPERATOR)
