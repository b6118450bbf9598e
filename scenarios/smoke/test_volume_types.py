"""A volume is of the type that was asked for, and one of the other hypervisor's type is refused."""

from typing import TYPE_CHECKING

import pytest

from ostf_dual.cloud.attachment import wait_for_agreement
from ostf_dual.cloud.contrast import foreign_volume_type, zone_of_other_kind
from ostf_dual.waiting import WaitTimeoutError, wait_until

if TYPE_CHECKING:
    from ostf_dual.cloud.servers import Server
    from ostf_dual.cloud.volumes import Volume
    from ostf_dual.cloud.workbench import Workbench
    from ostf_dual.cloud.zone import Zone
    from ostf_dual.plugin.typing import Evidence, Step


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
        wait_for_agreement(zone, volumes, volume_id, test_vm, is_attached=False)
        evidence("what Nova says", servers.failed_events(test_vm.id))

    with step("the server is unharmed"):
        server = servers.wait(test_vm.id, {"ACTIVE", "ERROR"}, timeout_s=zone.budgets.refusal_s)
        assert server.status == "ACTIVE", f"the refusal left server {server.name} as {server}"
        guest = zone.probe.find_guest(test_vm.id, test_vm.host)
        assert guest is not None, f"the refusal left {zone.hypervisor} without guest {test_vm.id}"
        assert guest.is_running, f"the refusal left guest {guest.name} {guest.power}"

    with step("delete the volume"):
        volumes.delete(volume_id, timeout_s=zone.budgets.delete_s)
