"""Whether all agree on a volume, and who does not."""

from types import SimpleNamespace
from typing import Any

import pytest

from ostf_dual.cloud import attachment
from ostf_dual.cloud.attachment import hypervisor_volumes, wait_for_agreement
from ostf_dual.waiting import WaitTimeoutError

SERVER: Any = SimpleNamespace(id="server-1", host="compute-1")


class Volume:
    """In use by the server, as Cinder says."""

    status, server_ids = "in-use", ("server-1",)

    def __str__(self) -> str:
        return self.status


def zone_of(guest: Any) -> Any:
    return SimpleNamespace(hypervisor="kvm", probe=SimpleNamespace(find_guest=lambda _id, _host: guest))


def guest_with(*volumes: str | None) -> Any:
    return SimpleNamespace(disks=[SimpleNamespace(volume_id=each) for each in volumes])


def volumes_of(*attached: str) -> Any:
    return SimpleNamespace(
        get=lambda _: Volume(),
        attachments=lambda _: [SimpleNamespace(server_id="server-1", status="attached")],
        attached_to=lambda _: attached,
    )


def test_root_disks_are_no_volumes() -> None:
    assert hypervisor_volumes(zone_of(guest_with(None, "volume-1")), SERVER) == {"volume-1"}


def test_a_server_without_a_guest_is_a_no() -> None:
    with pytest.raises(AssertionError, match="kvm has no guest of server server-1"):
        hypervisor_volumes(zone_of(None), SERVER)


def test_who_does_not_agree_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachment, "_ALL_TOLD_S", 0.05)
    well, blind = zone_of(guest_with("volume-1")), zone_of(guest_with())

    wait_for_agreement(well, volumes_of("volume-1"), "volume-1", SERVER, is_attached=True)

    said = r"Cinder \(in-use\): yes, its attachment records \(1\): yes, Nova: yes, kvm: no"
    with pytest.raises(WaitTimeoutError, match=said):
        wait_for_agreement(blind, volumes_of("volume-1"), "volume-1", SERVER, is_attached=True)
    with pytest.raises(WaitTimeoutError, match=r"is not attached .*Nova: no, kvm: yes"):
        wait_for_agreement(well, volumes_of(), "volume-1", SERVER, is_attached=False)
