"""What hypervisors are asked for what is left, and what of it may have no answer."""

from types import SimpleNamespace
from typing import Any

import pytest

from ostf_dual.cloud import audit
from ostf_dual.cloud.audit import on_hypervisors, see_disks
from ostf_dual.errors import NotConfiguredError, OstfError
from ostf_dual.hypervisors.probe import PartlyUnaskedError
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


def server(server_id: str, host: str | None) -> Any:
    return SimpleNamespace(id=server_id, host=host)


def test_disks_are_seen_where_their_servers_are_before_they_go(monkeypatch: pytest.MonkeyPatch) -> None:
    cloud: Any = Cloud()
    zones: Any = [Zone(cloud, "silent"), Zone(cloud, "kvm"), Zone(cloud, "esx")]
    zones[2].hosts = ("vcenter",)
    servers = {"s-1": server("s-1", "host"), "s-2": server("s-2", "host"), "s-3": server("s-3", None)}
    seen: list[tuple[str, str, str | None]] = []

    def find_guest(probe: Probe, server_id: str, host: str | None) -> None:
        zone = next(each for each in zones if each.probe is probe)
        if zone.name == "silent":
            raise OstfError("no answer")
        seen.append((zone.name, server_id, host))
        if server_id == "s-1":
            raise PartlyUnaskedError("one host is off")  # keeps the next one from nothing

    monkeypatch.setattr(audit, "find_server", lambda _, server_id: servers.get(server_id))
    monkeypatch.setattr(Probe, "find_guest", find_guest)

    see_disks(cloud, zones, ["s-1", "s-2", "s-3", "gone"])

    assert sorted(seen) == [
        ("esx", "s-3", None),
        ("kvm", "s-1", "host"),
        ("kvm", "s-2", "host"),
        ("kvm", "s-3", None),
    ]
