"""Servers that are taken off their host for a while, so that it can be changed."""

from typing import TYPE_CHECKING, Any

from ostf_dual.cloud.asking import asking
from ostf_dual.waiting import wait_until

if TYPE_CHECKING:
    from openstack.connection import Connection

    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.servers import Server, Servers

_WITH_A_ZONE = "2.77"
"""The first version in which unshelving takes a zone. Source: Nova's REST API version history."""


def shelve(cloud: "Cloud", servers: "Servers", server_id: str, *, timeout_s: float) -> "Server":
    """Take a server off its host: its disk becomes an image, its volumes and ports stay its own.

    Raises:
        AssertionError: It did not come off; the message says what became of it.
        WaitTimeoutError: Nova is not done with it.
    """
    _act(cloud.project, server_id, "shelve", None)
    server = servers.wait(server_id, {"SHELVED", "SHELVED_OFFLOADED", "ERROR"}, timeout_s=timeout_s)
    if server.status == "SHELVED":  # Nova's shelved_offload_time is not 0
        _act(cloud.admin or cloud.project, server_id, "shelveOffload", None)
        server = servers.wait(server_id, {"SHELVED_OFFLOADED", "ERROR"}, timeout_s=timeout_s)
    _ended(server, "SHELVED_OFFLOADED")
    # Nova says so a moment before it takes the host from the server's record.
    return wait_until(
        lambda: servers.get(server_id),
        lambda server: server.host is None,
        what=f"server {server.name} to have no host any more",
        timeout_s=timeout_s,
        describe=str,
    )


def unshelve(
    cloud: "Cloud", servers: "Servers", server_id: str, zone_name: str, *, timeout_s: float
) -> "Server":
    """Bring a shelved server back, into a zone, whichever it had asked for before.

    Raises:
        AssertionError: It did not come back; the message says what became of it.
        WaitTimeoutError: Nova is not done with it.
    """
    _act(cloud.project, server_id, "unshelve", {"availability_zone": zone_name}, microversion=_WITH_A_ZONE)
    return _ended(servers.wait(server_id, {"ACTIVE", "ERROR"}, timeout_s=timeout_s), "ACTIVE")


def _ended(server: "Server", wanted: str) -> "Server":
    assert server.status == wanted, f"server {server.name}: wanted {wanted}, found {server}"  # noqa: S101
    return server


def _act(
    connection: "Connection",
    server_id: str,
    action: str,
    arguments: dict[str, Any] | None,
    microversion: str | None = None,
) -> None:
    from openstack.exceptions import raise_from_response

    with asking(f"to {action} server {server_id}"):
        answer = connection.compute.post(
            f"/servers/{server_id}/action", json={action: arguments}, microversion=microversion
        )
        raise_from_response(answer)
