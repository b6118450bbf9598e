"""What a run makes in a cloud: every thing is journalled before, and carries marks that say whose it is."""

from threading import Lock
from typing import TYPE_CHECKING, Any

from ostf_dual.cloud.asking import asking, told
from ostf_dual.cloud.kind import Kind, Resource
from ostf_dual.cloud.marks import Mark, Marks
from ostf_dual.errors import OstfError
from ostf_dual.journal import Journal

if TYPE_CHECKING:
    from openstack.connection import Connection


class Maker:
    """Makes the things of one run, until it is closed."""

    def __init__(self, connection: "Connection", journal: Journal) -> None:
        self.connection, self._journal = connection, journal
        self.marks = Marks(journal.run_id)
        self._made: list[Resource] = []
        self._lock = Lock()
        self._is_closed = False

    def make(self, kind: Kind, label: str, **attributes: Any) -> Any:
        """Make a thing named ``ostf-RUN-LABEL``.

        Returns:
            The SDK's resource.

        Raises:
            AssertionError: The cloud understood, and says no: a zone without hosts, a type without a backend.
            OstfError: It could not be asked, the journal cannot be written, or the run is cleaning up.
        """
        from openstack import exceptions

        name = self.marks.prefix + label
        if self._is_closed:
            raise OstfError(f"{kind.name} {name} is not made any more: the run is cleaning up")
        marks = kind.attributes(self.marks)
        if Mark.METADATA in kind.carries:
            marks["metadata"] |= attributes.pop("metadata", {})
        entry = self._journal.intend(kind.name, name)
        with asking(f"making {kind.name} {name}"):
            try:
                thing = kind.create(self.connection, name=name, **marks, **attributes)
            except (exceptions.BadRequestException, exceptions.ConflictException) as refusal:
                raise AssertionError(f"{kind.name} {name} was refused: {told(refusal)}") from None
        with self._lock:
            self._made.append(Resource(kind=kind.name, id=thing.id, name=name))
        self._journal.made(entry, thing.id)
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
