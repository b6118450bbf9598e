"""What hypervisors are asked for what is left, and what of it may have no answer."""

from typing import Any

import pytest

from ostf_dual.cloud.audit import on_hypervisors
from ostf_dual.errors import NotConfiguredError
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
