from dataclasses import replace
from typing import Any

import pytest

from ostf_dual.cloud.images import ImageFacts
from ostf_dual.cloud.scheduling import isolation, partition_faults, refusal, trait_refusal
from ostf_dual.cloud.zoning import AggregateFacts, Part
from ostf_dual.environment.model import Hypervisor

KVM = Part(zone="k", label="k", hypervisor=Hypervisor.LIBVIRT, because="", hosts=("c1",))
ESX = Part(zone="v", label="v", hypervisor=Hypervisor.VCENTER, because="", hosts=("v1",))
APART = (
    AggregateFacts(name="a", zone="k", hosts=("c1",)),
    AggregateFacts(name="b", zone="v", hosts=("v1",)),
)


def image(disk_format: str = "qcow2", **properties: str) -> ImageFacts:
    return ImageFacts(
        id="i", name="i", status="active", disk_format=disk_format, container_format="bare", size_bytes=1,
        properties=properties,
    )  # fmt: skip


def test_zones_by_aggregates_are_a_partition() -> None:
    assert partition_faults(KVM, (KVM, ESX), APART) == ()
    assert partition_faults(ESX, (KVM, ESX), APART) == ()


@pytest.mark.parametrize("metadata", [{}, {"filter_tenant_id2": "p"}, {"availability_zone": "k"}])
def test_an_aggregate_that_steers_no_server_may_hold_both(metadata: Any) -> None:
    both = AggregateFacts(name="both", zone=None, hosts=("c1", "v1"), metadata=metadata)

    assert partition_faults(KVM, (KVM, ESX), (*APART, both)) == ()


def test_a_cloud_of_one_hypervisor_needs_no_aggregates() -> None:
    assert partition_faults(KVM, (KVM,), ()) == ()


def test_the_hosts_of_kvm_may_stay_in_novas_own_zone_by_themselves() -> None:
    home = replace(KVM, zone="nova")

    assert partition_faults(home, (home, ESX), APART[1:]) == ()
    beside = replace(ESX, zone="nova")
    assert "zone nova runs libvirt and vcenter" in partition_faults(home, (home, beside), ())[0]


@pytest.mark.parametrize(
    ("part", "every", "aggregates", "words"),
    [
        (ESX, (KVM, ESX), APART[:1], "host v1 (vcenter) is in no aggregate with a zone"),
        (KVM, (KVM, ESX), (*APART, AggregateFacts(name="c", zone="w", hosts=("c1",))), "in several zones"),
        (
            ESX,
            (KVM, ESX),
            (*APART, AggregateFacts(name="ssd", zone=None, hosts=("c1", "v1"), metadata={"ssd": "true"})),
            "aggregate 'ssd' holds hosts of libvirt and vcenter, and steers servers by ssd",
        ),
        (KVM, (KVM, ESX), (AggregateFacts(name="a", zone="w", hosts=("c1",)),), "its aggregate says w"),
        (
            KVM,
            (
                KVM,
                Part(zone="k", label="k.vcenter", hypervisor=Hypervisor.VCENTER, because="", hosts=("v1",)),
            ),
            APART,
            "zone k runs libvirt and vcenter",
        ),
    ],
)
def test_what_mixes_is_named(part: Any, every: Any, aggregates: Any, words: Any) -> None:
    assert words in "\n".join(partition_faults(part, every, aggregates))


@pytest.mark.parametrize(
    ("properties", "by_kvm", "by_vcenter"),
    [
        ({}, False, False),
        ({"hypervisor_type": "vmware"}, True, False),
        ({"hypervisor_type": "qemu"}, False, True),
        ({"hypervisor_type": "QEMU"}, False, True),
        ({"img_hv_type": "kvm"}, False, True),
        ({"img_hv_type": "vmware", "hypervisor_type": "kvm"}, True, False),  # the current name wins
        ({"hypervisor_type": "xen"}, True, True),
    ],
)
def test_image_properties_filter(properties: Any, by_kvm: Any, by_vcenter: Any) -> None:
    assert bool(refusal(image(**properties), Hypervisor.LIBVIRT)) is by_kvm
    assert bool(refusal(image(**properties), Hypervisor.VCENTER)) is by_vcenter


def test_required_and_forbidden_traits_keep_an_image_out() -> None:
    vmdk = image(**{"trait:COMPUTE_IMAGE_TYPE_VMDK": "required"})
    no_qcow2 = image(**{"trait:COMPUTE_IMAGE_TYPE_QCOW2": "forbidden"})

    assert trait_refusal(vmdk, frozenset()) == "trait:COMPUTE_IMAGE_TYPE_VMDK=required"
    assert trait_refusal(vmdk, frozenset({"COMPUTE_IMAGE_TYPE_VMDK"})) is None
    assert trait_refusal(no_qcow2, frozenset({"COMPUTE_IMAGE_TYPE_QCOW2"}))
    assert trait_refusal(no_qcow2, frozenset()) is None


def test_an_aggregate_isolates_only_where_every_host_is_in_one_like_it() -> None:
    isolated = AggregateFacts(name="a", zone="k", hosts=("c1",), metadata={"hypervisor": "qemu, kvm"})
    vmdk = image("vmdk", hypervisor="vmware")

    assert isolation(vmdk, ("c1",), (isolated,))
    assert isolation(vmdk, ("c1", "c2"), (isolated,)) is None
    assert isolation(image(hypervisor="kvm"), ("c1",), (isolated,)) is None
    assert isolation(image(), ("c1",), (isolated,)) is None
