"""From a host that takes a server to a guest that works: network, volumes, the guest itself."""

import re

from ostf_dual.cloud.guestlog import GuestLog
from ostf_dual.diagnosis.findings import Case
from ostf_dual.diagnosis.rules.model import Rule, Words, said, server_of
from ostf_dual.environment.model import Hypervisor
from ostf_dual.hypervisors.probe import Power

_GUEST = frozenset({"BOOT", "NET", "VOL", "MET", "LIFE"})
_PANIC = re.compile(r"Kernel panic - not syncing[^\n]*")
_WAITED = re.compile(r"waited \d+")


def _unbound(case: Case) -> Words | None:
    """A port that no mechanism driver took."""
    for port in case.findings.ports:
        if port.vif_type in {"binding_failed", "unbound"}:
            return {"port": port.id, "type": port.vif_type, "host": port.host or "no host"}
    return None


def _halt(case: Case) -> Words | None:
    """A console on which nothing boots."""
    for name, text in case.findings.consoles.items():
        if (halt := GuestLog.parse(text, name).halt) and not _PANIC.search(text):
            image = case.findings.image
            return {"halt": halt, "server": server_of(case), "image": str(image) if image else "the image"}
    return None


def _panic(case: Case) -> Words | None:
    for text in case.findings.consoles.values():
        if found := _PANIC.search(text):
            return {"panic": found[0].strip(), "server": server_of(case)}
    return None


def _stopped(case: Case) -> Words | None:
    """Nova says ACTIVE, the hypervisor that the guest does not run."""
    active = {server.id: server for server in case.findings.servers if server.status == "ACTIVE"}
    for guest in case.findings.guests:
        if guest.id in active and guest.power in {Power.OFF, Power.PAUSED}:
            return {"guest": guest.name, "power": guest.power, "place": guest.host, "server": guest.id}
    return None


def _unheard(case: Case) -> Words | None:
    """Nothing at all on the console of a guest that runs: it finds no disk that it can boot from."""
    running = any(guest.is_running for guest in case.findings.guests)
    silent = running and not any(text.strip() for text in case.findings.consoles.values())
    if case.check != "BOOT-02" or not silent:
        return None
    image = case.findings.image
    return {"image": str(image) if image else "the image", "server": server_of(case)}


def _emulated(case: Case) -> Words | None:
    """A wait that was too short for a guest without hardware virtualisation."""
    slow = case.hypervisor is Hypervisor.QEMU and _WAITED.search(case.message)
    alive = any(text.strip() for text in case.findings.consoles.values())
    return {"server": server_of(case)} if slow and alive else None


def _volume(case: Case) -> Words | None:
    """A volume in error, with what Cinder says."""
    for volume in case.findings.volumes:
        if volume.status.startswith("error"):
            why = "; ".join(volume.messages) or "Cinder does not say why"
            return {"name": volume.name, "status": volume.status, "why": why, "volume": volume.id}
    return None


def _event(case: Case) -> Words | None:
    """The newest part of a server's actions that failed, in the driver's own words."""
    for event in case.findings.events:
        return {
            "event": event.event, "host": event.host or "a host", "reason": event.reason,
            "server": event.server_id, "request": event.request,
        }  # fmt: skip
    return None


RUNNING = (
    Rule(
        name="vif-type-unsupported",
        kind="network",
        when=said(r"vif type (?P<type>\S+) (?:is )?not supported|Unexpected vif_type=?(?P<other>\S*)"),
        text="Neutron bound the port as {type}{other}, which the driver of zone {zone} cannot plug: vCenter takes dvs,"
        " and ovs for NSX",
        command="openstack port list --server {server} --long; openstack network agent list",
        source="run with Nova 34: InvalidInput: vif type ... not supported (nova.virt.vmwareapi.vif)",
        families=_GUEST,
    ),
    Rule(
        name="port-not-bound",
        kind="network",
        when=_unbound,
        text="port {port} is {type} on {host}: no mechanism driver of Neutron takes that host",
        command="openstack port show {port} -c binding_vif_type -c binding_host_id -c status;"
        " openstack network agent list --host {host}",
        source="neutron.plugins.ml2.managers: no live agent of the host, or no mechanism driver for vCenter",
        families=_GUEST,
    ),
    Rule(
        name="vif-plugging-timeout",
        kind="network",
        when=said(r"VirtualInterfaceCreateException|Virtual Interface creation failed"),
        text="Neutron did not say in time that the port is plugged: its agent on the host is slow or deaf",
        command="openstack port list --server {server} --long; openstack network agent list",
        source="nova.conf vif_plugging_timeout; nova.exception.VirtualInterfaceCreateException",
        families=_GUEST,
    ),
    Rule(
        name="volume-of-another-hypervisor",
        kind="storage",
        when=said(r"VolumeDriverNotFound|Could not find a handler for (?P<type>\S+) volume"),
        text="the volume's backend is of a kind ({type}) that the driver of zone {zone} cannot attach: the volume type"
        " belongs to the other hypervisor",
        command="openstack volume type list --long; openstack volume service list",
        source="run with Nova 34: vmwareapi attaches vmdk and iscsi, libvirt everything but vmdk",
        families=frozenset({"VOL", "BOOT", "LIFE"}),
    ),
    Rule(
        name="zones-of-nova-and-cinder-apart",
        kind="storage",
        when=said(r"not in the same availability_zone|cross_az_attach"),
        text="Nova attaches no volumes from another zone (cross_az_attach is off), and Cinder has no such zone",
        command="openstack availability zone list --volume; grep cross_az_attach /etc/nova/nova.conf",
        source="nova.conf [cinder] cross_az_attach; cinder.conf allow_availability_zone_fallback",
        families=frozenset({"VOL", "BOOT"}),
    ),
    Rule(
        name="volume-in-error",
        kind="storage",
        when=_volume,
        text="volume {name} is {status}: {why}",
        command="openstack volume message list --resource_uuid {volume}",
        source="Cinder's user messages",
        families=frozenset({"VOL", "MET"}),
    ),
    Rule(
        name="config-drive-vfat",
        kind="guest",
        when=said(r"Invalid config_drive_format \"?vfat"),
        text="the VMware driver makes no config drive of format vfat",
        command="grep -n config_drive_format /etc/nova/nova.conf   # on the host of nova-compute: iso9660",
        source="run with Nova 34: InstancePowerOnFailure: Invalid config_drive_format",
        families=_GUEST,
    ),
    Rule(
        name="stopped-behind-nova",
        kind="guest",
        when=_stopped,
        text="guest {guest} is {power} on {place}, and Nova says ACTIVE: somebody, or the guest itself, stopped it",
        command="openstack server event list {server}; openstack server show {server} -c OS-EXT-STS:power_state",
        source="Nova notices at its next sync_power_state_interval (600 s)",
        families=_GUEST | {"CON"},
    ),
    Rule(
        name="power-differs",
        kind="guest",
        when=said(
            r"server (?P<name>\S+) \((?P<server>[0-9a-f-]{36})\) is (?P<status>\w+), and its hypervisor says"
            r" (?P<power>\w+)"
        ),
        text="the guest of {name} is {power} and Nova says {status}: somebody, or the guest itself, changed that"
        " behind Nova's back",
        command="openstack server event list {server}; openstack server show {server} -c OS-EXT-STS:power_state",
        source="Nova notices at its next sync_power_state_interval (600 s)",
        families=frozenset({"CON"}),
    ),
    Rule(
        name="orphan",
        kind="guest",
        when=said(r"guest (?P<name>.+) \((?P<id>[0-9a-f-]{36}), \S+\) on (?P<host>\S+) is unknown to Nova"),
        text="guest {name} on {host} is left of a deletion that broke off, or of a database that was restored",
        command="openstack server show {id}   # if there is none: virsh dominfo {id}, or in vCenter the machine of"
        " this instanceUuid",
        source="SAP's complete_orphans; nova bug 1359138",
        families=frozenset({"CON"}),
    ),
    Rule(
        name="kernel-panic",
        kind="guest",
        when=_panic,
        text="the guest's kernel gave up: {panic}",
        command="openstack console log show {server} | tail -n 60",
        source="the guest's console",
        families=_GUEST,
    ),
    Rule(
        name="nothing-boots",
        kind="guest",
        when=_halt,
        text="the guest finds nothing to boot from ({halt!r}): the disk of {image} is empty, or of another type or"
        " adapter than its properties say",
        command="openstack console log show {server}; openstack image list --long",
        source="field: preallocated is the default disk type, and a sparse VMDK taken for it has no system",
        families=_GUEST,
    ),
    Rule(
        name="nothing-on-the-console",
        kind="guest",
        when=_unheard,
        text="the guest runs and prints nothing: {image} has no system that boots, or none with a serial console",
        command="openstack console url show {server}   # and the guest's screen in the report",
        source="field: ACTIVE proves little; an empty disk runs for ever",
        families=frozenset({"BOOT"}),
    ),
    Rule(
        name="driver-says",
        kind="service",
        when=_event,
        text="{event} on {host} ended with {reason}",
        command="openstack server event show {server} {request}; grep -h {request} /var/log/nova/*.log",
        source="Nova's instance actions",
        families=_GUEST | {"SCH"},
    ),
    Rule(
        name="emulated",
        kind="guest",
        when=_emulated,
        text="zone {zone} emulates its guests (QEMU without KVM), about ten times slower: the time was too short",
        command="openstack console log show {server} | tail; ls -l /dev/kvm   # on {hosts}",
        source="field: 'qemu' fallback; raise budgets.boot_s and guest_up_s, or give the hosts KVM",
        families=frozenset({"BOOT", "NET", "VOL", "LIFE"}),
    ),
    Rule(
        name="still-building",
        kind="service",
        when=said(r"waited (?P<time>[\d.]+) s for server .*last seen: (?P<state>BUILD[^;\n]*)"),
        text="after {time} s the server is still in {state}, and nothing that can be seen keeps it from going on:"
        " its services are slow, or the time was too short (budgets.boot_s)",
        command="openstack server event list {server}   # then nova-compute's log on {hosts}",
        source="Nova's task states: scheduling, networking, spawning",
        families=frozenset({"BOOT", "SCH", "LIFE"}),
    ),
)
