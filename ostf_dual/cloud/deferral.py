"""Deferred delete: with ``reclaim_instance_interval`` set, Nova keeps a deleted server for a while, to be restored.

What ends it before is forceDelete (nova.compute.api.API.force_delete), and only once nothing is under way: while the
soft delete still runs, it takes the task state away from it; then the soft delete fails, and Nova ignores every later
deletion.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from ostf_dual.cloud.asking import asking
from ostf_dual.cloud.kind import Place
from ostf_dual.cloud.marks import Marks
from ostf_dual.errors import OstfError, RefusedError
from ostf_dual.waiting import WaitTimeoutError, wait_until

KEPT = "SOFT_DELETED"
"""The status of a server that Nova keeps after its deletion."""
_SOFTLY = "soft-deleting"
_SOFTLY_S = 30.0
"""How long a soft delete may take: the guest is switched off, and nothing else is done."""


class KeptError(RefusedError):
    """Nova keeps a deleted server for as long as it is set to, and refuses to end it before."""


def listed(place: Place, marks: Marks | None) -> Iterable[Any]:
    """A place's servers; to admins with those that Nova keeps, which its lists leave out for everybody else."""
    named = {"name": f"^{marks.prefix}"} if marks else {}  # Nova takes it as a regex
    seen = place.connection.compute.servers(**place.across, is_soft_deleted=True, **named)
    return {server.id: server for server in (*seen, *_kept(place, named))}.values()


def _kept(place: Place, named: dict[str, str]) -> Iterable[Any]:
    """Those that only an admin sees in a project that somebody else works in."""
    from openstack.exceptions import ForbiddenException

    if place.admin is None:
        return ()
    try:
        return tuple(
            place.admin.compute.servers(
                all_projects=True, project_id=place.project_id, is_soft_deleted=True, status=KEPT, **named
            )
        )
    except ForbiddenException:  # an admin of other services, and not of Nova
        return ()


def kept(connection: Any, server_id: str) -> Any:
    """A deleted server that Nova keeps, whoever asks: its lists leave it out for those who are no admins. Else None."""
    server = _found(connection, server_id)
    return server if server is not None and server.status == KEPT else None


def fate(server: Any) -> str:
    """What becomes of a server that Nova keeps."""
    return (
        f"server {server.name} is deleted ({getattr(server, 'updated_at', None) or 'at an unknown time'}), and Nova"
        " keeps its guest, disk and ports until reclaim_instance_interval is over; then it removes them by itself"
    )


def fates(connection: Any, server_ids: Iterable[str]) -> tuple[str, ...]:
    """What becomes of those of these servers that Nova keeps, a line each; of one that it does not tell of, that."""
    lines = []
    for server_id in server_ids:
        try:
            with asking(f"whether Nova keeps server {server_id}"):
                server = kept(connection, server_id)
        except OstfError as error:
            lines.append(str(error))
        else:
            lines += [fate(server)] if server is not None else []
    return tuple(lines)


def delete(connection: Any, server_id: str) -> None:
    """Delete a server, and also where Nova would keep it.

    Raises:
        KeptError: Nova keeps it, and these credentials may not end it.
        OstfError: Nova keeps it, and could not be asked to end it.
    """
    from openstack.exceptions import NotFoundException

    server = _found(connection, server_id)
    if server is not None and server.status != KEPT:  # to delete it again would lengthen the time it is kept
        connection.compute.delete_server(server_id)
        with suppress(WaitTimeoutError):  # who asked for it waits for its end, and tells what it is doing
            server = wait_until(
                lambda: _found(connection, server_id),
                lambda now: now is None or now.task_state != _SOFTLY,
                what=f"server {server_id} to be soft-deleted",
                timeout_s=_SOFTLY_S,
            )
    if server is not None and server.status == KEPT and not server.task_state:
        try:
            with (
                asking(f"ending deleted server {server_id}, which Nova keeps (reclaim_instance_interval)"),
                suppress(NotFoundException),
            ):
                connection.compute.delete_server(server_id, force=True)
        except RefusedError as error:
            raise KeptError(f"{fate(server)}; {error}") from None


def _found(connection: Any, server_id: str) -> Any:
    """A server in whatever state; None: Nova knows it no more."""
    from openstack.exceptions import NotFoundException

    with suppress(NotFoundException):
        return connection.compute.get_server(server_id)
    return None
