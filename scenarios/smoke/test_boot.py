"""A server boots in every zone, really runs, and is where and what was asked for."""

import re
from typing import TYPE_CHECKING

import pytest

from ostf_dual.cloud.images import disk_bus
from ostf_dual.environment.sizes import GIB
from ostf_dual.errors import NotConfiguredError, OstfError
from ostf_dual.hypervisors.probe import Guest, PartlyUnaskedError
from ostf_dual.waiting import WaitTimeoutError, wait_until

if TYPE_CHECKING:
    from ostf_dual.cloud.servers import Server
    from ostf_dual.cloud.workbench import Workbench
    from ostf_dual.cloud.zone import Zone
    from ostf_dual.plugin.typing import Evidence, Step

# What the drivers' names for a card become on the hypervisor: libvirt keeps Nova's word, vCenter has classes.
VMWARE_CARDS = {"e1000": "VirtualE1000", "e1000e": "VirtualE1000e", "vmxnet3": "VirtualVmxnet3"}


@pytest.mark.check("BOOT-01", profile="smoke", layer="compute", needs=("server",), budgets=("boot_s",))
def test_server_boots(zone: "Zone", test_vm: "Server", step: "Step", evidence: "Evidence") -> None:
    """A server asked for in a zone becomes ACTIVE, and its hypervisor runs it.

    Why: ACTIVE is what Nova ordered. A guest that never began, or that was stopped behind Nova's back, is
        ACTIVE too.
    Witnesses: Nova, and the guest's power state by libvirt or vCenter.
    On failure: "No valid host": look at SCH-02, SVC-03 and FLV-01 first. A fault of the driver stands in the
        message; its traceback in nova-compute's log on that host. Slow on vCenter the first time: the image is
        copied to the datastore.
    Source: OSTF's "Launch instance" of its vCenter set; nova bug 1940399.
    """
    with step("Nova says ACTIVE"):
        assert test_vm.status == "ACTIVE", f"server {test_vm.name}: wanted ACTIVE, found {test_vm}"

    with step("the hypervisor says running"):
        guest = guest_of(zone, test_vm)
        evidence("guest", str(guest))
        assert guest.is_running, (
            f"Nova says ACTIVE, but {zone.hypervisor} says that guest {guest.name} is {guest.power}: it was"
            f" stopped behind Nova's back; look at the guest's log on {guest.host}"
        )


@pytest.mark.check("BOOT-02", profile="smoke", layer="compute", needs=("server",), budgets=("guest_up_s",))
def test_guest_is_up(
    zone: "Zone", workbench: "Workbench", test_vm: "Server", step: "Step", evidence: "Evidence"
) -> None:
    """The operating system inside a server is up, by its own word.

    Why: A wrong disk type or adapter gives a server that is ACTIVE, powered on, and stands at "No bootable
        device".
    Witnesses: The guest itself, by the first that can be had: TestVM's line, a login prompt or cloud-init's end
        on Nova's console; TestVM's port or an SSH banner from the vantage; VMware Tools.
    On failure: Look at the image with IMG-02 and IMG-03, then at `openstack console log show`, and at the
        guest's screen. Not configured: neither console nor vantage nor Tools, which is usual on vCenter without
        a serial port concentrator; give `vantage`.
    Source: nova.virt.vmwareapi.driver.get_console_output (needs VSPC); OSTF only saw ACTIVE.
    """
    with step("hear it from the guest, on its console or on TCP"):
        try:
            log = workbench.guest_up(zone)
        except NotConfiguredError as unheard:
            tools_s = max(0.0, zone.budgets.guest_up_s - workbench.active_for_s(zone))
            wait_for_tools(zone, test_vm, str(unheard), timeout_s=tools_s)
            return
        except AssertionError as silence:
            raise AssertionError(
                f"Nova says ACTIVE, but no operating system speaks: {silence}; look at the image's disk and"
                f" boot loader, and at: openstack console log show {test_vm.id}"
            ) from None
        evidence("guest's log", log.text)
        evidence("screen", screen_of(zone, test_vm))

    with step("it is the guest of this server, and no other"):
        ready = log.last("READY")
        # Another image names nobody, and a TestVM without metadata knows its machine's UUID only, which on vCenter
        # is not the server's: the console and the address are the server's by Nova's word and Neutron's.
        if ready is not None and ready["metadata"] != "none":
            assert ready["instance"].lower() == test_vm.id, (
                f"{log.source} of server {test_vm.id} says {ready}"
            )


@pytest.mark.check("BOOT-03", profile="smoke", layer="compute", needs=("server",), budgets=("boot_s",))
def test_server_runs_where_it_was_asked_to(
    zone: "Zone", zones: "tuple[Zone, ...]", test_vm: "Server", step: "Step", evidence: "Evidence"
) -> None:
    """A server asked for in a zone runs on that zone's hypervisor, and nowhere else.

    Why: A server in the wrong zone, cluster or datastore works today, and is lost with hardware that nobody
        knew it was on.
    Witnesses: Nova's zone, host and node; the hypervisor that has the guest; and all other hypervisors, which
        must not have it.
    On failure: Look at the aggregates (SCH-01), and on vCenter at whether somebody moved the guest by hand
        between clusters. The same guest twice is a migration that broke off.
    Source: SAP's alerts on misplaced servers; nova.virt.vmwareapi.ds_util.
    """
    with step("Nova says so"):
        assert test_vm.zone == zone.name, f"asked for zone {zone.name}, found in zone {test_vm.zone}"
        if zone.hosts:
            assert test_vm.host in zone.hosts, (
                f"zone {zone.label} has {zone.hosts}, the server is on {test_vm.host}"
            )

    with step("the zone's hypervisor has it, in the right place"):
        guest = guest_of(zone, test_vm)
        assert is_in(zone, guest), f"guest {guest.name} is on {guest.host}, which is not of zone {zone.label}"
        if zone.hypervisor.is_libvirt:
            assert guest.host == test_vm.host, (
                f"Nova says host {test_vm.host}, libvirt of {guest.host} has the guest"
            )
        else:
            cluster = (test_vm.node or "").partition(".")[0]
            assert guest.host == cluster, (
                f"Nova says node {test_vm.node}, the guest is in cluster {guest.host}"
            )
            assert_datastore_is_novas(zone, guest)

    with step("no other zone's hypervisor has it"):
        for other in zones:
            if other is not zone and other.witness_missing is None:
                try:
                    twin = other.probe.find_guest(test_vm.id)
                except (PartlyUnaskedError, NotConfiguredError) as error:
                    # CON-01 of that zone is broken by it; this server runs where it should.
                    evidence(f"not asked in zone {other.label}", str(error))
                    continue
                assert twin is None or not is_in(other, twin), (
                    f"zone {other.label} has a guest {twin.name} of the same server: it was placed twice"
                )


@pytest.mark.check("BOOT-04", profile="full", layer="compute", needs=("server",), budgets=("boot_s",))
def test_hardware_is_as_asked(
    zone: "Zone", workbench: "Workbench", test_vm: "Server", step: "Step", evidence: "Evidence"
) -> None:
    """A guest has the processors, memory, disk, adapter and network card that flavor and image ask for.

    Why: Drivers fall back to defaults without a word: another adapter, another card, a smaller disk.
    Witnesses: Nova's flavor and Glance's properties, and the guest's devices by libvirt or vCenter.
    On failure: Look at IMG-03 and IMG-04: what the driver does not know it replaces (lsiLogic, e1000). A
        smaller disk: the resize of the copied image failed, see nova-compute's log.
    Source: nova.virt.vmwareapi.vm_util; nova.virt.libvirt.blockinfo.
    """
    guest = guest_of(zone, test_vm)
    flavor, properties = zone.flavor, zone.image.properties
    evidence("guest", str(guest))

    with step("processors, memory and root disk of the flavor"):
        assert guest.vcpus == flavor.vcpus, (
            f"{flavor} asks for {flavor.vcpus} vCPUs, the guest has {guest.vcpus}"
        )
        assert guest.memory_mib == flavor.ram_mib, f"{flavor}: the guest has {guest.memory_mib} MiB"
        root = next((disk for disk in guest.disks if disk.volume_id is None), None)
        assert root is not None, f"guest {guest.name} has no disk but volumes: {guest.disks}"
        if flavor.disk_gib and root.size_bytes is not None:
            assert root.size_bytes == flavor.disk_gib * GIB, (
                f"{flavor} asks for {flavor.disk_gib} GiB, the root disk has {root.size_bytes / GIB:g}"
            )

    with step("disk adapter and network card of the image"):
        bus = disk_bus(zone.image, zone.hypervisor)
        assert bus in {None, root.bus}, (
            f"image {zone.image.name} asks for adapter {bus}, the root disk is on {root.bus}"
        )
        card = properties.get("hw_vif_model")
        if card is not None:
            models = {nic.model for nic in guest.nics}
            wanted = card if zone.hypervisor.is_libvirt else VMWARE_CARDS.get(card.lower(), card)
            assert models == {wanted}, f"image {zone.image.name} asks for card {card}, the guest has {models}"

    with step("its card is the port's"):
        mac = workbench.port(zone).mac
        assert mac in {nic.mac for nic in guest.nics}, (
            f"the port's MAC {mac} is none of the guest's {guest.nics}"
        )


def guest_of(zone: "Zone", server: "Server") -> Guest:
    """The guest of a server, by its hypervisor's word."""
    guest = zone.probe.find_guest(server.id, server.host)
    assert guest is not None, (
        f"Nova has server {server.name} ({server.id}) as {server}, and {zone.hypervisor} of zone {zone.label}"
        " knows no such guest; look for it by that UUID"
    )
    return guest


def screen_of(zone: "Zone", server: "Server") -> bytes | str:
    """A picture of the guest's screen, or why there is none: it is to look at, and proves nothing."""
    try:
        return zone.probe.screenshot(server.id) or "the guest has no screen"
    except OstfError as error:
        return f"no picture: {error}"


def is_in(zone: "Zone", guest: Guest) -> bool:
    """Whether the guest's place belongs to the zone."""
    return guest.host in (zone.hosts if zone.hypervisor.is_libvirt else zone.clusters)


def assert_datastore_is_novas(zone: "Zone", guest: Guest) -> None:
    """Its files are on a datastore that nova-compute's regex allows."""
    cluster = zone.vcenter.cluster(guest.host)
    regex = zone.vcenter.access.regex_of(cluster.name) if cluster else None
    path = dict(guest.facts)["datastore path"]
    found = re.match(r"\[([^\]]+)\]", path)
    assert found, f"guest {guest.name} has no datastore: {path!r}"
    assert regex is None or re.match(regex, found[1]), (
        f"datastore {found[1]} does not match Nova's datastore_regex {regex!r}"
    )


def wait_for_tools(zone: "Zone", server: "Server", unheard: str, *, timeout_s: float) -> None:
    """See VMware Tools run in a guest that cannot be heard; without them there is no proof."""
    if "VMware Tools" not in dict(guest_of(zone, server).facts):
        raise NotConfiguredError(f"{unheard}; nor are there VMware Tools to ask")
    try:
        wait_until(
            lambda: dict(guest_of(zone, server).facts)["VMware Tools"],
            lambda tools: tools == "running",
            what=f"VMware Tools to run in server {server.name}",
            timeout_s=timeout_s,
        )
    except WaitTimeoutError as error:
        # An image may have none, so their silence proves nothing.
        raise NotConfiguredError(f"{unheard}; {error}") from None
