"""Whatever still names a zone that was taken out is found."""

from dataclasses import replace

from ostf_dual.cloud.asking import Answer
from ostf_dual.cloud.traces import traces_in
from ostf_dual.cloud.zoning import AggregateFacts
from tests.unit.cloud.test_discovery import READINGS, VC, compute, node
from tests.unit.cloud.test_zone import zones

CLEAN = replace(
    READINGS,
    zone_names=Answer(value=("west",)),
    compute_services=Answer(value=(compute("c1", "west"),)),
    volume_services=Answer(value=()),
    nodes=Answer(value=(node("c1"),)),
    aggregates=Answer(value=(AggregateFacts(name="west", zone="west", hosts=("c1",)),)),
    volume_types=Answer(value=()),
)


def test_nothing_is_left_of_a_zone_that_nobody_knows() -> None:
    assert list(traces_in(CLEAN, [f"domain-c9.{VC}"], zones()["esx-a"])) == []


def test_each_record_that_is_left_is_named() -> None:
    gone = zones()["esx-a"]
    left = replace(READINGS, aggregates=Answer(value=(AggregateFacts(name="esx", zone="esx-a", hosts=()),)))
    found = list(traces_in(left, [f"domain-c8.{VC}"], gone))

    assert found == [
        "nova still has nova-compute on v1",
        *(f"cinder still has cinder-volume on {host}" for host in gone.volume_services),
        f"Nova still has hypervisor domain-c8.{VC} of v1",
        "Nova still has aggregate esx with no host",
        "Nova still has availability zone esx-a",
        f"Placement still has resource provider domain-c8.{VC}",
        f"Cinder still has volume type {gone.volume_type}",
    ]


def test_the_other_part_of_a_mixed_zone_is_no_trace() -> None:
    mixed = replace(READINGS, compute_services=Answer(value=(compute("c1", "west"), compute("v1", "west"))))
    gone = zones(readings=mixed)["west.vcenter"]

    assert list(traces_in(CLEAN, [], gone)) == []
