"""A Nova with ``reclaim_instance_interval``, which keeps what is deleted."""

from types import SimpleNamespace
from typing import Any

import pytest
from openstack.exceptions import ConflictException, ForbiddenException

from ostf_dual.cloud.cleanup import clean, find
from ostf_dual.cloud.resources import Maker
from ostf_dual.cloud.servers import Servers
from ostf_dual.environment.model import Access, Budgets
from ostf_dual.errors import OstfError
from tests.unit.cloud_acting.conftest import Connection

MARKED = {"name": "ostf-run-1-server", "metadata": {"ostf-run": "run-1"}}


class Keeping:
    """Soft-deletes, a look later than it was asked; shows what it keeps to admins only, and ends it by force."""

    def __init__(self, project: Connection) -> None:
        self.shelf = project.servers
        self.asked: list[tuple[str, bool]] = []
        self.may_force = True
        self.busy: set[str] = set()
        self.plain = project.compute.servers
        project.compute.get_server, project.compute.delete_server = self.get, self.delete
        project.compute.servers = lambda **query: [each for each in self.seen(**query) if not kept(each)]

    def seen(self, **query: Any) -> Any:
        wanted = query.pop("status", None)
        return [each for each in self.plain(**query) if wanted in {None, each.status}]

    def get(self, server_id: str) -> Any:
        server = self.shelf.get(server_id)
        if server.task_state == "soft-deleting":
            server.looks += 1
            if server.looks > 1:
                server.status, server.task_state = "SOFT_DELETED", None
                server.updated_at = "2026-11-25T03:00:00Z"
        return server

    def delete(self, server_id: str, *, force: bool = False) -> None:
        server = self.shelf.get(server_id)
        if server_id in self.busy:
            self.busy.remove(server_id)
            raise ConflictException("a task is under way")
        self.asked.append((server.status, force))
        if not force:
            server.task_state, server.looks = "soft-deleting", 0
        elif not self.may_force:
            raise ForbiddenException("policy", http_status=403)
        elif server.task_state is None:  # else the soft delete fails, and the server stays for ever
            self.shelf.delete(server_id)


def kept(server: Any) -> bool:
    return bool(server.status == "SOFT_DELETED")


@pytest.fixture
def nova(cloud: Any) -> Keeping:
    return Keeping(cloud.project)


@pytest.fixture
def admin(cloud: Any, nova: Keeping) -> None:
    """An admin's look into the same project."""
    cloud.admin = Connection()
    cloud.admin.compute.servers, cloud.admin.compute.flavors = nova.seen, lambda **_: []
    nothing: dict[str, Any] = dict.fromkeys(("projects", "users", "domains"), lambda **_: [])
    cloud.admin.identity = SimpleNamespace(**nothing)


def test_a_server_that_is_deleted_is_not_kept(cloud: Any, journal: Any, nova: Keeping) -> None:
    server = cloud.project.servers.create(**MARKED)

    Servers(cloud, Maker(cloud.project, journal)).delete(server.id, timeout_s=1)

    assert cloud.project.everything == []
    assert nova.asked == [("ACTIVE", False), ("SOFT_DELETED", True)]


def test_clean_up_without_admin_rights_leaves_no_kept_server_behind_its_lists(
    cloud: Any, nova: Keeping
) -> None:
    cloud.project.servers.create(**MARKED)

    assert clean(cloud, "run-1") == ()

    assert cloud.project.everything == []
    assert nova.asked == [("ACTIVE", False), ("SOFT_DELETED", True)]


@pytest.mark.usefixtures("admin")
def test_what_was_kept_before_is_seen_by_the_admin_and_ended(cloud: Any, nova: Keeping) -> None:
    cloud.project.servers.create(**MARKED, status="SOFT_DELETED")
    somebodys = cloud.project.servers.create(name="web", status="SOFT_DELETED")

    assert [str(each) for each in find(cloud, "run-1")] == ["server ostf-run-1-server (SOFT_DELETED)"]
    assert clean(cloud, "run-1") == ()

    assert cloud.project.everything == [somebodys]
    assert nova.asked == [("SOFT_DELETED", True)]


@pytest.mark.usefixtures("admin")
def test_an_admin_of_other_services_does_not_end_the_clean_up(cloud: Any, nova: Keeping) -> None:
    def refuse(**_: Any) -> Any:
        raise ForbiddenException("policy", http_status=403)

    cloud.admin.compute.servers = refuse
    cloud.project.servers.create(**MARKED)

    assert clean(cloud, "run-1") == ()
    assert cloud.project.everything == []
    assert nova.asked == [("ACTIVE", False), ("SOFT_DELETED", True)]


@pytest.mark.usefixtures("admin")
def test_a_kept_server_that_may_not_be_ended_is_a_leftover_with_its_reason(cloud: Any, nova: Keeping) -> None:
    nova.may_force = False
    cloud.project.servers.create(**MARKED)

    (left,) = clean(cloud, "run-1")

    assert left.startswith(
        "server ostf-run-1-server is deleted (2026-11-25T03:00:00Z), and Nova keeps its guest"
    )
    assert "until reclaim_instance_interval is over; then it removes them by itself" in left
    assert "which Nova keeps (reclaim_instance_interval): HTTP 403" in left


def test_without_admin_rights_a_kept_server_that_may_not_be_ended_is_not_told_to_be_gone(
    cloud: Any, nova: Keeping
) -> None:
    nova.may_force = False
    cloud.access = Access(cloud="fake", budgets=Budgets(delete_s=60))  # it is not waited for
    _, busy = [cloud.project.servers.create(**MARKED) for _ in range(2)]
    nova.busy.add(busy.id)  # so that the list is looked at again, in which the other one is not any more
    other = cloud.project.volumes.create(name="ostf-run-1-volume", metadata={"ostf-run": "run-1"})
    gone: list[str] = []

    left = clean(cloud, "run-1", seen_gone=lambda each: gone.append(each.id))

    told = "server ostf-run-1-server is deleted (2026-11-25T03:00:00Z), and Nova keeps its guest"
    assert [line.startswith(told) for line in left] == [True, True]
    assert gone == [other.id]
    assert nova.asked == [("ACTIVE", False), ("SOFT_DELETED", True)] * 2


def test_a_check_that_may_not_end_its_server_is_told_why(cloud: Any, journal: Any, nova: Keeping) -> None:
    nova.may_force = False
    server = cloud.project.servers.create(**MARKED)

    with pytest.raises(OstfError, match=r"which Nova keeps \(reclaim_instance_interval\): HTTP 403"):
        Servers(cloud, Maker(cloud.project, journal)).delete(server.id, timeout_s=1)
