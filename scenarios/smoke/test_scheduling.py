"""Images find their hypervisor, and servers leave nothing when they go."""

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from ostf_dual.cloud.contrast import flavor_for_foreign_image, zone_of_other_kind
from ostf_dual.errors import NotConfiguredError, OstfError
from ostf_dual.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.servers import Server
    from ostf_dual.cloud.workbench import Workbench
    from ostf_dual.cloud.zone import Zone
    from ostf_dual.plugin.typing import Evidence, Step


@pytest.fixture
def spare(zone: "Zone", workbench: "Workbench") -> "Iterator[Server]":
    """A server of the zone's image, to be deleted: the one that was asked for without a zone, else one of the zone."""
    with ExitStack() as stack:
        try:
            server = workbench.spare(zone)
        except AssertionError:  # SCH-03 tells of it; with default_schedule_zone it is so in all zones but one
            try:
                server = stack.enter_context(workbench.fresh_server(zone))
            except AssertionError as error:
                raise OstfError(f"no server to delete: see BOOT-01: {error}") from None
        yield server


@pytest.mark.check("SCH-03", profile="smoke", layer="schedule", needs=("spare",), budgets=("boot_s",))
def test_image_alone_finds_its_hypervisor(zone: "Zone", workbench: "Workbench", step: "Step") -> None:
    """A server asked for without a zone lands on the hypervisor that its image is for.

    Why: Most users never name a zone: the image alone has to lead to the right hypervisor.
    Witnesses: Nova's word on where the server went, and that hypervisor, which must have the guest.
    On failure: Look at SCH-02, and at enabled_filters in nova.conf [filter_scheduler]: ImagePropertiesFilter
        must be among them. With [DEFAULT] default_schedule_zone no image finds a hypervisor of another zone: unset
        it, or tell users to name zones.
    Source: nova.scheduler.filters.image_props_filter; nova.compute.api (parse_availability_zone).
    """
    with step(f"boot image {zone.image.name!r} without a zone"):
        server = workbench.spare(zone)

    with step("Nova placed it on a host of that hypervisor"):
        alike = [
            other for other in workbench.zones if other.hypervisor.is_libvirt == zone.hypervisor.is_libvirt
        ]
        hosts = {host for other in alike for host in other.hosts}
        zone.cloud.required_admin()
        assert server.host in hosts, (
            f"image {zone.image.name!r} belongs on {zone.hypervisor}, and went to {server.host} in zone"
            f" {server.zone}: nothing tells the scheduler which hypervisor it is for; look at SCH-02"
        )

    with step("that hypervisor has it"):
        landed = next(other for other in alike if server.host in other.hosts)
        guest = landed.probe.find_guest(server.id, server.host)
        assert guest is not None, (
            f"Nova says {server}, and {landed.hypervisor} of zone {landed.label} has no such guest"
        )


@pytest.mark.check(
    "LIFE-05",
    profile="smoke",
    layer="compute",
    needs=("spare",),
    makes=("server",),
    budgets=("boot_s", "delete_s"),
)
def test_deleted_server_leaves_nothing(
    cloud: "Cloud", zone: "Zone", workbench: "Workbench", spare: "Server", step: "Step"
) -> None:
    """A deleted server is gone from Nova, Neutron, Placement and the hypervisor.

    Why: A deleted server whose guest, files or allocation stay behind uses up the cloud from the inside.
    Witnesses: Nova, Neutron, Placement, and the hypervisor's guests and folders; `rbd ls` or `lvs` on its host where
        its disks were in Ceph or LVM.
    Makes: a server in each zone where none came up without naming it
    On failure: A guest that stays: look for a task that hangs in vCenter, or for a snapshot. An allocation that
        stays: `openstack resource provider allocation delete`, after a look at nova-compute's log.
    Source: nova bugs 1359138, 1759609, 1492121; SAP's ghost ports and volumes.
    """
    landed = next((other for other in workbench.zones if spare.host in other.hosts), zone)
    probe, budget_s = landed.probe, zone.budgets.delete_s
    with step("there is something to delete"):
        assert workbench.networks.ports_of(spare.id), f"server {spare.name} has no port"
        assert probe.find_guest(spare.id, spare.host), (
            f"{landed.hypervisor} knows nothing of server {spare.name}"
        )

    with step("delete it"):
        workbench.servers.delete(spare.id, timeout_s=budget_s)

    with step("its port is gone"):
        wait_until(
            lambda: workbench.networks.ports_of(spare.id),
            lambda ports: not ports,
            what=f"the port of deleted server {spare.id} to be gone",
            timeout_s=budget_s,
            describe=lambda ports: ", ".join(map(str, ports)),
        )

    unseen: NotConfiguredError | None = None
    with step("its guest and files are gone"):
        try:
            wait_until(
                lambda: probe.remains_of(spare.id),
                lambda remains: not remains,
                what=f"{landed.hypervisor} to have nothing left of deleted server {spare.id}",
                timeout_s=budget_s,
                describe="; ".join,
            )
        except NotConfiguredError as error:
            unseen = error

    with step("its allocation is gone"):
        cloud.required_admin()
        wait_until(
            lambda: workbench.servers.allocations(spare.id),
            lambda held: not held,
            what=f"Placement to give back what deleted server {spare.id} had",
            timeout_s=budget_s,
            describe="; ".join,
        )

    with step("every place where it had disks could be looked at"):
        if unseen is not None:
            raise unseen


@pytest.mark.check(
    "SCH-04",
    profile="full",
    layer="schedule",
    needs=("server",),
    makes=("server",),
    budgets=("boot_s", "refusal_s", "delete_s"),
)
def test_image_of_another_hypervisor_is_refused(
    zone: "Zone", workbench: "Workbench", step: "Step", evidence: "Evidence"
) -> None:
    """An image of the other hypervisor, asked for in this zone, is refused by the scheduler at once.

    Why: What should be refused by the scheduler in a second goes to a compute host, fails there after minutes,
        and is tried again on the next.
    Witnesses: Nova's fault of the server, and the hypervisor, which must have made no guest; the zone's own image,
        which the zone takes with the same flavor, so that nothing but the image is refused.
    Makes: a server in each zone that is to be refused, deleted at once
    On failure: Look at SCH-02, and at enabled_filters in nova.conf [filter_scheduler].
    Source: nova.scheduler.filters.image_props_filter.
    """
    other = zone_of_other_kind(zone, workbench.zones)
    flavor = flavor_for_foreign_image(zone, other)

    with step(f"the zone takes its own image with flavor {flavor.name!r}"):
        try:
            workbench.server(zone)
        except AssertionError as error:
            raise OstfError(
                f"the zone takes no server at all, so its refusals tell nothing: see BOOT-01: {error}"
            ) from None

    with step(f"ask for image {other.image.name!r} in zone {zone.name}"):
        try:
            server_id = workbench.servers.boot(
                f"refused-{zone.label}",
                image_id=other.image.id,
                flavor_id=flavor.id,
                network={"uuid": workbench.network().id},
                zone_name=zone.name,
            )
        except AssertionError as error:
            raise OstfError(
                f"refused before a scheduler was asked, whatever the image; see BOOT-01: {error}"
            ) from None
        try:
            server = workbench.servers.wait(server_id, {"ACTIVE", "ERROR"}, timeout_s=zone.budgets.refusal_s)
            evidence("fault", server.fault)
            with step("the scheduler refused it"):
                assert server.status == "ERROR", (
                    f"image {other.image.name!r} of {other.hypervisor} became a server on {server.host}, zone"
                    f" {zone.label}: nothing keeps it out; look at SCH-02 and at Nova's enabled_filters"
                )
                assert "No valid host" in (server.fault or ""), (
                    f"refused too late, by the hypervisor and not by the scheduler: {server}; look at SCH-02"
                )
            with step("no guest was made"):
                guest = zone.probe.find_guest(server_id)
                assert guest is None, f"{zone.hypervisor} has a guest of refused server {server_id}: {guest}"
        finally:
            workbench.servers.delete(server_id, timeout_s=zone.budgets.delete_s)
