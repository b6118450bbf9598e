from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ostf_dual.environment.model import Hypervisor, LibvirtAccess
from ostf_dual.errors import NotConfiguredError, OstfError
from ostf_dual.hypervisors.libvirt_host import LibvirtHostFacts, host_faults, read_host
from ostf_dual.nodes.shell import Completed

GIB = 1024**3
CAPABILITIES = """<capabilities><host><cpu><model>EPYC</model></cpu></host>
<guest><arch name='x86_64'><domain type='qemu'/><domain type='kvm'/></arch></guest></capabilities>"""
ANSWERS = {"date": "0.0\n", "df": "Avail\n12345\n", "virsh": CAPABILITIES}
HOST = LibvirtHostFacts(host="c1", free_bytes=10 * GIB, skew_s=0.1, offered=frozenset({"qemu", "kvm"}))


class Shell:
    def __init__(self, **answers: str | None) -> None:
        self.answers = {**ANSWERS, **answers}

    def run(self, *argv: str, timeout_s: float = 30.0) -> Completed:  # noqa: ARG002
        answer = self.answers[argv[0]]
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


def test_silence_of_libvirtd_is_an_answer_and_silence_of_the_host_is_none() -> None:
    assert read(virsh=None).silence == "refused"
    with pytest.raises(OstfError, match="compute host c1 cannot be reached"):
        read(date=None)
    with pytest.raises(NotConfiguredError, match="/nova on c1"):
        read(df=None)


@pytest.mark.parametrize(
    ("changes", "expected", "words"),
    [
        ({}, Hypervisor.KVM, None),
        ({"offered": frozenset({"qemu"})}, Hypervisor.QEMU, None),
        ({"offered": frozenset({"qemu"})}, None, None),
        ({"offered": frozenset({"qemu"})}, Hypervisor.KVM, "c1 has no KVM, only qemu"),
        ({"silence": "no socket"}, None, "libvirtd on c1 does not answer: no socket"),
        ({"free_bytes": GIB}, None, "1.0 GiB free"),
        ({"skew_s": -90.0}, None, "-90 s off"),
    ],
)
def test_host_faults(changes: Any, expected: Any, words: Any) -> None:
    faults = host_faults(replace(HOST, **changes), expected=expected, wanted_bytes=2 * GIB, longest_skew_s=60)

    assert faults == () if words is None else words in faults[0]
