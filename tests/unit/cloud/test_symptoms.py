"""What OpenStack's APIs tell of things that went wrong is read as it was said."""

from types import SimpleNamespace
from typing import Any, cast

from ostf_dual.cloud.cloud import Cloud
from ostf_dual.cloud.symptoms import servers_of_run


def sdk_server(name: str) -> Any:
    return SimpleNamespace(
        id=name, name=name, status="ACTIVE", availability_zone="", compute_host=None, hypervisor_hostname=None,
        task_state=None, fault=None, launched_at=None,
    )  # fmt: skip


class Compute:
    def __init__(self, names: list[str], events: list[dict[str, str]]) -> None:
        self.names, self.events = names, events
        self.asked: dict[str, object] = {}

    def servers(self, **query: object) -> list[Any]:
        self.asked = query
        return [sdk_server(name) for name in self.names]

    def server_actions(self, _server: str) -> list[Any]:
        return [SimpleNamespace(request_id="req-1")]

    def get_server_action(self, request: str, _server: str) -> Any:
        return SimpleNamespace(request_id=request, action="create", message="Error", events=self.events)


def cloud_of(compute: Compute, *, is_admin: bool = True) -> Cloud:
    connection = SimpleNamespace(compute=compute)
    return cast("Cloud", SimpleNamespace(project=connection, admin=connection if is_admin else None))


def test_a_runs_servers_are_told_from_those_of_other_runs_and_zones_by_name() -> None:
    names = [
        "ostf-1-a-server-kvm", "ostf-1-a-fresh-kvm-3", "ostf-1-a-server-kvm2", "ostf-1-a-server-esx", "my-kvm",
        "ostf-1-a-refused-kvm",
    ]  # fmt: skip
    compute = Compute(names, [])

    found = servers_of_run(cloud_of(compute), "1-a", "kvm")

    assert [server.name for server in found] == ["ostf-1-a-server-kvm", "ostf-1-a-fresh-kvm-3"]
    assert compute.asked["all_projects"] is True


def test_without_admin_rights_only_the_projects_own_are_asked_for() -> None:
    compute = Compute([], [])

    servers_of_run(cloud_of(compute, is_admin=False), "1-a", "kvm")

    assert "all_projects" not in compute.asked
