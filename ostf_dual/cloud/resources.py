"""What a run makes in a cloud: every thing is journalled before, and carries marks that say whose it is.

The marks are the authority for deletion: a name that begins with ``ostf-RUN-``, and metadata or a
description, in the run's own project. They are set by the call that makes a thing: no crash comes between.
"""

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from ostf_dual.cloud.asking import asking, told
from ostf_dual.errors import OstfError
from ostf_dual.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from openstack.connection import Connection


@dataclass(frozen=True, slots=True)
class Marks:
    """How the things of one run are told from everything else."""

    run_id: str

    @property
    def prefix(self) -> str:
        """How their names begin."""
        return f"ostf-{self.run_id}-"

    @property
    def metadata(self) -> dict[str, str]:
        """On servers and volumes."""
        return {"ostf-run": self.run_id}

    @property
    def description(self) -> str:
        """On what Neutron keeps."""
        return f"ostf-run={self.run_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A thing that was found by its marks."""

    kind: str
    id: str
    name: str
    status: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name or self.id}" + (f" ({self.status})" if self.status else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one kind of thing is made, found and deleted."""

    name: str
    create: "Callable[..., Any]"
    listed: "Callable[[Connection, Marks], Iterable[Any]]"
    delete: "Callable[[Connection, str], object]"
    by_metadata: bool = False
    named: bool = True

    def find(self, connection: "Connection", marks: Marks) -> tuple[Resource, ...]:
        """Those of a run, by all the marks that this kind can carry."""
        project_id = connection.current_project_id
        with asking(f"the {self.name}s of run {marks.run_id}"):
            found = tuple(self.listed(connection, marks))
        return tuple(
            Resource(
                kind=self.name, id=thing.id, name=thing.name or "", status=getattr(thing, "status", "") or ""
            )
            for thing in found
            if self._is_marked(thing, marks) and getattr(thing, "project_id", None) in {None, project_id}
        )

    def _is_marked(self, thing: Any, marks: Marks) -> bool:
        if self.named and not (thing.name or "").startswith(marks.prefix):
            return False
        if self.by_metadata:
            return marks.metadata.items() <= dict(thing.metadata or {}).items()
        return bool(thing.description == marks.description)


def _delete_router(connection: "Connection", router_id: str) -> None:
    for port in connection.network.ports(device_id=router_id, device_owner="network:router_interface"):
        connection.network.remove_interface_from_router(router_id, None, port.id)
    connection.network.delete_router(router_id)


SERVER = Kind(
    name="server",
    create=lambda connection, **attributes: connection.compute.create_server(**attributes),
    listed=lambda connection, marks: connection.compute.servers(
        name=f"^{marks.prefix}"
    ),  # Nova takes it as a regex
    delete=lambda connection, server_id: connection.compute.delete_server(server_id),
    by_metadata=True,
)
VOLUME = Kind(
    name="volume",
    create=lambda connection, **attributes: connection.block_storage.create_volume(**attributes),
    listed=lambda connection, _: connection.block_storage.volumes(),  # Cinder matches no part of a name
    delete=lambda connection, volume_id: connection.block_storage.delete_volume(volume_id),
    by_metadata=True,
)
FLOATING_IP = Kind(
    name="floating ip",
    create=lambda connection, *, name, **attributes: connection.network.create_ip(**attributes),  # noqa: ARG005
    listed=lambda connection, marks: connection.network.ips(description=marks.description),
    delete=lambda connection, ip_id: connection.network.delete_ip(ip_id),
    named=False,
)
PORT = Kind(
    name="port",
    create=lambda connection, **attributes: connection.network.create_port(**attributes),
    listed=lambda connection, marks: connection.network.ports(description=marks.description),
    delete=lambda connection, port_id: connection.network.delete_port(port_id),
)
ROUTER = Kind(
    name="router",
    create=lambda connection, **attributes: connection.network.create_router(**attributes),
    listed=lambda connection, marks: connection.network.routers(description=marks.description),
    delete=_delete_router,
)
NETWORK = Kind(
    name="network",
    create=lambda connection, **attributes: connection.network.create_network(**attributes),
    listed=lambda connection, marks: connection.network.networks(description=marks.description),
    delete=lambda connection, network_id: connection.network.delete_network(network_id),
)
SECURITY_GROUP = Kind(
    name="security group",
    create=lambda connection, **attributes: connection.network.create_security_group(**attributes),
    listed=lambda connection, marks: connection.network.security_groups(description=marks.description),
    delete=lambda connection, group_id: connection.network.delete_security_group(group_id),
)

TIERS = ((SERVER,), (FLOATING_IP, PORT, VOLUME), (ROUTER,), (NETWORK, SECURITY_GROUP))
"""The order of deletion: a thing may be in use by those of earlier tiers. A subnet goes with its network."""

KINDS = tuple(kind for tier in TIERS for kind in tier)


class Maker:
    """Makes the things of one run, until it is closed.

    Attributes:
        was_used: Whether anything was asked for.
    """

    def __init__(self, connection: "Connection", journal: Journal) -> None:
        self.connection, self._journal = connection, journal
        self.marks = Marks(journal.run_id)
        self._made: list[Resource] = []
        self._lock = Lock()
        self._is_closed = False
        self.was_used = False

    def make(self, kind: Kind, label: str, **attributes: Any) -> Any:
        """Make a thing named ``ostf-RUN-LABEL``.

        Returns:
            The SDK's resource.

        Raises:
            AssertionError: The cloud understood, and says no: a zone without hosts, a type without a backend.
            OstfError: It could not be asked, or the run is cleaning up.
        """
        from openstack import exceptions

        name = self.marks.prefix + label
        if self._is_closed:
            raise OstfError(f"{kind.name} {name} is not made any more: the run is cleaning up")
        marks = (
            {"metadata": {**attributes.pop("metadata", {}), **self.marks.metadata}}
            if kind.by_metadata
            else {"description": self.marks.description}
        )
        self.was_used = True
        entry = self._journal.intend(kind.name, name)
        with asking(f"making {kind.name} {name}"):
            try:
                thing = kind.create(self.connection, name=name, **marks, **attributes)
            except (exceptions.BadRequestException, exceptions.ConflictException) as refusal:
                raise AssertionError(f"{kind.name} {name} was refused: {told(refusal)}") from None
        self._journal.made(entry, thing.id)
        with self._lock:
            self._made.append(Resource(kind=kind.name, id=thing.id, name=name))
        return thing

    def made(self, kind: Kind) -> tuple[Resource, ...]:
        """All of a kind that were made so far, deleted ones included."""
        with self._lock:
            return tuple(resource for resource in self._made if resource.kind == kind.name)

    def close(self) -> None:
        """Make nothing from now on: what is on its way elsewhere must not slip past the clean-up."""
        self._is_closed = True

    def gone(self, resource: Resource) -> None:
        """Record that a thing was seen to be gone."""
        self._journal.gone(resource.kind, resource.id)
