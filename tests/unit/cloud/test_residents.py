from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ostf_dual.cloud.metering import Point
from ostf_dual.cloud.residents import Trace, changes, missing

BEFORE = Trace(
    status="ACTIVE", zone="kvm", host="compute-1", launched_at="12:00", guest="instance-1 on compute-1",
    power="running", boots=1, volumes=("v",), disks=("v",), blocks=("vda", "vdb"),
)  # fmt: skip
START = datetime(2026, 1, 1, tzinfo=UTC)


def points(*seconds: float) -> list[Point]:
    return [Point(time=START + timedelta(seconds=each), span_s=10, value=1) for each in seconds]


def test_a_server_that_nobody_touched_shows_no_change() -> None:
    assert changes(BEFORE, replace(BEFORE)) == ()


def test_a_reboot_and_a_lost_volume_are_seen() -> None:
    after = replace(BEFORE, boots=2, disks=())

    assert changes(BEFORE, after) == ("boots: was 1, is 2", "disks: was ('v',), is ()")


def test_samples_of_each_poll_have_no_gap_and_a_late_poll_is_none() -> None:
    assert missing(points(0, 10, 20, 45, 50), 10) == ()


def test_missed_polls_are_told_with_their_time() -> None:
    assert missing(points(0, 10, 50), 10) == (
        "no sample between 00:00:10 and 00:00:50, with a poll each 10 s",
    )
