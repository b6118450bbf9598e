"""What ``lab up`` decided, kept beside the lab's files: 0600, since it names what can end the lab."""

import json
import random
import secrets
import socket
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from ostf_dual.deployers.lab.configuration import PORTS, VCenter
from ostf_dual.deployers.lab.containment import Process
from ostf_dual.deployers.lab.shape import CONTROLLER, Shape
from ostf_dual.errors import OstfError
from ostf_dual.files import write_private
from ostf_dual.redaction import conceal

_FIRST, _LAST = 21000, 29000  # below the ports that the kernel gives to outgoing connections
_SECRETS = (
    "rabbitmq", "metadata", "admin", "checks", "glance", "placement", "nova", "neutron", "cinder", "gnocchi",
    "ceilometer", "vcenter-admin",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A lab: its processes' head, its ports on the machine's loopback, its vCenters and passwords, and what it runs.

    Attributes:
        shape: What is there; a change is written before it is made.
        unfinished: Groups that are not known to have come up to the end.
        ready: Whether the controller's APIs came up: what is missing can be added, else the lab is made anew.
    """

    name: str
    ports: dict[str, int]
    vcenters: tuple[VCenter, ...] = ()
    passwords: dict[str, str] = field(repr=False)
    virt_type: str
    shape: Shape = field(default_factory=Shape)
    unfinished: tuple[str, ...] = ()
    network_host: str = CONTROLLER
    init: Process | None = None
    ready: bool = False

    def __post_init__(self) -> None:
        for each in self.passwords.values():
            conceal(each)

    @classmethod
    def new(cls, name: str, *, shape: Shape, virt_type: str) -> "Record":
        """Fresh passwords, free ports, and a vCenter for each that the shape names."""
        record = cls(
            name=name, ports=_free_ports(PORTS), passwords={each: secrets.token_urlsafe(18) for each in _SECRETS},
            virt_type=virt_type, network_host=shape.network_host,
        )  # fmt: skip
        return record.shaped(shape)

    def shaped(self, shape: Shape) -> "Record":
        """A copy of this shape; vCenters that it names come with a port, a password and an id, others go."""
        centers = {each.name: each for each in self.vcenters}
        accel = "kvm" if self.virt_type == "kvm" else "tcg"
        # Each has an id of its own: two with one clash in Placement.
        for name, user in shape.vcenters.items():
            number = min(set(range(1, len(centers) + 2)) - {each.number for each in centers.values()})
            fresh = VCenter(name=name, number=number, instance_uuid=str(uuid.uuid4()), accel=accel)
            centers[name] = replace(centers.get(name, fresh), user=user)
        kept = tuple(each for each in centers.values() if each.name in shape.vcenters)
        gone = {each.name for each in self.vcenters} - {each.name for each in kept}
        new = [each.name for each in kept if each.name not in self.ports]
        ports = {**self.ports, **_free_ports(new)}
        passwords = {**self.passwords, **{each: secrets.token_urlsafe(18) for each in new}}
        return self.with_(
            shape=shape,
            vcenters=kept,
            ports={name: port for name, port in ports.items() if name not in gone},
            passwords={name: secret for name, secret in passwords.items() if name not in gone},
        )

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes by name."""
        return self.shape.nodes

    def vcenter(self, name: str) -> VCenter:
        """A vCenter by name.

        Raises:
            OstfError: There is none of that name.
        """
        for each in self.vcenters:
            if each.name == name:
                return each
        known = ", ".join(each.name for each in self.vcenters) or "none"
        raise OstfError(f"the lab {self.name!r} has no vCenter {name!r}; it has: {known}")

    @property
    def living_init(self) -> Process:
        """The process whose end is the lab's end.

        Raises:
            OstfError: It does not run.
        """
        if self.init is None or not self.init.lives:
            raise OstfError(
                f"the lab {self.name!r} is not up: `ostf-dual lab up --name {self.name}` starts it"
            )
        return self.init

    def with_(self, **changes: object) -> "Record":
        """A copy with changes."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def save(self, path: Path) -> None:
        """Write it, whole or not at all."""
        write_private(path, json.dumps(asdict(self), indent=2))

    @classmethod
    def load(cls, path: Path) -> "Record | None":
        """The record of a lab, or None where there is none."""
        try:
            found = json.loads(path.read_text())
            return cls._of(found)
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise OstfError(
                f"{path} is not readable as a lab's record in JSON ({type(error).__name__}: {error}); "
                "`ostf-dual lab down` clears it"
            ) from error

    @classmethod
    def _of(cls, found: dict[str, Any]) -> "Record":
        init = found.pop("init")
        centers = [VCenter(**{**each, "clusters": tuple(each["clusters"])}) for each in found.pop("vcenters")]
        return cls(
            init=Process(**init) if init else None, vcenters=tuple(centers),
            shape=Shape.of_data(found.pop("shape")), unfinished=tuple(found.pop("unfinished")), **found,
        )  # fmt: skip


def _free_ports(names: Iterable[str]) -> dict[str, int]:
    wanted = list(names)
    # At a random place: another lab may have chosen, and not listen yet.
    for first in random.SystemRandom().sample(range(_FIRST, _LAST, 20), k=(_LAST - _FIRST) // 20):
        block = range(first, first + len(wanted))
        if all(_is_free(port) for port in block):
            return dict(zip(wanted, block, strict=True))
    raise OstfError(
        f"no {len(wanted)} free ports in a row on the loopback between {_FIRST} and {_LAST}: see `ss -ltn`"
    )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As HAProxy would: a port whose last connection lingers can be listened on.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
