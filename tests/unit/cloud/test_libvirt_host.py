from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ostf_dual.environment.model import Hypervisor, LibvirtAccess
from ostf_dual.errors import NotConfiguredError, OstfError
from ostf_dual.hypervisors.libvirt_host import LibvirtHostFacts, host_faults, read_host
from ostf_dual.nodes.shell import Completed, TimedOutError

GIB = 1024**3
CAPABILITIES = """<capabilities><host><cpu><model>EPYC</model></cpu></host>
<guest><arch name='x86_64'><domain type='qemu'/><domain type='kvm'/></arch></guest></capabilities>"""
LISTED = """s1

Domain: 'i'
  state.state=1

<domain type='qemu'><uuid>s1</uuid><metadata><instance/></metadata></domain>"""
ANSWERS = {"date": "0.0\n", "df": "Avail\n12345\n", "virsh": CAPABILITIES, "sh": LISTED}
HOST = LibvirtHostFacts(host="c1", free_bytes=10 * GIB, skew_s=0.1, offered=frozenset({"qemu", "kvm"}))


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
    assert host.run_as == {"qemu"}


def test_silence_of_libvirtd_is_an_answer_and_silence_of_the_host_is_none() -> None:
    assert read(virsh=None).silence == "refused"
    with pytest.raises(OstfError, match="compute host c1 cannot be reached"):
        read(date=None)
    with pytest.raises(NotConfiguredError, match="/nova on c1"):
        read(df=None)


@pytest.mark.parametrize("command", ["virsh", "sh"])
def test_a_libvirtd_that_hangs_is_at_fault_and_told_with_how_long_it_took(command: str) -> None:
    host = read(**{command: "hangs"})

    faults = host_faults(host, expected=None, wanted_bytes=1, longest_skew_s=60)

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
    faults = host_faults(replace(HOST, **changes), expected=expected, wanted_bytes=2 * GIB, longest_skew_s=60)

    assert faults == () if words is None else words in faults[0]
