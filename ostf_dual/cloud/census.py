"""Every project's servers: what Nova knows, to be held against what hypervisors have."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ostf_dual.cloud.asking import asking
from ostf_dual.cloud.servers import Server, server_of
from ostf_dual.hypervisors.probe import ListedGuest

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud


def servers_of_all(cloud: "Cloud", guests: Iterable[ListedGuest]) -> tuple[Server, ...]:
    """Every project's servers. Needs admin rights.

    Args:
        cloud: Whose.
        guests: Asked for one by one where no list has them: lists leave out what is deleted and kept.
    """
    compute = cloud.required_admin().compute
    with asking("the servers of all projects"):
        listed = {server.id: server_of(server) for server in compute.servers(all_projects=True)}
    told = (_told(compute, guest.id) for guest in guests if guest.id not in listed)
    return (*listed.values(), *(server for server in told if server is not None))


def _told(compute: Any, server_id: str) -> Server | None:
    from openstack.exceptions import NotFoundException

    with asking(f"server {server_id}"):
        try:
            return server_of(compute.get_server(server_id))
        except NotFoundException:
            return None
