"""Sanity: the compute hosts of libvirt zones."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from ostf_dual.cloud.entries import no_entry
from ostf_dual.cloud.placement import disk_totals
from ostf_dual.cloud.zone import Zone
from ostf_dual.environment.sizes import GIB
from ostf_dual.errors import NotConfiguredError, OstfError
from ostf_dual.hypervisors.libvirt_host import host_faults, keeps_root_disks, read_host
from ostf_dual.nodes.several import ask_each

KEPT = {
    True: "become files there",
    False: "do not become files there (LVM or RBD), so that no room is asked for",
    None: "may become files there or not (no guest tells, nor Placement's DISK_GB), so that no room is asked for",
}


@pytest.mark.check("KVM-01", profile="quick", layer="libvirt", hypervisors=("libvirt",))
def test_hosts_can_run_servers(zone: Zone, evidence: Callable[[str, object], None]) -> None:
    """The libvirtd of each host answers, offers KVM where expected; there is room, and the time is right.

    Why: A libvirtd that hangs, a full instances folder or emulation where KVM is expected leave nova-compute
        "up" and servers failing, or ten times slower.
    Witnesses: libvirt of each host by virsh, its disk and its clock; and the environment's word on what is
        expected. Room is asked for where root disks are files, as its guests or DISK_GB in Placement tell.
    On failure: Emulation: virtualisation is off in the firmware, /dev/kvm is missing, or virt_type=qemu in
        nova.conf [libvirt]. No answer: libvirtd (or virtqemud), and the right to read its socket.
    Source: nova.conf [libvirt] virt_type and images_type; field reports of hosts that fell back to TCG after a
        kernel update.
    """
    replies = ask_each({access.host: access for access in zone.libvirt_accesses}, read_host)
    untold = [name for name, host in replies.answers.items() if keeps_root_disks(host, None) is None]
    disk_gib = disks_in_placement(zone, untold)
    faults: list[str] = []
    for host in replies.answers.values():
        keeps = keeps_root_disks(host, disk_gib.get(host.host))
        evidence(host.host, f"offers {', '.join(sorted(host.offered)) or 'nothing'}; CPU {host.cpu_model}; "
                 f"guests are run by {', '.join(sorted(host.run_as)) or 'nothing yet'} (qemu is emulation, and slow); "
                 f"{host.free_bytes / GIB:.1f} GiB free, and new root disks {KEPT[keeps]}; "
                 f"clock {host.skew_s:+.1f} s")  # fmt: skip
        faults += host_faults(
            host,
            expected=zone.settings.hypervisor,
            wanted_bytes=zone.root_disk_bytes if keeps else 0,
        )
    if faults and replies.silence:
        faults.append(replies.unasked)
    assert not faults, "\n".join(faults)
    replies.require_all()
    if lacking := zone.hosts_without_access:
        raise NotConfiguredError(f"{no_entry(*lacking, zone=zone.label)}; the others are well")


def disks_in_placement(zone: Zone, hosts: Sequence[str]) -> Mapping[str, int]:
    """DISK_GB of these hosts; of none where Placement cannot be asked, which SVC-03 tells."""
    try:
        return disk_totals(
            zone.cloud.required_admin(), [node for node in zone.part.nodes if node.host in hosts]
        )
    except OstfError:
        return {}
