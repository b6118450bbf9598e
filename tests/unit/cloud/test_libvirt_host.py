from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ostf_dual.environment.model import Hypervisor, LibvirtAccess
from ostf_dual.environment.sizes import GIB
from ostf_dual.errors import NotConfiguredError, OstfError
from ostf_dual.hypervisors.libvirt_host import LibvirtHostFacts, host_faults, keeps_root_disks, read_host
from ostf_dual.nodes.shell import Completed, TimedOutError

CAPABILITIES = """<capabilities><host><cpu><model>EPYC</model></cpu></host>
<guest><arch name='x86_64'><domain type='qemu'/><domain type='kvm'/></arch></guest></capabilities>"""
LISTED = """s1

Domain: 'i'
  state.state=1

<domain type='qemu'><uuid>s1</uuid><metadata><instance/></metadata><devices>
<disk type='block' device='disk'><source dev='/dev/vg/volume-1'/><serial>1</serial></disk>
<disk type='file' device='disk'><source file='/nova/s1/disk.config'/></disk>
<disk type='network' device='disk'><source protocol='rbd' name='vms/s1_disk'/></disk>
</devices></domain>"""
ANSWERS = {"date": "0.0\n", "df": "1B-blocks Avail\n67890 12345\n", "virsh": CAPABILITIES, "sh": LISTED}
HOST = LibvirtHostFacts(
    host="c1", free_bytes=10 * GIB, total_bytes=50 * GIB + 1, skew_s=0.1, offered=frozenset({"qemu", "kvm"})
)


class Shell:
    def __init__(self, **answers: str | None) -> None:
        self.answers = {**ANSWERS, **answers}

    def run(self, *argv: str, timeout_s: float = 30.0) -> Completed:
        answer = self.answers[argv[0]]
        if answer == "hangs":
            raise TimedOutError(f"{argv[0]} did not end within {timeout_s:g} s")
        return Completed(
            stdout=answer or "", stderr="" if answer else "refused", exit_status=0 if answer else 1
        )


def read(**answers: str | None) -> LibvirtHostFacts:
    access = LibvirtAccess(host="c1", instances_path=Path("/nova"))
    return read_host(access, lambda _: Shell(**answers))


def test_reads_a_host() -> None:
    host = read()

    assert (host.offered, host.cpu_model, host.free_bytes) == (frozenset({"qemu", "kvm"}), "EPYC", 12345)
    assert host.skew_s < -1e9
    assert host.total_bytes == 67890
    assert host.run_as == {"qemu"}
    assert host.root_disks == {"network"}


@pytest.mark.parametrize(
    ("disk", "root_disks"),
    [
        ("<disk type='file' device='disk'><source file='/nova/s1/disk'/></disk>", {"file"}),
        ("<disk type='block' device='disk'><source dev='/dev/vg/s1_disk'/></disk>", {"block"}),
        ("<disk type='block' device='disk'><source dev='/dev/mapper/s1_disk-dmcrypt'/></disk>", {"block"}),
        ("<disk type='file' device='cdrom'><source file='/nova/s1/disk'/></disk>", set()),
        ("", set()),
    ],
)
def test_what_a_guests_root_disk_is_on(disk: str, root_disks: Any) -> None:
    rbd = "<disk type='network' device='disk'><source protocol='rbd' name='vms/s1_disk'/></disk>"

    assert read(sh=LISTED.replace(rbd, disk)).root_disks == root_disks


def test_silence_of_libvirtd_is_an_answer_and_silence_of_the_host_is_none() -> None:
    assert read(virsh=None).silence == "refused"
    with pytest.raises(OstfError, match="compute host c1 cannot be reached"):
        read(date=None)
    with pytest.raises(NotConfiguredError, match="/nova on c1"):
        read(df=None)


@pytest.mark.parametrize("command", ["virsh", "sh"])
def test_a_libvirtd_that_hangs_is_at_fault_and_told_with_how_long_it_took(command: str) -> None:
    host = read(**{command: "hangs"})

    faults = host_faults(host, expected=None, wanted_bytes=1)

    assert len(faults) == 1
    assert f"libvirtd on c1 does not answer: it hangs ({command} did not end within 30 s)" in faults[0]


def test_of_a_libvirt_that_is_silent_is_told_which_of_its_daemons_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ostf_dual.nodes.facts.running", lambda _, names: tuple(names)[1:])

    assert read(virsh=None).daemons == ("virtqemud",)
    assert read().daemons is None


def test_a_host_that_hangs_itself_could_not_be_asked() -> None:
    with pytest.raises(TimedOutError):
        read(date="hangs")


@pytest.mark.parametrize(
    ("changes", "expected", "words"),
    [
        ({}, Hypervisor.KVM, None),
        ({"offered": frozenset({"qemu"})}, Hypervisor.QEMU, None),
        ({"offered": frozenset({"qemu"})}, None, None),
        ({"offered": frozenset({"qemu"})}, Hypervisor.KVM, "c1 has no KVM, only qemu"),
        ({"run_as": frozenset({"kvm"})}, Hypervisor.KVM, None),
        ({"run_as": frozenset({"qemu"})}, Hypervisor.QEMU, None),
        ({"run_as": frozenset({"kvm", "qemu"})}, Hypervisor.KVM, "guests there are emulated (kvm, qemu)"),
        ({"silence": "no socket"}, None, "libvirtd on c1 does not answer: no socket"),
        ({"silence": "no socket", "daemons": ()}, None, "neither libvirtd nor virtqemud runs there: start"),
        ({"silence": "no socket", "daemons": ("virtqemud",)}, None, "virtqemud runs there: look at its log"),
        ({"free_bytes": GIB}, None, "1.0 GiB free"),
        ({"skew_s": -90.0}, None, "-90 s off"),
    ],
)
def test_host_faults(changes: Any, expected: Any, words: Any) -> None:
    faults = host_faults(replace(HOST, **changes), expected=expected, wanted_bytes=2 * GIB)

    assert faults == () if words is None else words in faults[0]


@pytest.mark.parametrize(
    ("guests_have", "disk_gib", "kept"),
    [
        ({"file"}, None, True),
        ({"file"}, 900, True),
        ({"network"}, None, False),
        ({"block"}, 50, False),
        # No guest tells: Placement has the filesystem, or something else, or nothing.
        (set(), 50, True),
        (set(), 900, None),
        (set(), None, None),
        # Nova's images_type was changed, and old guests are still there.
        ({"file", "network"}, 900, None),
        ({"file", "network"}, 50, True),
        ({"file", "network"}, None, None),
    ],
)
def test_where_new_root_disks_are_kept(guests_have: Any, disk_gib: Any, kept: Any) -> None:
    host = replace(HOST, root_disks=frozenset(guests_have))

    assert keeps_root_disks(host, disk_gib) is kept
