"""Every project's servers: what Nova knows, to be held against what hypervisors have."""

from collections.abc import Iterable
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from ostf_dual.cloud.asking import asking
from ostf_dual.cloud.servers import Server, server_of
from ostf_dual.hypervisors.probe import ListedGuest

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud


class Census:
    """The list of all servers, kept for the zones that are compared one after the other."""

    def __init__(self, cloud: "Cloud") -> None:
        self._cloud, self._lock = cloud, Lock()
        self._listed: dict[str, Server] = {}
        self._listed_at = float("-inf")

    def servers(self, guests: Iterable[ListedGuest], *, no_older_than_s: float = 0.0) -> tuple[Server, ...]:
        """Every project's servers. Needs admin rights.

        Args:
            guests: Asked for one by one where the list has them not: lists leave out what is deleted and kept.
            no_older_than_s: How old the list may be.
        """
        compute = self._cloud.required_admin().compute
        with self._lock, asking("the servers of all projects"):
            if monotonic() - self._listed_at >= no_older_than_s:
                began = monotonic()
                self._listed = {each.id: server_of(each) for each in compute.servers(all_projects=True)}
                self._listed_at = began
            listed = self._listed
        told = (find_server(compute, guest.id) for guest in guests if guest.id not in listed)
        return (*listed.values(), *(server for server in told if server is not None))


def find_server(compute: Any, server_id: str) -> Server | None:
    """A server of any project; None: Nova has none of that id."""
    from openstack.exceptions import NotFoundException

    with asking(f"server {server_id}"):
        try:
            return server_of(compute.get_server(server_id))
        except NotFoundException:
            return None
