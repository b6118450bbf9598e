"""Sanity: the compute hosts of libvirt zones."""

from collections.abc import Callable

import pytest

from ostf_dual.cloud.zone import Zone
from ostf_dual.environment.model import Hypervisor
from ostf_dual.hypervisors.libvirt_host import host_faults, read_host

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
    faults: list[str] = []
    for access in zone.libvirt_accesses:
        host = read_host(access)
        evidence(host.host, f"offers {', '.join(sorted(host.offered)) or 'nothing'}; CPU {host.cpu_model}; "
                 f"{host.free_bytes / GIB:.1f} GiB free; clock {host.skew_s:+.1f} s")  # fmt: skip
        faults += host_faults(
            host,
            expected=zone.settings.hypervisor,
            wanted_bytes=zone.flavor.disk_gib * GIB,
            longest_skew_s=LONGEST_SKEW_S,
        )
    assert not faults, "\n".join(faults)

    # What a host offers is not what Nova uses: the guests that run tell.
    evidence("guests are run by", f"{zone.hypervisor} (qemu is emulation, and slow)")
    assert (zone.settings.hypervisor, zone.hypervisor) != (Hypervisor.KVM, Hypervisor.QEMU), (
        f"zone {zone.name} is expected to run kvm, its hosts offer it, and its guests are emulated (qemu): "
        f"look at virt_type in nova.conf [libvirt] on {', '.join(zone.hosts)}"
    )
