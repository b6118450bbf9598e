from dataclasses import replace

from ostf_dual.environment.definition import (
    DeployerName,
    Environment,
    Expectations,
    Image,
    ImageStore,
    Node,
    Storage,
    VCenter,
    VMware,
    VMwareZone,
    VolumeBackend,
    VSphereCluster,
)
from ostf_dual.environment.model import Hypervisor, ZoneSettings
from ostf_dual.environment.subset import without_vcenter

DUAL = Environment(
    name="dual",
    release="2024.2",
    deployer=DeployerName.LAB,
    hypervisor=Hypervisor.QEMU,
    nodes=(
        Node(name="controller", roles=("controller", "cinder-vmware")),
        Node(name="compute", roles=("compute",), zone="kvm"),
        Node(name="vcenter-compute", roles=("vcenter-compute",)),
    ),
    storage=Storage(volumes=(VolumeBackend.NFS, VolumeBackend.VMDK), images=ImageStore.VCENTER),
    images=(
        Image(name="TestVM-KVM", hypervisor=Hypervisor.QEMU, disk_format="qcow2"),
        Image(name="TestVM-VMDK", hypervisor=Hypervisor.VCENTER, disk_format="vmdk"),
    ),
    vmware=VMware(
        zones=(
            VMwareZone(
                name="vcenter",
                vcenter=VCenter(host="vc1"),
                clusters=(VSphereCluster(cluster="Cluster1", service_name="one", target="vcenter-compute"),),
            ),
        )
    ),
    zones={"kvm": ZoneSettings(volume_type="nfs"), "vcenter": ZoneSettings(volume_type="vmdk")},
    expect=Expectations(zones=("kvm", "vcenter")),
)


def test_what_is_there_for_vcenter_goes_and_the_rest_stays() -> None:
    left = without_vcenter(DUAL)

    assert left.vmware is None
    assert [(node.name, node.roles) for node in left.nodes] == [
        ("controller", ("controller",)),
        ("compute", ("compute",)),
    ]
    assert left.storage == Storage(volumes=(VolumeBackend.NFS,), images=ImageStore.FILE)
    assert [image.name for image in left.images] == ["TestVM-KVM"]
    assert set(left.zones) == {"kvm"}
    assert left.expect.zones == ("kvm",)


def test_a_zone_that_both_hypervisors_serve_stays_with_libvirt() -> None:
    assert DUAL.vmware is not None
    mixed = replace(DUAL, vmware=VMware(zones=(replace(DUAL.vmware.zones[0], name="kvm"),)))

    assert without_vcenter(mixed).expect.zones == ("kvm", "vcenter")
    assert "kvm" in without_vcenter(mixed).zones


def test_a_cloud_without_vcenter_stays_as_it_is() -> None:
    left = without_vcenter(DUAL)

    assert without_vcenter(left) == left
