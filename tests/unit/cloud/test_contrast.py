"""What of one zone is not for another: fakes of zones, which say what is asked of them."""

from types import SimpleNamespace
from typing import Any

import pytest

from ostf_dual.cloud.contrast import flavor_for_foreign_image, foreign_volume_type, zone_of_other_kind
from ostf_dual.cloud.flavors import FlavorFacts
from ostf_dual.cloud.volume_types import PoolFacts
from ostf_dual.environment.model import Hypervisor
from ostf_dual.errors import NotDeployedError, UnsupportedError


def zone(
    hypervisor: Hypervisor, volume_type: str = "t", services: tuple[str, ...] = (), *pools: PoolFacts
) -> Any:
    readings = SimpleNamespace(pools=SimpleNamespace(or_else=lambda _: pools))
    return SimpleNamespace(
        label=str(hypervisor),
        hypervisor=hypervisor,
        volume_type=volume_type,
        volume_services=services,
        cloud=SimpleNamespace(discovery=lambda: SimpleNamespace(readings=readings)),
        flavor=FlavorFacts(id="f", name="f", vcpus=1, ram_mib=128, disk_gib=1, extra_specs={}),
        image=SimpleNamespace(min_ram_mib=0, min_disk_gib=0, size_bytes=1, virtual_size_bytes=None),
    )


def pool(service: str, protocol: str) -> PoolFacts:
    return PoolFacts(service=service, backend_name="b", protocol=protocol)


KVM, VCENTER, UNKNOWN = zone(Hypervisor.KVM), zone(Hypervisor.VCENTER), zone(Hypervisor.UNKNOWN)


def test_another_kind_is_the_other_family_and_nothing_that_is_unknown() -> None:
    assert zone_of_other_kind(KVM, (KVM, UNKNOWN, VCENTER)) is VCENTER
    with pytest.raises(NotDeployedError):
        zone_of_other_kind(KVM, (KVM, zone(Hypervisor.QEMU), UNKNOWN))
    with pytest.raises(UnsupportedError, match="without admin rights"):
        zone_of_other_kind(UNKNOWN, (KVM, VCENTER))


def test_a_volume_type_is_foreign_unless_both_are_given_it_or_its_pool_suits_both() -> None:
    nfs, iscsi, vmdk = pool("c@nfs", "nfs"), pool("c@lvm", "iSCSI"), pool("c@vmdk", "vmdk")
    pools = (nfs, iscsi, vmdk)
    esx = zone(Hypervisor.VCENTER, "vmdk", ("c@vmdk",), *pools)

    assert foreign_volume_type(esx, zone(Hypervisor.KVM, "nfs", ("c@nfs",), *pools)) == "nfs"
    assert foreign_volume_type(zone(Hypervisor.KVM, "nfs", ("c@nfs",), *pools), esx) == "vmdk"
    with pytest.raises(UnsupportedError, match="c@lvm by iSCSI"):
        foreign_volume_type(esx, zone(Hypervisor.KVM, "lvm", ("c@lvm",), *pools))
    with pytest.raises(UnsupportedError, match="share volume type 't'"):
        foreign_volume_type(VCENTER, KVM)


def test_a_foreign_image_is_asked_for_with_the_zones_own_flavor_where_it_fits() -> None:
    large = zone(Hypervisor.VCENTER)
    large.image.min_ram_mib = 256

    assert flavor_for_foreign_image(KVM, VCENTER) is KVM.flavor
    with pytest.raises(UnsupportedError, match="min_ram"):
        flavor_for_foreign_image(KVM, large)


def test_a_zone_without_volumes_of_its_own_refuses_the_others_all_the_same() -> None:
    class Bare:
        label, hypervisor, cloud = "esx", Hypervisor.VCENTER, VCENTER.cloud

        @property
        def volume_type(self) -> str:
            raise NotDeployedError("no volume type suits vcenter")

    bare: Any = Bare()

    assert foreign_volume_type(bare, zone(Hypervisor.KVM, "ceph")) == "ceph"
