"""A node can be taken out of a running lab and put in again: the spec's way from one hypervisor to two."""

from rich.console import Console

from ostf_dual.cloud.cloud import Cloud
from ostf_dual.deployers.lab.embedded import ALL_NODES, Lab
from ostf_dual.deployers.lab.reach import connect
from ostf_dual.deployers.progress import Progress
from ostf_dual.environment.load import load_access


def test_vcenter_compute_can_be_taken_out_and_put_in_again(lab: Lab) -> None:
    progress = Progress(Console(stderr=True))
    try:
        lab.remove(progress, "compute-vcenter")
        without = _zones(lab), _computes(lab)
        lab.up(progress, ALL_NODES)
        again = _zones(lab), _computes(lab)
    finally:
        progress.close()

    assert without == ({"kvm"}, {"compute-kvm"})
    assert again == ({"kvm", "vcenter"}, {"compute-kvm", "compute-vcenter"})


def test_up_again_changes_nothing(lab: Lab) -> None:
    progress = Progress(Console(stderr=True))
    before = lab.record
    try:
        lab.up(progress)
    finally:
        progress.close()

    assert lab.record == before


def _zones(lab: Lab) -> set[str]:
    cloud = Cloud.connect(load_access(lab.layout.environment_file))
    try:
        return {zone.name for zone in cloud.zones()}
    finally:
        cloud.close()


def _computes(lab: Lab) -> set[str]:
    with connect(lab.layout) as cloud:
        return {each.host for each in cloud.compute.services(binary="nova-compute")}
