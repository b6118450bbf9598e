"""Definitions of every shape on one lab, each from the one before: deployed, checked, and no process of KVM's renewed.

Takes 6 minutes on a lab of its own: part of ``make prove``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
import yaml
from rich.console import Console

from ostf_dual.deployers.lab.deployer import LabDeployer
from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.progress import Progress
from ostf_dual.environment.definition import Environment, Node, VMwareZone
from ostf_dual.environment.model import Secret
from tests.faults.trial import check
from tests.unit.lab.definitions import (
    CINDER,
    CINDER_VMWARE,
    CONTROLLER,
    KVM,
    VCENTER_COMPUTE,
    cluster,
    environment,
    zone,
)

NAME = "shapes"
NODES = (CONTROLLER, KVM, CINDER, VCENTER_COMPUTE, CINDER_VMWARE)
OTHERS = (Node(name="esx-2", roles=("vcenter-compute",)), Node(name="esx-3", roles=("vcenter-compute",)))
OF_KVM = {
    "libvirtd",
    "nova-kvm-1",
    "ceilometer-kvm-1",
    "volume-vol-1",
    "nova-api",
    "neutron-linuxbridge-agent",
    "mariadb",
}


def dual(*zones: VMwareZone, more: tuple[Node, ...] = ()) -> Environment:
    return environment(*NODES, *more, zones=zones, name=NAME)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One definition, the zones of its health check, and what must be red: check and zone to words."""

    name: str
    given: Environment
    zones: set[str]
    red: dict[tuple[str, str], str]


STEPS = (
    Step(name="qemu-only", given=environment(CONTROLLER, KVM, CINDER, name=NAME), zones={"kvm"}, red={}),
    Step(name="qemu-and-vcenter", given=dual(zone("vcenter", cluster())), zones={"kvm", "vcenter"}, red={}),
    Step(
        name="wrong regex",
        given=dual(zone("vcenter", cluster(regex="nothing"))),
        zones={"kvm", "vcenter"},
        red={("VC-03", "vcenter"): "datastore_regex 'nothing' matches none in cluster Cluster1"},
    ),
    Step(
        name="wrong password",
        given=dual(zone("vcenter", cluster(), password=Secret(command=("echo", "wrong")))),
        zones={"kvm", "vcenter"},
        red={("VC-01", "vcenter"): "refuses the login of administrator@vsphere.local"},
    ),
    Step(
        name="two zones, two clusters in one",
        given=dual(
            zone("vcenter", cluster(), cluster("Cluster2", "vm2", "esx-2", "ds1")),
            zone("esx-b", cluster("Cluster3", "vm3", "esx-3"), host="vcenter-b.example.org"),
            more=OTHERS,
        ),
        zones={"kvm", "vcenter", "esx-b"},
        red={},
    ),
    Step(
        name="wrong cluster that was never right",
        given=dual(zone("west", cluster("Clustre", "vm9"))),
        zones={"kvm", "west"},
        red={("VC-02", "west"): "has no cluster named Clustre", ("SVC-02", "west"): "its nova-compute never came up"},
    ),
    Step(
        name="mixed zone",
        given=dual(zone("kvm", cluster())),
        zones={"kvm.libvirt", "kvm.vcenter"},
        red={("SCH-01", "kvm.libvirt"): "zone kvm runs libvirt and vcenter"},
    ),
    Step(
        name="on the controller",
        given=environment(
            CONTROLLER, KVM, CINDER, zones=(zone("vcenter", cluster(target="controllers")),), name=NAME
        ),
        zones={"kvm", "vcenter"},
        red={},
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def progress() -> Iterator[Progress]:
    found = Progress(Console(stderr=True))
    yield found
    found.close()


@pytest.fixture(scope="module")
def lab(progress: Progress) -> Iterator[Lab]:
    """Each test deploys onto it; it is destroyed at the end."""
    yield Lab(NAME)
    LabDeployer().destroy(STEPS[0].given, progress)
    assert not Lab(NAME).layout.state.exists()


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_shape_is_deployed_and_the_health_check_says_what_it_is(
    step: Step, lab: Lab, progress: Progress
) -> None:
    before = _of_kvm(lab) if lab.is_up else {}
    deployer = LabDeployer()
    deployer.deploy(step.given, progress)
    _, results = check(yaml.safe_load(lab.layout.environment_file.read_text()), "--profile", "quick")
    red = {
        (each["id"], each["zone"]): each["message"]
        for each in results
        if each["outcome"] in {"failed", "broken"}
    }

    assert deployer.plan(step.given, progress).is_empty
    assert {each["zone"] for each in results} - {None} == step.zones
    assert not before or _of_kvm(lab) == before
    for where, words in step.red.items():
        assert words in red.pop(where, "nothing")
    assert step.red or not red


def test_a_failed_deployment_goes_on(lab: Lab, progress: Progress, monkeypatch: pytest.MonkeyPatch) -> None:
    from ostf_dual.deployers.lab import content

    given = replace(STEPS[1].given, name=NAME)
    with monkeypatch.context() as patched:

        def fail(*_: object) -> None:
            raise ConnectionError("cut off")

        patched.setattr(content, "upload_images", fail)
        with pytest.raises(Exception, match="cut off"):
            LabDeployer().deploy(given, progress)
    plan = LabDeployer().plan(given, progress)
    LabDeployer().deploy(given, progress)

    assert any("goes on where it stopped" in each.detail for each in plan.changes)
    assert LabDeployer().plan(given, progress).is_empty
    assert lab.is_up


def _of_kvm(lab: Lab) -> dict[str, int]:
    return {each.name: each.pid for each in lab.supervisor.states() if each.name in OF_KVM}
