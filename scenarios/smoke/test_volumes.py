"""A volume carries data through its server, and goes without a trace."""

from typing import TYPE_CHECKING

import pytest

from ostf_dual.cloud.attachment import hypervisor_volumes, wait_for_agreement
from ostf_dual.cloud.guestlog import Event, GuestLog
from ostf_dual.errors import NotConfiguredError
from ostf_dual.waiting import wait_until

if TYPE_CHECKING:
    from ostf_dual.cloud.servers import Server
    from ostf_dual.cloud.volumes import Volume
    from ostf_dual.cloud.workbench import Workbench
    from ostf_dual.cloud.zone import Zone
    from ostf_dual.plugin.typing import Evidence, Step


@pytest.mark.check(
    "VOL-02", profile="smoke", layer="volume", needs=("server", "volume"), budgets=("attach_s", "reach_s")
)
def test_volume_keeps_data(
    zone: "Zone",
    workbench: "Workbench",
    test_vm: "Server",
    test_volume: "Volume",
    step: "Step",
    evidence: "Evidence",
) -> None:
    """Data that a guest writes to a volume is there again after the volume was detached and attached.

    Why: An attached volume that the guest does not see, or that comes back empty, is what storage faults look
        like to users.
    Witnesses: Cinder, the hypervisor's list of disks, and the guest, which writes, reads back and compares a
        digest.
    On failure: The guest does not see it: hot-plug (the adapter, acpiphp in the guest). It reads something
        else: another volume was attached. Detach that hangs: the guest holds the disk.
    Source: nova bugs 1835733, 1892961; cinder bug 1479402.
    """
    token, attach_s = workbench.pattern(zone), zone.budgets.attach_s
    before = guest_disks(workbench, zone)

    with step("attach the volume"):
        workbench.volumes.attach(test_volume.id, test_vm.id, timeout_s=attach_s)
        assert_hypervisor_has(zone, test_vm, test_volume)

    with step("the guest sees it and writes to it"):
        wrote = hear(workbench, zone, "WROTE", token, what=f"volume {test_volume.id} and to write on it")
        disk, digest = wrote.words[0], wrote["sha256"]
        evidence("written", str(wrote))

    with step("detach the volume"):
        workbench.volumes.detach(test_volume.id, test_vm.id, timeout_s=attach_s)
        workbench.hear(
            zone,
            lambda log: disk not in log.disks,
            what=f"disk {disk} to be gone from the guest after volume {test_volume.id} was detached",
            timeout_s=attach_s,
        )
        assert guest_disks(workbench, zone) == before, "the guest has other disks than before the volume came"

    with step("attach it again"):
        workbench.volumes.attach(test_volume.id, test_vm.id, timeout_s=attach_s)

    with step("the guest reads what it wrote"):
        verified = hear(
            workbench, zone, "VERIFIED", token, what=f"volume {test_volume.id} again and to verify it"
        )
        evidence("read back", str(verified))
        assert verified["sha256"] == digest, (
            f"wrote {digest}, read {verified['sha256']}: the volume lost data"
        )


@pytest.mark.check(
    "VOL-03", profile="smoke", layer="volume", needs=("server", "volume"), budgets=("attach_s",)
)
def test_all_agree_on_attachment(
    zone: "Zone", workbench: "Workbench", test_vm: "Server", test_volume: "Volume", step: "Step"
) -> None:
    """Cinder's status and attachment record, Nova and the hypervisor agree on a volume, attached or not.

    Why: Volumes that are in-use without an attachment, or available with one, can neither be detached nor
        deleted.
    Witnesses: Cinder's status, its attachment record, Nova's list, and the hypervisor's disks: four, that must
        say the same.
    On failure: Compare `openstack volume attachment list --os-volume-api-version 3.27` with `openstack server
        volume list`; mend with `cinder reset-state` only when the hypervisor has no such disk.
    Source: SAP's vCenter nanny (volume_attachment_inconsistencies); nova bugs 1704196, 1425502.
    """
    volumes, attach_s = workbench.volumes, zone.budgets.attach_s
    if volumes.get(test_volume.id).status == "available":
        with step("attach the volume"):
            volumes.attach(test_volume.id, test_vm.id, timeout_s=attach_s)

    with step("all say attached"):
        wait_for_agreement(zone, workbench.volumes, test_volume.id, test_vm, is_attached=True)

    with step("detach the volume"):
        volumes.detach(test_volume.id, test_vm.id, timeout_s=attach_s)

    with step("all say detached"):
        wait_for_agreement(zone, workbench.volumes, test_volume.id, test_vm, is_attached=False)


@pytest.mark.check(
    "VOL-06", profile="smoke", layer="volume", needs=("server", "volume"), budgets=("attach_s", "delete_s")
)
def test_deleted_volume_leaves_nothing(
    zone: "Zone",
    workbench: "Workbench",
    test_vm: "Server",
    test_volume: "Volume",
    step: "Step",
    evidence: "Evidence",
) -> None:
    """A deleted volume that has been in use is gone from Cinder and from the hypervisor.

    Why: On vCenter a volume has a machine of its own (the shadow VM): deleted volumes whose machines stay fill
        datastores that Cinder believes empty.
    Witnesses: Cinder, and the hypervisor's files, disks and shadow machines by the volume's id; `rbd ls` or `lvs` on
        its host where the volume was in Ceph or LVM. What is behind iSCSI no host tells: not configured.
    On failure: Look at cinder-volume's log for that id; a shadow machine that stays is removed by hand in
        vCenter, once no server has its disk.
    Source: cinder.volume.drivers.vmware.vmdk (cinder.volume.id); SAP's ghost_volumes.
    """
    volumes, probe = workbench.volumes, zone.probe
    with step("it has been in use, so that the hypervisor knows it"):
        # Cinder's VMDK driver makes nothing before the first attachment: a volume never used proves nothing.
        if volumes.get(test_volume.id).status == "available" and not is_known(zone, test_volume):
            volumes.attach(test_volume.id, test_vm.id, timeout_s=zone.budgets.attach_s)
        if volumes.get(test_volume.id).status == "in-use":
            # Whoever has it now is who must not have it later.
            known = probe.remains_of_volume(test_volume.id)
            if not known:
                probe.find_guest(test_vm.id, test_vm.host)  # says so where its host could not be asked
            assert known, (
                f"volume {test_volume.id} is in use, and {zone.hypervisor} knows nothing of it; see VOL-03"
            )
            volumes.detach(test_volume.id, test_vm.id, timeout_s=zone.budgets.attach_s)

    with step("delete it"):
        volumes.delete(test_volume.id, timeout_s=zone.budgets.delete_s)

    with step("nothing is left"):
        wait_until(
            lambda: probe.remains_of_volume(test_volume.id),
            lambda remains: not remains,
            what=f"{zone.hypervisor} to have nothing left of deleted volume {test_volume.id}",
            timeout_s=zone.budgets.delete_s,
            describe="; ".join,
        )
        if probe.unasked:
            evidence("what could not be looked at", list(probe.unasked))


def is_known(zone: "Zone", volume: "Volume") -> bool:
    """Whether the hypervisor has, or has had, something of a volume."""
    try:
        return bool(zone.probe.remains_of_volume(volume.id))
    except NotConfiguredError:  # it was a guest's disk, where nobody can look now: said once it is deleted
        return True


def hear(workbench: "Workbench", zone: "Zone", name: str, token: str, *, what: str) -> Event:
    """Wait for the guest's verdict on a disk with this token."""

    def verdict(log: GuestLog) -> Event | None:
        return next(
            (event for kind in (name, "MISMATCH", "FAILED") if (event := log.last(kind, token=token))), None
        )

    log = workbench.hear(
        zone,
        lambda log: verdict(log) is not None,
        what=f"the guest in zone {zone.label} to see {what} (Nova says attached; look at hot-plug)",
        timeout_s=zone.budgets.attach_s,
    )
    event = verdict(log)
    assert event is not None
    assert event.name == name, f"the guest says {event}: what it wrote and what it read differ"
    return event


def guest_disks(workbench: "Workbench", zone: "Zone") -> set[str]:
    """The disks that the guest sees."""
    what = f"the guest in zone {zone.label} to tell its disks"
    return set(
        workbench.hear(zone, lambda log: bool(log.disks), what=what, timeout_s=zone.budgets.reach_s).disks
    )


def assert_hypervisor_has(zone: "Zone", server: "Server", volume: "Volume") -> None:
    """The hypervisor shows the volume as a disk of the server's guest."""
    found = hypervisor_volumes(zone, server)
    assert volume.id in found, (
        f"Nova says attached, and {zone.hypervisor} shows no disk with volume {volume.id}"
        f" on guest {server.id}, only {found or 'none'}"
    )
