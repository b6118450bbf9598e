from datetime import UTC, datetime
from typing import Any

import pytest

from ostf_dual.cloud.metering import Point, finest, infer_interval, is_alive
from ostf_dual.cloud.meters import POLLED, absence, is_polled, resource_type
from ostf_dual.environment.model import Hypervisor

VCENTER, QEMU = Hypervisor.VCENTER, Hypervisor.QEMU


@pytest.mark.parametrize("releases", [(), ("2023.1",), ("2024.1", "2024.2"), ("2025.2",)])
@pytest.mark.parametrize("meter", POLLED)
def test_libvirt_has_every_meter(meter: Any, releases: Any) -> None:
    assert absence(meter, QEMU, releases) is None


@pytest.mark.parametrize("meter", POLLED)
def test_vcenter_has_memory_usage_alone_and_nothing_since_2025_1(meter: Any) -> None:
    assert (absence(meter, VCENTER, ("2024.1", "2024.2")) is None) == (meter == "memory.usage")
    assert "inspector" in str(absence(meter, VCENTER, ("2025.1",)))


def test_a_row_must_hold_for_every_release_it_may_be() -> None:
    assert absence("memory.usage", VCENTER, ("2024.2", "2025.1")) is None
    assert absence("memory.usage", VCENTER, ()) is None
    assert absence("cpu", VCENTER, ()) is not None


def test_absences_name_their_source() -> None:
    assert "ceilometer 23.0.2" in str(absence("cpu", VCENTER, ("2024.2",)))


@pytest.mark.parametrize(
    ("told", "polled"),
    [
        (None, set(POLLED)),
        ((), set()),
        (("cpu", "network.*"), {"cpu", "network.incoming.bytes", "network.outgoing.bytes"}),
        (("*",), set(POLLED)),
        (("!disk.*", "!network.*"), {"cpu", "memory.usage"}),
        (("*", "!cpu"), set(POLLED) - {"cpu"}),
    ],
)
def test_what_a_trimmed_polling_file_leaves_out_is_not_expected(told: Any, polled: set[str]) -> None:
    assert {meter for meter in POLLED if is_polled(meter, told)} == polled


@pytest.mark.parametrize(
    ("meter", "kind"),
    [
        ("cpu", "instance"),
        ("memory.usage", "instance"),
        ("disk.device.read.bytes", "instance_disk"),
        ("network.incoming.bytes", "instance_network_interface"),
    ],
)
def test_knows_which_resource_carries_a_meter(meter: Any, kind: Any) -> None:
    assert resource_type(meter) == kind


@pytest.mark.parametrize("span", [10.0, "0:00:10", 10])
def test_takes_the_finest_granularity(span: Any) -> None:
    points = finest(
        [
            ["2026-11-22T10:00:00+00:00", 300.0, 5.0],
            ["2026-11-22T10:00:20+00:00", span, 2],
            ["2026-11-22T10:00:10+00:00", span, 1],
        ]
    )

    assert [point.value for point in points] == [1.0, 2.0]
    assert points[0] == Point(time=datetime(2026, 11, 22, 10, 0, 10, tzinfo=UTC), span_s=10.0, value=1.0)


def test_infers_the_interval_from_the_usual_distance() -> None:
    seconds = (0, 10, 20, 50, 60)
    points = [
        Point(
            time=datetime(2026, 11, 22, 10, 0, each, tzinfo=UTC)
            if each < 60
            else datetime(2026, 11, 22, 10, 1, 0, tzinfo=UTC),
            span_s=1.0,
            value=1.0,
        )
        for each in seconds
    ]

    assert infer_interval(points) == 10.0
    assert infer_interval(points[:2]) is None


@pytest.mark.parametrize(
    ("meter", "values", "alive"),
    [
        ("cpu", [], False),
        ("cpu", [0.0], False),
        ("cpu", [7e9], False),
        ("cpu", [0.0, 0.0], False),
        ("cpu", [0.0, 7e9], True),
        ("memory.usage", [0.0], False),
        ("memory.usage", [26.5], True),
    ],
)
def test_one_cpu_sample_proves_nothing(meter: Any, values: Any, alive: Any) -> None:
    assert is_alive(meter, values) is alive
