from typing import Any

import pytest
from keystoneauth1.exceptions import EndpointNotFound
from openstack.exceptions import ConflictException, HttpException

from ostf_dual.cloud.cleanup import clean, find, look_alikes, runs_in
from ostf_dual.cloud.kinds import KINDS, SERVER, VOLUME
from ostf_dual.cloud.marks import CARRIED, SPEAKING, Marks, checked_run_id
from ostf_dual.cloud.resources import Maker
from ostf_dual.environment.model import Access, Budgets
from ostf_dual.errors import InputError, OstfError

MARKED = {"name": "ostf-run-1-server", "metadata": {"ostf-run": "run-1"}}


def test_finds_and_removes_what_carries_the_marks(cloud: Any, journal: Any) -> None:
    maker = Maker(cloud.project, journal)
    server = maker.make(SERVER, "server", metadata={"ostf_pattern": "t"})
    maker.make(VOLUME, "volume")

    assert [str(found) for found in find(cloud, "run-1")] == [
        "server ostf-run-1-server (ACTIVE)",
        "volume ostf-run-1-volume (available)",
    ]
    assert server.metadata == {"ostf_pattern": "t", "ostf-run": "run-1"}

    assert clean(cloud, "run-1", seen_gone=maker.gone) == ()

    assert cloud.project.everything == []
    assert {line[0] for line in journal.lines} == {"intend", "made", "gone"}
    assert ("gone", "server", server.id) in journal.lines


@pytest.mark.parametrize(
    "other",
    [
        {"name": "ostf-run-1-server", "metadata": {}},
        {"name": "ostf-run-1-server", "metadata": {"ostf-run": "run-2"}},
        {"name": "somebody's", "metadata": {"ostf-run": "run-1"}},
        {**MARKED, "project_id": "project-2"},
    ],
)
def test_one_mark_alone_is_not_enough(cloud: Any, other: dict[str, Any]) -> None:
    cloud.project.servers.create(**other)

    assert clean(cloud, "run-1") == ()
    assert len(cloud.project.everything) == 1


def test_a_look_alike_is_told_with_what_it_lacks(cloud: Any) -> None:
    cloud.project.servers.create(**MARKED)
    cloud.project.servers.create(name="ostf-run-1-web")
    cloud.project.networks.create(name="net", description="ostf-run=run-1")
    cloud.project.volumes.create(name="ostf-run-10-volume", metadata={"ostf-run": "run-10"})

    assert [str(each) for each in look_alikes(cloud, "run-1")] == [
        "server ostf-run-1-web (ACTIVE) is not the run's: it lacks the run's metadata",
        "network net is not the run's: it lacks the run's name",
    ]


def test_every_kind_bears_a_mark_that_names_the_run_and_the_table_holds_every_kind() -> None:
    assert {kind.name for kind in KINDS} == set(CARRIED)
    assert all(kind.carries & SPEAKING for kind in KINDS)


def test_runs_are_known_by_what_they_left(cloud: Any) -> None:
    one, other = "261124015854-e256", "261124015855-0001"
    cloud.project.servers.create(name=f"ostf-{one}-server", metadata={"ostf-run": one})
    cloud.project.ips.create(description=f"ostf-run={other}")
    cloud.project.servers.create(name="ostf-261124015856-ffff-web")  # no metadata: somebody else's
    no_time = "999999999999-abcd"
    cloud.project.servers.create(name=f"ostf-{no_time}-x", metadata={"ostf-run": no_time})

    assert runs_in(cloud) == (one, other)


@pytest.mark.parametrize(
    "text", ["", "2611", "261124015854-", "261124015854-e256 ", ".*", "run-1", "999999999999-abcd"]
)
def test_half_an_id_is_none(text: str) -> None:
    with pytest.raises(InputError, match="no id of a run"):
        checked_run_id(text)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_the_cloud_answers_meanwhile_does_not_end_the_removal(cloud: Any, status: int) -> None:
    cloud.access = Access(cloud="fake", budgets=Budgets(delete_s=10))
    cloud.project.servers.create(**MARKED)
    listed, refusals = cloud.project.compute.servers, [HttpException(http_status=status)] * 2

    def servers(**query: Any) -> Any:
        if refusals:
            raise refusals.pop()
        return listed(**query)

    cloud.project.compute.servers = servers

    assert clean(cloud, "run-1") == ()
    assert cloud.project.everything == []


def test_a_cloud_without_a_service_has_nothing_of_it(cloud: Any) -> None:
    def volumes(**_: Any) -> Any:
        raise EndpointNotFound

    cloud.project.block_storage.volumes = volumes
    cloud.project.servers.create(**MARKED)

    assert clean(cloud, "run-1") == ()
    assert cloud.project.everything == []


def test_a_cloud_that_never_answers_is_told_to_be_unknown_not_clean(cloud: Any) -> None:
    def servers(**_: Any) -> Any:
        raise HttpException(http_status=503)

    cloud.project.compute.servers = servers

    (left,) = clean(cloud, "run-1")

    assert left.startswith("servers of run run-1 cannot be removed: ")
    assert "503" in left


def test_a_floating_ip_has_no_name_and_goes_by_its_description(cloud: Any) -> None:
    cloud.project.ips.create(description=Marks("run-1").description)
    kept = cloud.project.ips.create(description="")

    clean(cloud, "run-1")

    assert cloud.project.everything == [kept]


def test_what_is_in_use_for_a_while_is_asked_again(cloud: Any) -> None:
    network = cloud.project.networks.create(name="ostf-run-1-n", description="ostf-run=run-1")
    cloud.project.networks.refusals[network.id] = 1

    assert clean(cloud, "run-1") == ()
    assert cloud.project.everything == []


def test_what_does_not_go_is_told_with_its_state_and_the_rest_goes(cloud: Any) -> None:
    server = cloud.project.servers.create(**MARKED)
    cloud.project.servers.stuck.add(server.id)
    network = cloud.project.networks.create(name="ostf-run-1-n", description="ostf-run=run-1")
    cloud.project.networks.refusals[network.id] = 1000
    cloud.project.volumes.create(**{**MARKED, "name": "ostf-run-1-v"})

    hanging, refused = clean(cloud, "run-1")

    assert hanging == "server ostf-run-1-server (ACTIVE) is still there 1 s after it was deleted"
    assert "network ostf-run-1-n" in refused
    assert "in use" in refused
    assert cloud.project.everything == [server, network]


def test_a_closed_maker_makes_nothing(cloud: Any, journal: Any) -> None:
    maker = Maker(cloud.project, journal)
    maker.close()

    with pytest.raises(OstfError, match="cleaning up"):
        maker.make(SERVER, "server")
    assert journal.lines == []


@pytest.mark.parametrize(
    "owner",
    [
        "network:router_interface",
        "network:ha_router_replicated_interface",
        "network:router_interface_distributed",
    ],
)
def test_a_router_lets_go_of_its_interfaces_first_whatever_kind_of_router_it_is(
    cloud: Any, owner: str
) -> None:
    network, ports = cloud.project.network, cloud.project.ports
    router = cloud.project.routers.create(name="ostf-run-1-r", description="ostf-run=run-1")
    ports.create(device_id=router.id, device_owner=owner)
    gateway = ports.create(device_id=router.id, device_owner="network:router_gateway")
    network.remove_interface_from_router = lambda _router, _subnet, port_id: ports.delete(port_id)

    def delete_router(router_id: str) -> None:
        if list(ports.things) != [gateway.id]:
            raise ConflictException("in use")
        cloud.project.routers.delete(router_id)

    network.delete_router = delete_router

    assert clean(cloud, "run-1") == ()
    assert cloud.project.everything == [gateway]
