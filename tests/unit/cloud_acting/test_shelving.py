"""Shelving takes a server off its host, and unshelving brings it into the zone that is named."""

from typing import Any

import pytest
from requests import Response

from ostf_dual.cloud.resources import Maker
from ostf_dual.cloud.servers import Servers
from ostf_dual.cloud.shelving import shelve, unshelve
from ostf_dual.errors import OstfError


class Nova:
    """Answers actions on the one server with the statuses that it is told to; its host it forgets a moment later."""

    def __init__(self, cloud: Any, **statuses: str) -> None:
        self.server = cloud.project.servers.create(name="resident")
        self.statuses, self.asked = statuses, list[tuple[str, Any, str | None]]()
        cloud.project.compute.post = self.post
        self._get, cloud.project.compute.get_server = cloud.project.compute.get_server, self.get
        self.looks = 0

    def get(self, server_id: str) -> Any:
        if self.server.status == "SHELVED_OFFLOADED":
            self.looks += 1
            self.server.compute_host = "host" if self.looks < 3 else None
        return self._get(server_id)

    def post(self, _: str, json: dict[str, Any], microversion: str | None) -> Response:
        ((action, arguments),) = json.items()
        self.asked.append((action, arguments, microversion))
        response = Response()
        response.status_code = 202 if action in self.statuses else 409
        response.url = "https://nova/servers/s/action"
        self.server.status = self.statuses.get(action, self.server.status)
        return response


@pytest.fixture
def servers(cloud: Any, journal: Any) -> Servers:
    return Servers(cloud, Maker(cloud.project, journal))


def test_a_server_that_nova_offloads_at_once_is_asked_for_once(cloud: Any, servers: Servers) -> None:
    nova = Nova(cloud, shelve="SHELVED_OFFLOADED")

    assert shelve(cloud, servers, nova.server.id, timeout_s=5).status == "SHELVED_OFFLOADED"
    assert nova.asked == [("shelve", None, None)]


def test_its_host_is_free_when_shelving_ends(cloud: Any, servers: Servers) -> None:
    nova = Nova(cloud, shelve="SHELVED_OFFLOADED")

    assert shelve(cloud, servers, nova.server.id, timeout_s=5).host is None
    assert nova.looks >= 3


def test_a_server_that_nova_keeps_on_its_host_is_offloaded(cloud: Any, servers: Servers) -> None:
    nova = Nova(cloud, shelve="SHELVED", shelveOffload="SHELVED_OFFLOADED")

    shelve(cloud, servers, nova.server.id, timeout_s=5)

    assert [action for action, *_ in nova.asked] == ["shelve", "shelveOffload"]


def test_it_comes_back_into_the_zone_that_is_named(cloud: Any, servers: Servers) -> None:
    nova = Nova(cloud, unshelve="ACTIVE")

    unshelve(cloud, servers, nova.server.id, "kvm", timeout_s=1)

    assert nova.asked == [("unshelve", {"availability_zone": "kvm"}, "2.77")]


def test_what_fails_is_said(cloud: Any, servers: Servers) -> None:
    nova = Nova(cloud, unshelve="ERROR")

    with pytest.raises(AssertionError, match="wanted ACTIVE, found ERROR"):
        unshelve(cloud, servers, nova.server.id, "kvm", timeout_s=1)
    with pytest.raises(OstfError, match=r"to shelve server .*: HTTP 409"):
        shelve(cloud, servers, nova.server.id, timeout_s=1)
