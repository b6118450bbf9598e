"""What hypervisors are asked for what is left, and what of it may have no answer."""

from typing import Any

import pytest

from ostf_dual.cloud.audit import on_hypervisors, see_disks
from ostf_dual.errors import NotConfiguredError, OstfError
from tests.unit.cloud_acting.conftest import Cloud, Probe, Zone


def test_a_disk_that_nobody_can_look_for_hides_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    zone: Any = Zone(Cloud(), "kvm")
    zone.probe.kept = {"servers", "volumes"}
    seen = Probe.remains_of

    def remains_of(probe: Probe, server_id: str) -> tuple[str, ...]:
        if server_id == "hidden":
            raise NotConfiguredError("no rbd")
        return seen(probe, server_id)

    monkeypatch.setattr(Probe, "remains_of", remains_of)

    assert on_hypervisors([zone], servers=["hidden", "s-2"], volumes=["v-1"]) == (
        "guest s-2 (zone kvm)",
        "file v-1 (zone kvm)",
    )


def test_disks_are_seen_in_every_zone_before_their_servers_go(monkeypatch: pytest.MonkeyPatch) -> None:
    zones: Any = [Zone(Cloud(), "silent"), Zone(Cloud(), "kvm")]
    seen: list[str] = []

    def find_guest(probe: Probe, server_id: str) -> None:
        if probe is zones[0].probe:
            raise OstfError("no answer")
        seen.append(server_id)

    monkeypatch.setattr(Probe, "find_guest", find_guest)

    see_disks(zones, ["s-1", "s-2"])

    assert seen == ["s-1", "s-2"]
