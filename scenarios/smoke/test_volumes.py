"""A volume is made, carries data through its server, and goes without a trace."""

from typing import TYPE_CHECKING

import pytest

from ostf_dual.cloud.contrast import foreign_volume_type, zone_of_other_kind
from ostf_dual.cloud.guestlog import Event, GuestLog
from ostf_dual.errors import NotConfiguredError
from ostf_dual.waiting import WaitTimeoutError, wait_until

if TYPE_CHECKING:
    from ostf_dual.cloud.servers import Server
    from ostf_dual.cloud.volumes import Volume
    from ostf_dual.cloud.workbench import Workbench
    from ostf_dual.cloud.zone import Zone
    from ostf_dual.plugin.typing import Evidence, Step


SETTLING_S = 15.0


@pytest.mark.check("VOL-01", profile="smoke", layer="volume", needs=("volume",), budgets=("volume_s",))
def test_volume_is_made(zone: "Zone", workbench: "Workbench", test_volume: "Volume", step: "Step") -> None:
    """A volume of the zone's type becomes available, on a backend of that type.

    Why: A volume type that leads to no backend, or to the other hypervisor's, fails only when the volume is to
        be attached.
    Witnesses: Cinder's volume, and the host of it held against the backends of its type.
    On failure: Look at the fault of the volume, at cinder-scheduler's log ("No valid backend"), and at
        volume_backend_name of the type. On vCenter an available volume proves little: its disk is made at the
        first attachment, see VOL-02.
    Source: cinder.volume.drivers.vmware.vmdk (vmware_lazy_create); OSTF's "Create volume".
    """
    with step("Cinder says available"):
        assert test_volume.status == "available", (
            f"volume {test_volume.name}: wanted available, found {test_volume}"
        )
        assert test_volume.type == zone.volume_type, (
            f"asked for type {zone.volume_type}, found {test_volume.type}"
        )

    with step("its backend is the type's"):
        backend = workbench.volumes.backend(test_volume.id)
        if backend is not None and zone.volume_services:
            service = backend.partition("#")[0]
            assert service in zone.volume_services, (
                f"type {zone.volume_type} belongs to {zone.volume_services}, the volume is on {backend}"
            )


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
        wait_for_agreement(zone, workbench, test_volume.id, test_vm, is_attached=True)

    with step("detach the volume"):
        volumes.detach(test_volume.id, test_vm.id, timeout_s=attach_s)

    with step("all say detached"):
        wait_for_agreement(zone, workbench, test_volume.id, test_vm, is_attached=False)


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


@pytest.mark.check(
    "VOL-04",
    profile="full",
    layer="volume",
    needs=("server",),
    makes=("volume",),
    budgets=("volume_s", "refusal_s", "delete_s"),
)
def test_volume_of_another_hypervisor_is_refused(
    zone: "Zone", workbench: "Workbench", test_vm: "Server", step: "Step", evidence: "Evidence"
) -> None:
    """A volume of the other hypervisor's kind is refused: it is available again, the server unharmed.

    Why: Users attach what they see. A volume that the driver cannot use must come back, and the server must
        live on.
    Witnesses: Cinder's status and records, Nova's actions, and the guest's power state.
    Makes: a volume of the other hypervisor's type, deleted at its end
    On failure: A volume that stays reserved or attaching: nova-compute died in the middle; `cinder reset-state
        --attach-status detached`, after a look that no guest has it.
    Source: nova.virt.volumeutils and vmwareapi.volumeops (VolumeDriverNotFound).
    """
    volumes, servers = workbench.volumes, workbench.servers
    other = zone_of_other_kind(zone, workbench.zones)
    kind = foreign_volume_type(zone, other)

    with step(f"make a volume of type {kind!r}"):
        volume_id = volumes.create(f"refused-{zone.label}", other)
        volumes.wait(volume_id, "available", timeout_s=zone.budgets.volume_s)

    with step("ask to attach it"):
        try:
            volumes.ask_to_attach(volume_id, test_vm.id)
        except AssertionError as refusal:
            evidence("refused at once", str(refusal))

    with step("the volume is available again"):
        try:
            wait_until(
                lambda: volumes.get(volume_id),
                lambda volume: volume.status == "available" and not volume.server_ids,
                what=f"volume {volume_id} of type {kind} to be refused and available again",
                timeout_s=zone.budgets.refusal_s,
                describe=str,
            )
        except WaitTimeoutError as error:
            raise AssertionError(
                f"{error}; look at the server's actions: {servers.failed_events(test_vm.id)}"
            ) from None
        wait_for_agreement(zone, workbench, volume_id, test_vm, is_attached=False)
        evidence("what Nova says", servers.failed_events(test_vm.id))

    with step("the server is unharmed"):
        server = servers.wait(test_vm.id, {"ACTIVE", "ERROR"}, timeout_s=zone.budgets.refusal_s)
        assert server.status == "ACTIVE", f"the refusal left server {server.name} as {server}"
        guest = zone.probe.find_guest(test_vm.id, test_vm.host)
        assert guest is not None, f"the refusal left {zone.hypervisor} without guest {test_vm.id}"
        assert guest.is_running, f"the refusal left guest {guest.name} {guest.power}"

    with step("delete the volume"):
        volumes.delete(volume_id, timeout_s=zone.budgets.delete_s)


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


def hypervisor_volumes(zone: "Zone", server: "Server") -> set[str | None]:
    """The volumes that the hypervisor says the server's guest has."""
    guest = zone.probe.find_guest(server.id, server.host)
    assert guest is not None, f"{zone.hypervisor} has no guest of server {server.id}; see BOOT-01"
    return {disk.volume_id for disk in guest.disks} - {None}


def assert_hypervisor_has(zone: "Zone", server: "Server", volume: "Volume") -> None:
    """The hypervisor shows the volume as a disk of the server's guest."""
    found = hypervisor_volumes(zone, server)
    assert volume.id in found, (
        f"Nova says attached, and {zone.hypervisor} shows no disk with volume {volume.id}"
        f" on guest {server.id}, only {found or 'none'}"
    )


def wait_for_agreement(
    zone: "Zone", workbench: "Workbench", volume_id: str, server: "Server", *, is_attached: bool
) -> None:
    """See Cinder's status and attachment records, Nova and the hypervisor say the same of a volume and a server.

    Cinder may say so first: Nova forgets a detached volume a moment later.
    """

    def words() -> dict[str, bool]:
        volume = workbench.volumes.get(volume_id)
        records = workbench.volumes.attachments(volume_id)
        return {
            f"Cinder ({volume})": (volume.status, volume.server_ids) == ("in-use", (server.id,)),
            f"its attachment records ({len(records)})": [
                (record.server_id, record.status) for record in records
            ]
            == [(server.id, "attached")],
            "Nova": volume_id in workbench.volumes.attached_to(server.id),
            str(zone.hypervisor): volume_id in hypervisor_volumes(zone, server),
        }

    wait_until(
        words,
        lambda said: all(word == is_attached for word in said.values()),
        what=f"all to say that volume {volume_id} is {'' if is_attached else 'not '}attached to server {server.id}",
        timeout_s=SETTLING_S,
        describe=lambda said: ", ".join(f"{who}: {'yes' if word else 'no'}" for who, word in said.items()),
    )
