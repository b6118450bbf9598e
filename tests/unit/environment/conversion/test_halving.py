"""Either half of a dual cloud could have been there first, and keeps to the rules."""

from dataclasses import replace
from pathlib import Path

import pytest

from ostf_dual.environment.conversion import Options, convert, kvm_first, vcenter_first
from ostf_dual.environment.definition import Storage, VolumeBackend
from ostf_dual.environment.expectations import zones_of
from ostf_dual.environment.load import load_environment
from ostf_dual.environment.rules import problems

FIXTURES = Path(__file__).parents[4] / "fixtures" / "environments"
DUAL = ("qemu-and-vcenter", "two-vcenter-zones", "mixed-zone")


@pytest.mark.parametrize("name", DUAL)
def test_kvm_was_first(name: str) -> None:
    dual = load_environment(FIXTURES / f"{name}.yaml")
    halves = kvm_first(dual)

    assert [each for each in problems(halves.old) if not each.is_warning] == []
    assert list(zones_of(halves.old)) == ["nova"]
    assert [each.name for each in halves.old.images] == ["TestVM"]
    new = convert(halves.old, halves.addition, Options()).environment
    assert new is not None
    assert new.vmware == dual.vmware
    assert {each.name for each in new.nodes} == {each.name for each in dual.nodes}


def test_a_cloud_whose_vcenter_holds_no_volumes_gets_no_backend_for_them() -> None:
    dual = load_environment(FIXTURES / "qemu-and-vcenter.yaml")
    nodes = tuple(each for each in dual.nodes if "cinder-vmware" not in each.roles)
    halves = kvm_first(replace(dual, nodes=nodes, storage=Storage(volumes=(VolumeBackend.NFS,))))

    new = convert(halves.old, halves.addition, Options()).environment

    assert new is not None
    assert new.storage.volumes == (VolumeBackend.NFS,)


@pytest.mark.parametrize("name", DUAL)
def test_vcenter_was_first_with_its_computes_on_the_controllers(name: str) -> None:
    dual = load_environment(FIXTURES / f"{name}.yaml")
    halves = vcenter_first(dual)

    assert [each for each in problems(halves.old) if not each.is_warning] == []
    assert halves.old.vmware is not None
    assert {each.target for zone in halves.old.vmware.zones for each in zone.clusters} == {"controllers"}
    new = convert(halves.old, halves.addition, Options()).environment
    assert new is not None
    assert new.vmware == halves.old.vmware
    assert zones_of(new) == zones_of(dual)
