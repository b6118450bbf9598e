from typing import Any

import pytest

from ostf_dual.cloud.consistency import differences, kept
from ostf_dual.cloud.servers import Server
from ostf_dual.hypervisors.probe import Guest, Power


def server(**other: Any) -> Server:
    plain: dict[str, Any] = {
        "id": "s1",
        "name": "web",
        "status": "ACTIVE",
        "zone": "kvm",
        "host": "compute-1",
        "node": "compute-1",
        "task_state": None,
        "fault": None,
        "launched_at": "2026-11-22T10:00:00",
    }
    return Server(**{**plain, **other})


def guest(power: Power = Power.RUNNING, **other: Any) -> Guest:
    plain: dict[str, Any] = {
        "id": "s1",
        "name": "instance-1",
        "host": "compute-1",
        "vcpus": 1,
        "memory_mib": 1,
    }
    return Guest(**{**plain, **other}, power=power, disks=(), nics=())


@pytest.mark.parametrize(
    ("servers", "guests", "told"),
    [
        ([server()], [guest()], None),
        ([], [guest()], "unknown to Nova"),
        ([server()], [], "has no such guest"),
        ([server()], [guest(Power.OFF)], "hypervisor says off"),
        ([server(status="SHUTOFF")], [guest()], "hypervisor says running"),
        ([server(status="SHUTOFF")], [guest(Power.OFF)], None),
        ([server(status="SUSPENDED")], [guest(Power.OFF)], None),
        ([server(status="BUILD", launched_at=None)], [], None),
        ([server(task_state="powering-off")], [guest(Power.OFF)], None),
        ([server(status="ERROR", launched_at=None)], [], None),
        ([server(status="ERROR")], [], "has no such guest"),
        ([server(host="elsewhere")], [], None),
        ([server(host="elsewhere")], [guest()], None),
        ([server(status="SHELVED_OFFLOADED", host=None)], [], None),
    ],
)
def test_tells_what_differs_and_excuses_what_is_under_way(servers: Any, guests: Any, told: Any) -> None:
    found = list(differences(servers, guests, hosts=("compute-1",)))

    assert len(found) == (told is not None)
    assert told is None or told in found[0]


def test_the_guest_of_a_deleted_server_that_can_be_restored_is_no_orphan_and_is_told() -> None:
    servers, guests = [server(status="SOFT_DELETED")], [guest(Power.OFF), guest(id="s2")]

    (orphan,) = differences(servers, guests, hosts=("compute-1",))
    (told,) = kept(servers, guests)

    assert "(s2, running)" in orphan
    assert "is of server web, which is deleted: Nova keeps it" in told
