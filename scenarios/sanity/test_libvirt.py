"""Sanity: the compute hosts of libvirt zones."""

from collections.abc import Callable

import pytest

from ostf_dual.cloud.libvirt_entries import no_entry
from ostf_dual.cloud.zone import Zone
from ostf_dual.errors import NotConfiguredError
from ostf_dual.hypervisors.libvirt_host import host_faults, read_host
from ostf_dual.nodes.several import ask_each

GIB = 1024**3
LONGEST_SKEW_S = 60


@pytest.mark.check("KVM-01", profile="quick", layer="libvirt", hypervisors=("libvirt",))
def test_hosts_can_run_servers(zone: Zone, evidence: Callable[[str, object], None]) -> None:
    """The libvirtd of each host answers, offers KVM where expected; there is room, and the time is right.

    Why: A libvirtd that hangs, a full instances folder or emulation where KVM is expected leave nova-compute
        "up" and servers failing, or ten times slower.
    Witnesses: libvirt of each host by virsh, its disk and its clock; and the environment's word on what is
        expected.
    On failure: Emulation: virtualisation is off in the firmware, /dev/kvm is missing, or virt_type=qemu in
        nova.conf [libvirt]. No answer: libvirtd (or virtqemud), and the right to read its socket.
    Source: nova.conf [libvirt] virt_type; field reports of hosts that fell back to TCG after a kernel update.
    """
    replies = ask_each({access.host: access for access in zone.libvirt_accesses}, read_host)
    for host in replies.answers.values():
        evidence(host.host, f"offers {', '.join(sorted(host.offered)) or 'nothing'}; CPU {host.cpu_model}; "
                 f"guests are run by {', '.join(sorted(host.run_as)) or 'nothing yet'} (qemu is emulation, and slow); "
                 f"{host.free_bytes / GIB:.1f} GiB free; clock {host.skew_s:+.1f} s")  # fmt: skip
    wanted_bytes = zone.flavor.disk_gib * GIB
    faults = [
        why
        for host in replies.answers.values()
        for why in host_faults(
            host,
            expected=zone.settings.hypervisor,
            wanted_bytes=wanted_bytes,
            longest_skew_s=LONGEST_SKEW_S,
        )
    ]
    if faults and replies.silence:
        faults.append(replies.unasked)
    assert not faults, "\n".join(faults)
    replies.require_all()
    if lacking := zone.hosts_without_access:
        raise NotConfiguredError(f"{no_entry(*lacking, zone=zone.label)}; the others are well")
