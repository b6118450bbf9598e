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
from ostf_dual.errors import OstfError
from ostf_dual.files import write_private

_FIRST, _LAST = 21000, 29000  # below the ports that the kernel gives to outgoing connections
_SECRETS = (
    "rabbitmq", "metadata", "admin", "checks", "glance", "placement", "nova", "neutron", "cinder", "gnocchi",
    "ceilometer", "vcenter-admin",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A lab: its processes' head, its ports on the machine's loopback, its vCenters, nodes and passwords."""

    name: str
    ports: dict[str, int]
    vcenters: tuple[VCenter, ...]
    passwords: dict[str, str] = field(repr=False)
    virt_type: str
    nodes: tuple[str, ...] = ()
    init: Process | None = None
    ready: bool = False

    @classmethod
    def new(cls, name: str, *, vcenters: int, virt_type: str) -> "Record":
        """Fresh passwords, free ports, a vCenter id each (two with one id clash in Placement)."""
        centers = tuple(
            VCenter(name=f"vc{number}", instance_uuid=str(uuid.uuid4())) for number in range(1, vcenters + 1)
        )
        names = [*_SECRETS, *(each.name for each in centers)]
        return cls(
            name=name, ports=_free_ports([*PORTS, *(each.name for each in centers)]), vcenters=centers,
            passwords={each: secrets.token_urlsafe(18) for each in names}, virt_type=virt_type,
        )  # fmt: skip

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
            init=Process(**init) if init else None, vcenters=tuple(centers), nodes=tuple(found.pop("nodes")),
            **found,
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
