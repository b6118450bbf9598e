"""What the doctor finds of the second witnesses."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from ostf_dual.doctor.finding import Finding, State
from ostf_dual.doctor.witnesses import unproven, witnesses
from ostf_dual.environment.model import Access, LibvirtAccess, Secret, Vantage, VCenterAccess
from ostf_dual.nodes.shell import Completed
from tests.unit.cloud.test_libvirt_host import ANSWERS
from tests.unit.doctor.conftest import Zone

HOST = LibvirtAccess(host="c1", command=("ssh", "c1"))


@dataclass
class Shell:
    """Answers as it is told; None: it refuses."""

    command: Sequence[str]
    answers: dict[str, str | None] = field(default_factory=dict)

    def run(self, *argv: str, timeout_s: float = 30.0) -> Completed:  # noqa: ARG002
        answer = {**ANSWERS, "timeout": "ok", **self.answers}[argv[0]]
        if answer is None:
            return Completed(stdout="", stderr="refused", exit_status=1)
        return Completed(stdout=answer, stderr="", exit_status=0)

    def __repr__(self) -> str:
        return " ".join(self.command)


def found(access: Access, **answers: str | None) -> dict[str, Finding]:
    return {each.item: each for each in witnesses(access, lambda command: Shell(command, answers))}


def test_witnesses_that_answer_need_no_mending() -> None:
    findings = found(Access(cloud="prod", libvirt=(HOST,), vantage=Vantage(command=("ssh", "jump"))))

    assert {item: each.state for item, each in findings.items()} == {
        "libvirt of c1": State.OK,
        "vantage": State.OK,
    }
    assert "kvm, qemu" in findings["libvirt of c1"].found


@pytest.mark.parametrize(
    ("silent", "item", "mend"),
    [
        ("date", "libvirt of c1", "try it by hand: ssh c1, then virsh --connect qemu:///system list"),
        ("virsh", "libvirt of c1", "start libvirtd"),
        ("timeout", "vantage", "try it by hand: ssh jump"),
    ],
)
def test_each_silence_has_what_mends_it(silent: str, item: str, mend: str) -> None:
    access = Access(cloud="prod", libvirt=(HOST,), vantage=Vantage(command=("ssh", "jump")))

    findings = found(access, **{silent: None})

    missing = [each for each in findings.values() if each.state is State.MISSING]
    assert [each.item for each in missing] == [item]
    assert "refused" in missing[0].found
    assert mend in missing[0].mend


def test_without_a_vantage_it_says_what_cannot_be_heard() -> None:
    finding = found(Access(cloud="prod"))["vantage"]

    assert finding.state is State.WARN
    assert "console only" in finding.found


@pytest.mark.parametrize(("insecure", "items"), [(False, ["TLS"]), (True, ["TLS", "login"])])
def test_a_vcenter_that_cannot_be_reached_is_told_by_name(
    monkeypatch: pytest.MonkeyPatch, *, insecure: bool, items: list[str]
) -> None:
    monkeypatch.setenv("PASSWORD", "hush-hush")
    vcenter = VCenterAccess(
        name="vc1", host="127.0.0.1", port=9, user="u", password=Secret(env="PASSWORD"), insecure=insecure
    )

    findings = found(Access(cloud="prod", vcenters=(vcenter,)))

    amiss = [each for each in findings.values() if each.item.startswith("vCenter")]
    assert [each.item for each in amiss] == [f"vCenter vc1: {item}" for item in items]
    assert amiss[-1].state is State.MISSING
    assert "vcenters.vc1" in amiss[-1].mend
    assert "hush-hush" not in str(findings)


def test_a_zone_without_a_witness_names_the_key_that_is_missing() -> None:
    finding = unproven(Zone(witness_missing="vcenters: none serves zone esx"))  # type: ignore[arg-type] # as far as it is asked

    assert finding is not None
    assert finding.state is State.MISSING
    assert "vcenters: none serves zone esx" in finding.found
    assert "--openstack-only" in finding.mend
    assert unproven(Zone()) is None  # type: ignore[arg-type] # likewise


def test_a_pattern_is_asked_for_each_host_that_the_cloud_tells() -> None:
    many = LibvirtAccess(host="*", command=("ssh", "{host}"))

    def items(*hosts: str) -> list[str]:
        access = Access(cloud="prod", libvirt=(HOST, many))
        return [each.item for each in witnesses(access, Shell, hosts=hosts) if each.item != "vantage"]

    assert items("c1", "c2") == ["libvirt of c1", "libvirt of c2"]
    assert items() == ["libvirt of c1"]


def test_hosts_of_a_zone_that_nobody_may_ask_are_named() -> None:
    finding = unproven(Zone(hosts_without_access=("c2", "c3")))  # type: ignore[arg-type] # likewise

    assert finding is not None
    assert finding.state is State.WARN
    assert "c2, c3" in finding.found
    assert "pattern" in finding.mend
