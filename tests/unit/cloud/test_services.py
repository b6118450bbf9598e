from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from openstack.compute.v2.service import Service

from ostf_dual.cloud.services import (
    VMWARE_DISABLED,
    ServiceFacts,
    compute_services,
    fault,
    in_repair,
    missing,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def service(**changes: Any) -> ServiceFacts:
    facts = {
        "project": "nova",
        "binary": "nova-compute",
        "host": "c1",
        "zone": "z",
        "is_up": True,
        "is_enabled": True,
    }
    return ServiceFacts(**{**facts, **changes})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, None),
        ({"is_up": False, "heartbeat": NOW - timedelta(seconds=132)}, "c1 is down, last heartbeat 132 s"),
        ({"is_up": False}, "last heartbeat never"),
        ({"is_enabled": False, "disabled_reason": VMWARE_DISABLED}, "vCenter does not answer it; see VC-01"),
        ({"is_enabled": False, "disabled_reason": "AUTO: Connection to libvirt lost"}, "look at libvirtd there"),
        ({"is_enabled": False, "disabled_reason": "new disks"}, "up but disabled (new disks)"),
        # Down outweighs disabled: it would not serve if it were enabled.
        ({"is_up": False, "is_enabled": False, "disabled_reason": VMWARE_DISABLED}, "is down"),
    ],
)  # fmt: skip
def test_faults_name_the_cause(changes: Any, words: Any) -> None:
    found = fault(service(**changes), NOW)

    assert (found is None) if words is None else (words in (found or ""))


def test_of_a_cell_that_is_down_nova_tells_hosts_alone() -> None:
    # As nova.api.openstack.compute.services answers from microversion 2.69 on, by openstacksdk.
    record = Service(binary="nova-compute", host="c2", status="UNKNOWN")
    admin: Any = SimpleNamespace(compute=SimpleNamespace(services=lambda: [record]))

    (found,) = compute_services(admin)

    assert (found.zone, found.is_up, found.cell_is_down) == (None, False, True)
    assert "c2 is in a cell that is down" in (fault(found, NOW) or "")
    assert in_repair((service(), found)) == frozenset()


def agent(**changes: Any) -> ServiceFacts:
    return service(**{"project": "neutron", "binary": "neutron-linuxbridge-agent", **changes})


@pytest.mark.parametrize("up", [True, False])
def test_a_host_taken_out_for_repair_is_no_fault_while_others_serve(*, up: bool) -> None:
    out = service(host="c2", is_up=up, is_enabled=False, disabled_reason="new disks")
    beside = agent(host="c2", is_up=up)

    assert in_repair((service(), out, agent(), beside)) == ({out} if up else {out, beside})
    # Nobody else does its work.
    assert in_repair((out, beside)) == frozenset()
    assert in_repair((service(is_up=False), out, agent(), beside)) == frozenset()
    assert beside not in in_repair((service(), out, beside))


def test_more_than_half_of_a_kind_taken_out_is_no_repair() -> None:
    out = [service(host=f"c{number}", is_enabled=False) for number in range(2)]

    assert in_repair((service(host="c8"), service(host="c9"), *out)) == {*out}
    assert in_repair((service(host="c9"), *out)) == frozenset()


def test_an_agent_taken_out_where_its_compute_goes_on_is_a_fault() -> None:
    out = agent(host="c2", is_up=False, is_enabled=False)

    assert in_repair((service(), service(host="c2"), agent(), out)) == frozenset()
    assert in_repair((service(), agent(), out)) == {out}  # on a network node


@pytest.mark.parametrize("reason", [VMWARE_DISABLED, "AUTO: Connection to libvirt lost"])
def test_a_compute_that_its_driver_disabled_is_not_in_repair(reason: str) -> None:
    lost = service(host="c2", is_enabled=False, disabled_reason=reason)

    assert in_repair((service(), lost)) == frozenset()


def test_what_is_down_and_was_not_taken_out_is_not_in_repair() -> None:
    assert (
        in_repair((service(), service(host="c2", is_up=False), agent(host="c2", is_up=False))) == frozenset()
    )


def test_a_volume_service_taken_out_is_in_repair_only_beside_another() -> None:
    out = service(project="cinder", binary="cinder-volume", host="v2@ceph", is_enabled=False)
    other = service(project="cinder", binary="cinder-volume", host="v1@ceph")

    assert in_repair((service(), other, out)) == {out}
    assert in_repair((service(), out)) == frozenset()


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("nova-compute@c1", None),
        ("cinder-volume@v1", None),
        ("cinder-volume@v1@lvm", None),
        ("nova-compute@c2", "no such service; nova-compute is on: c1"),
        ("nova-scheduler@c1", "no such service; nova-scheduler is on: nowhere"),
    ],
)
def test_a_service_that_must_be_there_is_missed(wanted: str, found: str | None) -> None:
    there = (service(), service(project="cinder", binary="cinder-volume", host="v1@lvm"))

    assert missing(wanted, there) == found
