"""The master's nodes. They are known by their MACs: ids change when a cluster is deleted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ostf_dual.deployers.nailgun.master import Master
from ostf_dual.environment.definition import Node as Wanted

READY = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node as the master knows it.

    Attributes:
        macs: Of all its interfaces, in lower case.
        given: Roles that it has.
        roles: The same, and those that it is to get.
        is_deleted: Whether the next deployment takes it out of its cluster.
    """

    number: int
    name: str
    hostname: str
    macs: frozenset[str]
    cluster: int | None
    given: frozenset[str]
    roles: frozenset[str]
    status: str
    error: str
    is_online: bool
    is_deleted: bool

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "Node":
        """From the master's JSON."""
        interfaces = (found.get("meta") or {}).get("interfaces") or []
        macs = [found["mac"], *(each.get("mac") for each in interfaces)]
        given, pending = found.get("roles") or [], found.get("pending_roles") or []
        return cls(
            number=found["id"],
            name=found.get("name") or "",
            # Before 7.0 a node had no hostname of its own, and was called by its id.
            hostname=found.get("hostname") or f"node-{found['id']}",
            macs=frozenset(each.lower() for each in macs if each),
            cluster=found.get("cluster"),
            given=frozenset(given),
            roles=frozenset([*given, *pending]),
            status=found["status"],
            error=found.get("error_type") or "",
            is_online=bool(found.get("online", True)),
            is_deleted=bool(found.get("pending_deletion")),
        )

    @property
    def is_deployed(self) -> bool:
        """Whether it does its work."""
        return self.status == READY

    def __str__(self) -> str:
        return f"{self.name or self.hostname} (id {self.number})"


def nodes_of(master: Master) -> tuple[Node, ...]:
    """All nodes that the master has seen."""
    return tuple(map(Node.of, master.read("nodes")))


def found_by_mac(wanted: Iterable[Wanted], there: Sequence[Node]) -> dict[str, Node]:
    """The master's nodes by the definition's names; a node that was never seen is not among them."""
    by_mac = {mac: node for node in there for mac in node.macs}
    return {each.name: by_mac[each.mac.lower()] for each in wanted if each.mac and each.mac.lower() in by_mac}


def assign(master: Master, cluster: int, roles: Mapping[int, Sequence[str]]) -> None:
    """Give nodes their roles, by the one call that refuses forbidden pairs; it replaces roles not deployed yet.

    Args:
        master: Of the cluster.
        cluster: Its number.
        roles: By the nodes' numbers.
    """
    body = [{"id": number, "roles": list(names)} for number, names in roles.items()]
    master.post(f"clusters/{cluster}/assignment", body, repeat=True)


def unassign(master: Master, cluster: int, numbers: Iterable[int]) -> None:
    """Take nodes out: a deployed one goes with the next deployment, any other at once."""
    master.post(f"clusters/{cluster}/unassignment", [{"id": number} for number in numbers], repeat=True)


def rename(master: Master, number: int, name: str) -> None:
    """Call a node as the definition does, so that the master's messages do too."""
    master.put(f"nodes/{number}", {"name": name}, repeat=True)


def keep(master: Master, number: int) -> None:
    """Take back that a deployed node is to go."""
    master.put(f"nodes/{number}", {"pending_deletion": False}, repeat=True)
