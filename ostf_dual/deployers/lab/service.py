"""What a lab's node consists of: programs with their place in the order of start, files and folders."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from ostf_dual.deployers.lab.layout import INSIDE
from ostf_dual.deployers.lab.supervision import Program


class Wave(IntEnum):
    """The order of start; a wave starts when the one before it is ready.

    All at once, the agents time out on each other: 143 s; in waves: 59 s.
    """

    GROUND = 1
    IDENTITY = 2
    APIS = 3
    AGENTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """When a service counts as ready: a TCP port of the lab, a socket file in its folder, or a public API."""

    port: int | None = None
    socket: str | None = None
    api: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A program with its place in the order of start.

    Attributes:
        reports: As what it sends heartbeats: ``binary@host``, with Cinder's backend behind the host.
        is_hopeless: Whether it was told what keeps it from working: it is started, and not waited for.
    """

    program: Program
    wave: Wave
    ready: Ready | None = None
    reports: str | None = None
    is_hopeless: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node's group of programs, ready to be written to disk.

    Attributes:
        name: Of the group, and of its folder under ``etc``.
        files: Name in that folder to content.
        folders: To be made under ``var``.
    """

    name: str
    services: tuple[Service, ...]
    files: Mapping[str, str] = field(repr=False)
    folders: tuple[str, ...] = ()


def config_files(folder: str, *names: str) -> tuple[str, ...]:
    """Arguments that name files of a node to an OpenStack program."""
    return tuple(word for name in names for word in ("--config-file", f"{INSIDE}/etc/{folder}/{name}"))
