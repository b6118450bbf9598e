from typing import Any

import pytest

from ostf_dual.cloud.consistency import differences, ended, kept
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
        ([server()], [guest(Power.OFF, forced="destroyed")], "hypervisor says off (destroyed)"),
        ([server()], [guest(Power.PAUSED)], "hypervisor says paused"),
        ([server(status="PAUSED")], [guest(Power.OFF)], "hypervisor says off"),
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


@pytest.mark.parametrize("power", [Power.OFF, Power.OTHER])
def test_a_guest_that_its_user_may_have_shut_down_is_told_and_is_no_fault(power: Power) -> None:
    servers, guests = [server()], [guest(power)]

    (told,) = ended(servers, guests, hosts=("compute-1",))

    assert list(differences(servers, guests, hosts=("compute-1",))) == []
    assert f"web (s1) is ACTIVE, and its hypervisor says {power}: shut down from within, most likely" in told
    assert list(ended(servers, guests, hosts=("elsewhere",))) == []
    assert list(ended([server(task_state="powering-off")], guests, hosts=("compute-1",))) == []


@pytest.mark.parametrize(
    ("off", "on", "faults"), [(2, 0, 0), (3, 3, 0), (3, 2, 3), (40, 60, 0), (60, 40, 60)]
)
def test_many_guests_of_one_host_are_not_off_by_their_users(off: int, on: int, faults: int) -> None:
    ids = [f"s{number}" for number in range(off + on)]
    servers = [server(id=each) for each in ids]
    guests = [guest(Power.OFF if number < off else Power.RUNNING, id=each) for number, each in enumerate(ids)]
    # Another host of the zone, where all is well, excuses nothing.
    servers += [server(id=f"b{number}", host="compute-2") for number in range(99)]
    guests += [guest(id=f"b{number}", host="compute-2") for number in range(99)]
    hosts = ("compute-1", "compute-2")

    assert len(list(differences(servers, guests, hosts=hosts))) == faults
    assert len(list(ended(servers, guests, hosts=hosts))) == (0 if faults else off)


def test_the_guest_of_a_deleted_server_that_can_be_restored_is_no_orphan_and_is_told() -> None:
    servers, guests = [server(status="SOFT_DELETED")], [guest(Power.OFF), guest(id="s2")]

    (orphan,) = differences(servers, guests, hosts=("compute-1",))
    (told,) = kept(servers, guests)

    assert "(s2, running)" in orphan
    assert "is of server web, which is deleted: Nova keeps it" in told
