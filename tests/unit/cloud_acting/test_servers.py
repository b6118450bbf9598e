from types import SimpleNamespace
from typing import Any

import pytest
from openstack import exceptions
from requests import Response

from ostf_dual.cloud.resources import Maker
from ostf_dual.cloud.servers import Servers
from ostf_dual.cloud.volumes import Volumes
from ostf_dual.errors import OstfError


@pytest.fixture
def servers(cloud: Any, journal: Any) -> Servers:
    return Servers(cloud, Maker(cloud.project, journal))


@pytest.fixture
def volumes(cloud: Any, journal: Any) -> Volumes:
    cloud.project.block_storage.get = lambda *_, **__: SimpleNamespace(ok=False)
    return Volumes(cloud, Maker(cloud.project, journal))


def refusal(status: int, words: str = "refused") -> exceptions.HttpException:
    response = Response()
    response.status_code, response.url = status, "https://nova/servers/s1/action"
    return exceptions.HttpException(words, response=response)


def answering(answer: Any) -> Any:
    def console(_: str) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return {"output": answer}

    return console


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("TESTVM-READY", "TESTVM-READY"),
        ("", ""),
        ("The console log is missing. Check your VSPC configuration", None),
        (exceptions.NotFoundException("no console"), None),
        (exceptions.ConflictException("not ready"), None),
        (refusal(501), None),
        (refusal(500, "Unexpected API Error ... <class 'AttributeError_Remote'>"), None),
    ],
)
def test_a_console_that_the_driver_does_not_have_is_none(
    cloud: Any, servers: Servers, answer: Any, text: str | None
) -> None:
    cloud.project.compute.get_server_console_output = answering(answer)

    assert servers.console("s1") == text


def test_a_console_that_cannot_be_asked_for_is_no_missing_console(cloud: Any, servers: Servers) -> None:
    cloud.project.compute.get_server_console_output = answering(refusal(500))

    with pytest.raises(OstfError, match="the console of server s1"):
        servers.console("s1")


def test_a_failed_boot_tells_the_event_that_failed(cloud: Any, servers: Servers, kvm: Any) -> None:
    server = cloud.project.servers.create(name="web", status="ERROR", fault={"message": "No valid host"})
    event = {
        "event": "compute__do_build_and_run_instance",
        "result": "Error",
        "host": "compute-1",
        "traceback": "Traceback:\n  File x\nnova.exception.DatastoreNotFound: no datastore\n",
    }
    action = SimpleNamespace(request_id="req-1", action="create", events=[event], message="Error")
    cloud.project.compute.server_actions = lambda _: [action]
    cloud.project.compute.get_server_action = lambda *_: action

    with pytest.raises(AssertionError) as raised:
        servers.wait_until_active(server.id, kvm)

    assert "found ERROR on host: No valid host" in str(raised.value)
    assert "on compute-1: nova.exception.DatastoreNotFound: no datastore" in str(raised.value)
    assert "nova-compute (host)" in str(raised.value)


def test_a_server_that_stays_in_build_fails_with_what_it_is_doing(
    cloud: Any, servers: Servers, kvm: Any
) -> None:
    server = cloud.project.servers.create(name="web", status="BUILD", task_state="spawning")

    with pytest.raises(
        AssertionError, match=r"waited 1 s for .* last seen: BUILD, spawning on host; look at"
    ):
        servers.wait_until_active(server.id, kvm)


def test_a_delete_that_ends_in_error_is_no_delete(cloud: Any, servers: Servers) -> None:
    server = cloud.project.servers.create(name="web")

    def fail(_: str) -> None:
        server.status, server.fault = "ERROR", {"message": "Capacity is smaller than free space"}

    cloud.project.compute.delete_server = fail

    with pytest.raises(AssertionError, match="ended in ERROR on host: Capacity is smaller"):
        servers.delete(server.id, timeout_s=1)


def test_an_attachment_that_nova_takes_back_is_told(cloud: Any, volumes: Volumes) -> None:
    volume = cloud.project.volumes.create(volume_type="kvm", size=1)
    cloud.project.compute.create_volume_attachment = lambda *_: (
        None
    )  # answered with 200, and failed afterwards

    with pytest.raises(AssertionError, match="wanted in-use, found available"):
        volumes.attach(volume.id, "s1", timeout_s=1)


def test_a_volume_in_error_fails_at_once(cloud: Any, volumes: Volumes) -> None:
    volume = cloud.project.volumes.create(name="v", volume_type="kvm", size=1, status="error")

    with pytest.raises(AssertionError, match="wanted available, found error on h@b#p"):
        volumes.wait(volume.id, "available", timeout_s=60)
