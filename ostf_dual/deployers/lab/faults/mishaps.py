"""What may befall the answers of an API on their way to those who ask from the machine.

HAProxy does it, by a map that is filled at run time: the lab's services ask each other past it.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from ostf_dual.deployers.lab import configuration
from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.lab.ground import MISHAPS, MISHAPS_SOCKET
from ostf_dual.deployers.lab.layout import INSIDE
from ostf_dual.errors import OstfError


class Mishap(StrEnum):
    """What becomes of an answer."""

    INTERNAL_ERROR = "500"
    UNAVAILABLE = "503"
    TOO_MANY = "429"
    DROPPED = "drop"
    """The connection is closed; the service has not heard the question."""
    LOST = "lost"
    """The service did as it was asked, and 502 is the answer."""


@contextmanager
def befalling(lab: Lab, mishap: Mishap, services: tuple[str, ...] = ()) -> Iterator[None]:
    """While it lasts, every answer of these services, or of all, comes to grief."""
    chosen = services or tuple(configuration.PORTS)
    path = f"{INSIDE}/etc/controller/{MISHAPS}"
    _tell(lab, *(f"add map {path} {service} {mishap}" for service in chosen))
    try:
        yield
    finally:
        _tell(lab, f"clear map {path}")


def _tell(lab: Lab, *commands: str) -> None:
    """Say something to HAProxy; it says nothing where it understands."""
    with socket.socket(socket.AF_UNIX) as control:
        control.connect(str(lab.layout.run / MISHAPS_SOCKET))
        control.sendall(f"{'; '.join(commands)}\n".encode())
        answer = control.makefile("rb").read().decode().strip()
    if answer:
        raise OstfError(f"HAProxy refuses: {answer.splitlines()[0]}")
