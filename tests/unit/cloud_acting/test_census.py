from types import SimpleNamespace
from typing import Any

import pytest
from openstack.exceptions import HttpException

from ostf_dual.cloud.census import Census
from ostf_dual.errors import OstfError
from tests.unit.cloud_acting.test_consistency import guest


@pytest.fixture
def nova(cloud: Any) -> Any:
    cloud.required_admin = lambda: cloud.project
    return cloud.project.compute


def test_a_guest_that_no_list_has_is_asked_for_by_its_id(cloud: Any, nova: Any) -> None:
    listed = cloud.project.servers.create(name="web")
    kept = cloud.project.servers.create(name="db", status="SOFT_DELETED")
    nova.servers = lambda **_: [listed]

    found = Census(cloud).servers([guest(id=listed.id), guest(id=kept.id), guest(id="nobody's")])

    assert [(server.name, server.status) for server in found] == [("web", "ACTIVE"), ("db", "SOFT_DELETED")]


def test_a_guest_that_cannot_be_asked_for_is_no_orphan(cloud: Any, nova: Any) -> None:
    def get_server(_: str) -> SimpleNamespace:
        raise HttpException(http_status=503)

    nova.get_server = get_server

    with pytest.raises(OstfError, match=r"server s1: .*503"):
        Census(cloud).servers([guest()])


def test_one_list_serves_zones_that_are_compared_one_after_the_other(cloud: Any, nova: Any) -> None:
    lists: list[list[Any]] = []

    def servers(**_: Any) -> Any:
        lists.append([cloud.project.servers.create(name=f"server-{len(lists)}")])
        return lists[-1]

    nova.servers = servers
    census = Census(cloud)

    def names(**age: float) -> list[str]:
        return [server.name for server in census.servers([], **age)]

    assert (names(no_older_than_s=300), names(no_older_than_s=300)) == (["server-0"], ["server-0"])
    assert names() == ["server-1"]
    assert len(lists) == 2
