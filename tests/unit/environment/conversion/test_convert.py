"""A cloud with one hypervisor becomes one with two on paper, or it is said why not."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ostf_dual.environment.conversion import Actor, Addition, Conversion, Options, convert
from ostf_dual.environment.conversion.halving import kvm_first
from ostf_dual.environment.definition import (
    Commands,
    DeployerName,
    Environment,
    Expectations,
    Image,
    Node,
    VMware,
)
from ostf_dual.environment.load import load_addition, load_environment
from ostf_dual.environment.model import Access, Hypervisor, Secret, ZoneSettings
from ostf_dual.environment.rules import problems
from ostf_dual.environment.written import environment_to_yaml

FIXTURES = Path(__file__).parents[4] / "fixtures"
KEEP = Options()


@pytest.fixture
def old() -> Environment:
    return load_environment(FIXTURES / "conversions" / "kvm-only.yaml")


@pytest.fixture
def old_vcenter() -> Environment:
    return load_environment(FIXTURES / "conversions" / "vcenter-only.yaml")


@pytest.fixture
def vcenter() -> Addition:
    return load_addition(FIXTURES / "conversions" / "vcenter.yaml")


@pytest.fixture
def kvm() -> Addition:
    return load_addition(FIXTURES / "conversions" / "kvm.yaml")


def new_of(conversion: Conversion) -> Environment:
    assert conversion.environment is not None, conversion.refusals
    return conversion.environment


def told(conversion: Conversion) -> list[str]:
    return [f"{each.by}: {each.what}" for each in conversion.steps]


def renamed_zone(environment: Environment, name: str) -> Environment:
    assert environment.vmware is not None
    (zone,) = environment.vmware.zones
    return replace(environment, vmware=replace(environment.vmware, zones=(replace(zone, name=name),)))


def test_a_kvm_cloud_gets_its_vcenter_part_and_keeps_what_it_has(old: Environment, vcenter: Addition) -> None:
    found = convert(old, vcenter, KEEP)
    new = new_of(found)

    assert new.name == old.name
    assert new.nodes == (*old.nodes, *vcenter.nodes)
    assert new.vmware == vcenter.vmware
    assert [str(each) for each in new.storage.volumes] == ["nfs", "vmdk"]
    assert [each.name for each in new.images] == ["TestVM-KVM", "TestVM-VMDK"]
    assert told(found) == [
        "deploy: image TestVM",
        "deploy: image TestVM-VMDK",
        "deploy: node compute-vcenter",
        "deploy: node cinder-vmware",
        "deploy: zone vcenter",
        "deploy: volumes vmdk",
        "deploy: network",
    ]


def test_a_vcenter_cloud_gets_its_kvm_part_and_keeps_its_computes_on_the_controllers(
    old_vcenter: Environment, kvm: Addition
) -> None:
    found = convert(old_vcenter, kvm, KEEP)
    new = new_of(found)

    assert new.vmware == old_vcenter.vmware
    assert new.hypervisor is Hypervisor.QEMU
    assert [each.name for each in new.images] == ["TestVM-VMDK", "TestVM-KVM"]
    assert "deploy: zone kvm" in told(found)
    assert any("those in vcenter stay on vCenter" in each for each in found.impossibilities)


@pytest.mark.parametrize("zone", [None, "kvm"])
def test_what_was_converted_keeps_to_the_rules_and_is_read_back_from_its_file(
    old: Environment, vcenter: Addition, tmp_path: Path, zone: str | None
) -> None:
    new = new_of(convert(old, vcenter, Options(zone=zone)))
    path = tmp_path / "new.yaml"
    path.write_text(environment_to_yaml(new))

    assert load_environment(path) == new
    assert [each for each in problems(new) if not each.is_warning] == []


def test_hosts_keep_their_zone_and_that_is_said(old: Environment, vcenter: Addition) -> None:
    found = convert(old, vcenter, KEEP)

    assert [each.zone for each in new_of(found).nodes if "compute" in each.roles] == [None]
    assert any("Servers in nova go on running" in each for each in found.consequences)


def test_hosts_that_move_are_emptied_before_and_filled_after(old: Environment, vcenter: Addition) -> None:
    found = convert(old, vcenter, Options(zone="kvm"))
    steps = told(found)

    assert [each.zone for each in new_of(found).nodes if "compute" in each.roles] == ["kvm"]
    assert steps[0] == "operator: empty compute-kvm"
    assert steps[-1] == "operator: bring the servers of compute-kvm back"
    assert any("shelve --offload" in each for each in found.steps[0].commands)
    assert any("--availability-zone kvm" in each for each in found.steps[-1].commands)
    assert any("lose what they have in memory" in each for each in found.consequences)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "`deploy` refuses while one is left, and names it"),
        ({"deployer": DeployerName.COMMAND, "commands": Commands(deploy=("true",))}, "leaves that to the installer"),
        ({"deployer": DeployerName.EXISTING, "access": Access(cloud="c")}, "before the zone is made"),
    ],
)  # fmt: skip
def test_who_sees_that_a_host_is_empty_depends_on_the_deployer(
    old: Environment, vcenter: Addition, changes: dict[str, Any], words: str
) -> None:
    nodes, vmware = vcenter.nodes, vcenter.vmware
    assert vmware is not None
    (zone,) = vmware.zones
    login = replace(zone.vcenter, password=Secret(env="VCENTER_PASSWORD"))
    part = replace(vcenter, nodes=nodes, vmware=replace(vmware, zones=(replace(zone, vcenter=login),)))

    found = convert(replace(old, **changes), part, Options(zone="kvm"))

    assert found.steps[0].what == "empty compute-kvm", found.refusals
    assert found.steps[0].detail.endswith(words)


def test_an_image_may_stay_beside_its_copy(old: Environment, vcenter: Addition) -> None:
    new = new_of(convert(old, vcenter, Options(copies_images=True)))

    assert [each.name for each in new.images] == ["TestVM", "TestVM-KVM", "TestVM-VMDK"]


def test_an_image_whose_name_tells_its_hypervisor_stays(old: Environment, vcenter: Addition) -> None:
    cirros = Image(name="cirros-kvm", hypervisor=Hypervisor.QEMU, disk_format="qcow2")
    found = convert(replace(old, images=(cirros,)), vcenter, KEEP)

    assert [each.name for each in new_of(found).images] == ["cirros-kvm", "TestVM-VMDK"]
    assert told(found)[0] == "deploy: image TestVM-VMDK"


def test_what_is_said_of_zones_and_expected_goes_along(old: Environment, vcenter: Addition) -> None:
    said = replace(
        old,
        expect=Expectations(zones=("nova",)),
        zones={"nova": ZoneSettings(image="TestVM", flavor="m1.ostf")},
        access=Access(cloud="c", expect=("nova",), zones={"nova": ZoneSettings(image="TestVM")}),
    )

    new = new_of(convert(said, vcenter, Options(zone="kvm")))

    assert new.expect.zones == ("kvm", "vcenter")
    assert new.zones == {"kvm": ZoneSettings(image="TestVM-KVM", flavor="m1.ostf")}
    assert new.access is not None
    assert new.access.expect == ("kvm", "vcenter")
    assert new.access.zones == {"kvm": ZoneSettings(image="TestVM-KVM")}


def test_a_node_that_is_there_gets_the_roles_that_come(old: Environment, vcenter: Addition) -> None:
    node = Node(name="cinder-kvm", roles=("cinder-vmware",))
    found = convert(old, replace(vcenter, nodes=(vcenter.nodes[0], node)), KEEP)

    assert new_of(found).nodes[2].roles == ("cinder", "cinder-vmware")
    assert any(
        each.what == "node cinder-kvm" and each.detail == "gets role cinder-vmware" for each in found.steps
    )


def test_a_fuel_cloud_has_one_image_called_testvm_that_an_operator_renames(vcenter: Addition) -> None:
    dual = load_environment(FIXTURES / "environments" / "kvm-and-vcenter.yaml")
    vmware = dual.vmware
    before = replace(
        dual,
        vmware=None,
        nodes=dual.nodes[:-1],
        storage=replace(dual.storage, volumes=dual.storage.volumes[:1]),
    )
    part = replace(vcenter, nodes=dual.nodes[-1:], vmware=vmware)

    found = convert(before, part, KEEP)

    assert new_of(found) == replace(dual, images=new_of(found).images)
    assert [each.name for each in new_of(found).images] == ["TestVM-KVM", "TestVM-VMDK"]
    assert found.steps[0].by is Actor.OPERATOR
    assert found.steps[0].commands == (
        "openstack image set --name TestVM-KVM --property hypervisor_type=qemu TestVM",
    )
    assert "deploy: zone vcenter" in told(found)


def halves_of_fuel() -> tuple[Environment, Addition]:
    """A Fuel cloud with KVM alone, and the vCenter part that made it the shipped one."""
    halves = kvm_first(load_environment(FIXTURES / "environments" / "kvm-and-vcenter.yaml"))
    return halves.old, halves.addition


def test_the_hosts_of_a_fuel_master_keep_their_zone() -> None:
    before, part = halves_of_fuel()

    (refusal,) = convert(before, part, Options(zone="kvm")).refusals

    assert refusal.startswith("--zone kvm: a Fuel master has its computes in zone nova")
    assert convert(before, part, Options(zone="nova")).refusals == ()


def test_fuel_uploads_its_own_image_for_vcenter_and_no_other() -> None:
    before, part = halves_of_fuel()
    other = Image(name="cirros-vmdk", hypervisor=Hypervisor.VCENTER, disk_format="vmdk")

    def uploaded(addition: Addition) -> list[tuple[str, str]]:
        steps = convert(before, addition, KEEP).steps
        return [
            (each.what, each.by)
            for each in steps
            if each.what.endswith(("VMDK", "vmdk")) and "image" in each.what
        ]

    assert uploaded(part) == [("image TestVM-VMDK", Actor.DEPLOY)]
    assert uploaded(replace(part, images=(other,))) == [("image cirros-vmdk", Actor.OPERATOR)]


def test_fuel_calls_the_hosts_of_vsphere_clusters_by_their_zone_too() -> None:
    before, part = halves_of_fuel()
    assert before.fuel is not None
    theirs = replace(before, deployer=DeployerName.EXISTING, fuel=None, access=Access(cloud="c"))

    found = convert(theirs, part, KEEP)

    (zone,) = (each for each in found.steps if each.what == "zone vcenter")
    assert "openstack aggregate add host vcenter vcenter-vmcluster1" in zone.commands


def test_a_fuel_cloud_with_vcenter_on_its_controllers_gets_computes(kvm: Addition) -> None:
    fuel = load_environment(FIXTURES / "environments" / "fuel-6.1-nova-network.yaml")
    macs = tuple(replace(node, mac=f"52:54:00:00:01:0{at}") for at, node in enumerate(kvm.nodes))
    before = replace(
        fuel,
        hypervisor=None,
        nodes=(*fuel.nodes[:3], replace(fuel.nodes[4], roles=("cinder-vmware",))),
        storage=replace(fuel.storage, volumes=fuel.storage.volumes[1:]),
    )
    part = replace(kvm, nodes=macs, storage=replace(kvm.storage, volumes=(fuel.storage.volumes[0],)))

    new = new_of(convert(before, part, KEEP))

    assert new.vmware == fuel.vmware
    assert [each.name for each in new.images] == ["TestVM-VMDK", "TestVM-KVM"]


def test_an_existing_cloud_is_converted_by_hand(old: Environment, vcenter: Addition) -> None:
    theirs = replace(old, deployer=DeployerName.EXISTING, access=Access(cloud="c"))

    found = convert(theirs, vcenter, KEEP)

    assert {each.by for each in found.steps} == {Actor.OPERATOR}
    assert any("access.vcenters" in each for each in found.consequences)


def test_a_vcenter_zone_called_nova_needs_another_name(old_vcenter: Environment, kvm: Addition) -> None:
    before = renamed_zone(old_vcenter, "nova")

    assert "choose its new name with --zone NAME" in convert(before, kvm, KEEP).refusals[0]
    found = convert(before, kvm, Options(zone="esx"))
    vmware = new_of(found).vmware
    assert vmware is not None
    assert [each.name for each in vmware.zones] == ["esx"]
    assert told(found)[0] == "operator: empty cluster1"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda old, part: (replace(old, vmware=part.vmware), part), "has both hypervisors already"),
        (lambda old, part: (replace(old, nodes=old.nodes[:1]), part), "has no hypervisor"),
        (lambda old, part: (old, replace(part, vmware=None)), "what is to come has no vmware section"),
        (lambda old, part: (old, replace(part, hypervisor=Hypervisor.KVM)), "has its computes already"),
        (lambda old, part: (old, replace(part, nodes=())), "there is no node 'compute-vcenter'"),
        (lambda old, part: (old, replace(part, vmware=VMware(zones=()))), "vmware.zones: is empty"),
        (
            lambda old, part: (
                replace(old, nodes=(replace(old.nodes[0], mac="52:54:00:00:00:01"), *old.nodes[1:])),
                replace(part, nodes=(replace(part.nodes[0], name="controller", mac="52:54:00:00:00:02"),)),
            ),
            "node controller is in both, with two MACs",
        ),
    ],
)
def test_what_cannot_be_converted_is_refused_in_words(
    old: Environment,
    vcenter: Addition,
    change: Callable[[Environment, Addition], tuple[Environment, Addition]],
    words: str,
) -> None:
    found = convert(*change(old, vcenter), KEEP)

    assert found.environment is None
    assert any(words in each for each in found.refusals), found.refusals


def test_a_vcenter_cloud_is_told_what_a_kvm_part_lacks(old_vcenter: Environment, kvm: Addition) -> None:
    assert "lacks computes" in convert(old_vcenter, replace(kvm, hypervisor=None), KEEP).refusals[0]
    twice = replace(kvm, vmware=old_vcenter.vmware)
    assert "has vCenter already" in convert(old_vcenter, twice, KEEP).refusals[0]


def test_hosts_of_several_zones_do_not_come_into_one(old: Environment, vcenter: Addition) -> None:
    more = replace(old, nodes=(*old.nodes, Node(name="compute-2", roles=("compute",), zone="b")))

    assert "hosts of several zones (nova, b)" in convert(more, vcenter, Options(zone="kvm")).refusals[0]
