"""The lab's deployer where there is no lab, or one that is pretended to stand."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from ostf_dual.deployers.base import Deployer
from ostf_dual.deployers.lab import acceleration
from ostf_dual.deployers.lab.containment import Process
from ostf_dual.deployers.lab.deployer import LabDeployer
from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.lab.layout import Layout
from ostf_dual.deployers.lab.mapping import mapped
from ostf_dual.deployers.lab.record import Record
from ostf_dual.deployers.progress import Progress
from ostf_dual.environment.definition import Environment
from ostf_dual.environment.model import Hypervisor
from ostf_dual.errors import InputError
from tests.unit.lab.definitions import (
    CONTROLLER,
    DUAL,
    QEMU_ONLY,
    VCENTER_COMPUTE,
    cluster,
    environment,
    zone,
)

KVM_WANTED = replace(QEMU_ONLY, hypervisor=Hypervisor.KVM)
VCENTER_ONLY = environment(CONTROLLER, VCENTER_COMPUTE, zones=(zone("vcenter", cluster()),), hypervisor=None)
DEPLOYER: Deployer = LabDeployer()


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(acceleration, "_DEVICE", tmp_path / "no-kvm")
    return tmp_path


@pytest.fixture
def progress() -> Iterator[Progress]:
    found = Progress(Console(stderr=True))
    yield found
    found.close()


def stands(given: Environment, virt_type: str = "qemu", unfinished: tuple[str, ...] = ()) -> Record:
    """As if a lab of this definition stood: its init is this process."""
    layout = Layout.of("one")
    layout.make()
    record = Record.new("one", shape=mapped(given, lambda _: "", {}).shape, virt_type=virt_type)
    record = record.with_(init=Process.of(os.getpid()), ready=True, unfinished=unfinished)
    record.save(layout.record)
    return record


def test_a_plan_touches_nothing(state: Path, progress: Progress) -> None:
    assert not DEPLOYER.plan(DUAL, progress).is_empty
    assert list(state.iterdir()) == []


def test_destroying_nothing_is_no_error(state: Path, progress: Progress) -> None:
    DEPLOYER.destroy(DUAL, progress)

    assert list(state.iterdir()) == []


def test_every_refusal_is_in_one_error_and_nothing_is_made(state: Path, progress: Progress) -> None:
    with pytest.raises(InputError) as told:
        DEPLOYER.deploy(replace(DUAL, release="6.1", nodes=DUAL.nodes[1:]), progress)

    assert "the lab runs OpenStack 2024.2 only, not 6.1" in str(told.value)
    assert "exactly one controller, not 0" in str(told.value)
    assert list(state.iterdir()) == []


def test_kvm_is_refused_where_it_does_not_work(progress: Progress) -> None:
    assert DEPLOYER.plan(KVM_WANTED, progress).refusals == (acceleration.REFUSAL,)


@pytest.mark.parametrize(("works", "refusals"), [("kvm", ()), ("qemu", (acceleration.REFUSAL,))])
def test_kvm_is_tried_with_the_testvm_where_one_was_made(
    works: str, refusals: tuple[str, ...], progress: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Layout.of("one").cache
    (cache / "testvm-1").mkdir(parents=True)
    (cache / "testvm-1.whole").touch()
    monkeypatch.setattr(
        acceleration, "virt_type", lambda image: works if image.parent.name == "testvm-1" else ""
    )

    assert DEPLOYER.plan(KVM_WANTED, progress).refusals == refusals


@pytest.mark.parametrize(
    ("was", "virt_type", "wanted", "is_refused"),
    [
        (QEMU_ONLY, "qemu", QEMU_ONLY, False),
        (QEMU_ONLY, "kvm", QEMU_ONLY, True),
        (QEMU_ONLY, "qemu", KVM_WANTED, True),
        (KVM_WANTED, "kvm", KVM_WANTED, False),
        (VCENTER_ONLY, "kvm", DUAL, False),
        (VCENTER_ONLY, "qemu", KVM_WANTED, True),
        (DUAL, "qemu", VCENTER_ONLY, False),
    ],
)
def test_a_lab_keeps_its_hypervisor_while_it_has_one(
    was: Environment,
    virt_type: str,
    wanted: Environment,
    progress: Progress,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_refused: bool,
) -> None:
    monkeypatch.setattr(Lab, "holdings", lambda *_: ())
    stands(was, virt_type)
    refusals = DEPLOYER.plan(wanted, progress).refusals

    assert bool(refusals) == is_refused
    assert all("destroy it first" in each for each in refusals)


def test_what_stands_is_planned_as_nothing_and_what_was_cut_off_goes_on(progress: Progress) -> None:
    stands(DUAL)
    assert DEPLOYER.plan(DUAL, progress).is_empty

    stands(DUAL, unfinished=("esx-1",))
    (change,) = (each for each in DEPLOYER.plan(DUAL, progress).changes if each.action != "note")
    assert (change.what, change.detail) == ("node esx-1", "vcenter-compute: goes on where it stopped")


def test_a_lab_that_ended_is_made_anew(progress: Progress) -> None:
    record = stands(DUAL)
    record.with_(init=None).save(Layout.of("one").record)

    assert DEPLOYER.plan(DUAL, progress).changes[0].action == "add"


def test_what_still_holds_servers_is_a_refusal(progress: Progress, monkeypatch: pytest.MonkeyPatch) -> None:
    stands(DUAL)
    monkeypatch.setattr(Lab, "holdings", lambda *_: ("esx-1 still has 2 servers",))

    assert DEPLOYER.plan(QEMU_ONLY, progress).refusals == ("esx-1 still has 2 servers",)
