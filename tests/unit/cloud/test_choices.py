"""What a zone's servers are made from: images, flavors, volume types."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from ostf_dual.cloud.flavors import (
    FlavorFacts,
    Quota,
    choose_flavor,
    flavor_faults,
    flavor_warnings,
    quota_faults,
    size_faults,
)
from ostf_dual.cloud.image_choice import choose_image
from ostf_dual.cloud.images import ImageFacts, disk_bus, image_facts, image_faults, list_images
from ostf_dual.cloud.services import ServiceFacts
from ostf_dual.cloud.volume_types import PoolFacts, VolumeTypeFacts, choose_volume_type
from ostf_dual.environment.model import Hypervisor
from ostf_dual.environment.sizes import GIB
from ostf_dual.errors import NotConfiguredError, NotDeployedError, UnsupportedError

LIBVIRT, VCENTER = Hypervisor.LIBVIRT, Hypervisor.VCENTER


def image(name: str, disk_format: str, size: int = 10, **properties: str) -> ImageFacts:
    return ImageFacts(
        id=name, name=name, status="active", disk_format=disk_format, container_format="bare",
        size_bytes=size, digest="d", properties=properties,
    )  # fmt: skip


IMAGES = (
    image("cirros", "qcow2", 5),
    image("TestVM-a", "qcow2", 50, hypervisor_type="qemu"),
    image("win", "vmdk", 5, vmware_disktype="sparse"),
    image("stray", "vmdk", 1),
    image("marked", "raw", 1, hypervisor_type="vmware"),
)


def test_images_by_format_and_property_testvm_first() -> None:
    assert choose_image(IMAGES, LIBVIRT, None, "z").value.name == "TestVM-a"
    assert choose_image(IMAGES, VCENTER, None, "z").value.name == "win"
    assert choose_image(IMAGES[3:4], VCENTER, None, "z").value.name == "stray"
    assert choose_image(IMAGES[:1], LIBVIRT, None, "z").value.name == "cirros"


def test_an_image_that_is_not_whole_is_taken_last_so_that_it_can_be_told() -> None:
    broken = replace(IMAGES[1], status="deactivated")

    assert choose_image((broken, IMAGES[0]), LIBVIRT, None, "z").value.name == "cirros"
    assert choose_image((broken,), LIBVIRT, None, "z").value.status == "deactivated"
    assert "deactivated" in image_faults(broken, LIBVIRT)[0]


def test_no_image_says_what_was_looked_for() -> None:
    with pytest.raises(NotDeployedError, match="VMDK image with hypervisor_type=vmware"):
        choose_image(IMAGES[:1], VCENTER, None, "z")
    with pytest.raises(NotDeployedError, match=r"zones.z.image is 'other'"):
        choose_image(IMAGES, VCENTER, "other", "z")
    with pytest.raises(NotConfiguredError, match=r"zones.z"):
        choose_image(IMAGES, Hypervisor.UNKNOWN, None, "z")
    assert choose_image(IMAGES, Hypervisor.UNKNOWN, "cirros", "z").value.name == "cirros"


def test_what_nova_kept_of_a_server_is_no_image_for_checks_unless_it_is_named() -> None:
    """A volume-backed server's snapshot is active, qcow2 and of size 0: the smallest of all."""
    ubuntu = image("ubuntu-24.04", "qcow2", 600)
    kept = (
        image("tenant-db snapshot", "qcow2", 0, block_device_mapping='[{"snapshot_id": "s"}]'),
        image("a snapshot", "qcow2", 1, image_type="snapshot"),
        image("a backup", "raw", 1, image_type="backup", block_device_mapping="[]"),
    )

    assert choose_image((*kept, ubuntu), LIBVIRT, None, "z").value is ubuntu
    assert choose_image((*kept, ubuntu), LIBVIRT, "a snapshot", "z").value is kept[1]
    with pytest.raises(NotDeployedError, match=r"left out 3 .* give it as zones\.z\.image"):
        choose_image(kept, LIBVIRT, None, "z")


def test_another_projects_image_is_taken_only_where_it_alone_is_what_is_named() -> None:
    theirs = replace(image("cirros", "qcow2", 1), id="theirs", visibility="shared", is_anothers=True)

    assert choose_image((theirs, IMAGES[0]), LIBVIRT, None, "z").value is IMAGES[0]
    assert choose_image((theirs, IMAGES[0]), LIBVIRT, "cirros", "z").value is IMAGES[0]
    assert choose_image((theirs, IMAGES[0]), LIBVIRT, "theirs", "z").value is theirs
    with pytest.raises(NotDeployedError, match="left out 1 of other projects"):
        choose_image((theirs,), LIBVIRT, None, "z")


def test_of_several_images_of_the_name_that_is_given_the_one_for_the_hypervisor_is_taken() -> None:
    images = (image("cirros", "qcow2", 1), replace(image("cirros", "vmdk", 5), id="cirros-vmdk"))

    assert choose_image(images, LIBVIRT, "cirros", "z").value is images[0]
    assert choose_image(images, VCENTER, "cirros", "z").value is images[1]


def test_an_empty_image_one_for_other_processors_and_a_private_one_come_last() -> None:
    good = image("good", "qcow2", 50)
    empty, arm = image("empty", "qcow2", 0), image("arm", "qcow2", 5, architecture="aarch64")
    private = replace(image("private", "qcow2", 5), visibility="private")

    for worse in (empty, arm, private):
        assert choose_image((worse, good), LIBVIRT, None, "z").value is good
        assert choose_image((worse,), LIBVIRT, None, "z").value is worse
    assert (
        choose_image((arm, image("pc", "qcow2", 50, hw_architecture="x86_64")), LIBVIRT, None, "z").value.name
        == "pc"
    )


class Glance:
    """Two pages of images, as a user with these roles on project ``ours`` is shown them."""

    def __init__(self, records: list[dict[str, Any]], *roles: str) -> None:
        self.records = records
        access = SimpleNamespace(project_id="ours", role_names=roles)
        auth = SimpleNamespace(get_access=lambda _session: access)
        self.session, self.image = SimpleNamespace(auth=auth), self

    def get(self, _path: str, *, params: dict[str, str], microversion: None) -> Any:  # noqa: ARG002
        page = self.records[1:] if "marker" in params else self.records[:1]
        body = {"images": page} if "marker" in params else {"images": page, "next": "more"}
        return SimpleNamespace(status_code=200, json=lambda: body)


def record(name: str, visibility: str, owner: str) -> dict[str, Any]:
    return {"id": name, "status": "active", "visibility": visibility, "owner": owner}


FOREIGN = [record("shared", "shared", "a"), record("private", "private", "b")]
COMMON = [record("public", "public", "a"), record("ours", "private", "ours"), record("c", "community", "b")]


@pytest.mark.parametrize(
    ("records", "roles", "anothers"),
    [
        (COMMON + FOREIGN, ("member", "admin"), {"shared", "private"}),
        (COMMON + FOREIGN, ("cloud_admin",), {"shared", "private"}),
        (COMMON + FOREIGN[:1], ("admin",), {"shared"}),
        # An ordinary user is shown what was shared with its project and accepted, and nothing more of others.
        (COMMON + FOREIGN[:1], ("member",), set()),
    ],
)
def test_whose_an_image_is(records: Any, roles: Any, anothers: Any) -> None:
    project: Any = Glance(records, *roles)

    found = list_images(project)

    assert [each.id for each in found] == [each["id"] for each in records]
    assert {each.id for each in found if each.is_anothers} == anothers


def test_glances_own_fields_are_no_properties() -> None:
    record = {"id": "i", "status": "active", "name": "n", "checksum": "c", "size": 3, "hw_disk_bus": "scsi",
              "os_hidden": False, "min_disk": 1, "owner": "o", "tags": []}  # fmt: skip

    facts = image_facts(record)

    assert facts.properties == {"hw_disk_bus": "scsi"}
    assert (facts.size_bytes, facts.min_disk_gib, facts.digest) == (3, 1, "c")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, None),
        ({"size_bytes": 0}, "no content"),
        ({"digest": None}, None),  # Nova's direct snapshots on RBD, and images added by their location
        ({"digest": None, "status": "queued"}, "status is queued"),
        ({"container_format": "ova"}, "container_format is ova"),
        ({"disk_format": "vmdk"}, "not made for libvirt"),
    ],
)
def test_image_faults(changes: Any, words: Any) -> None:
    faults = image_faults(replace(IMAGES[0], **changes), LIBVIRT)

    assert faults == () if words is None else words in faults[0]


def test_an_archive_is_for_vcenter_alone() -> None:
    ova = replace(IMAGES[0], disk_format="vmdk", container_format="ova", properties={})

    assert image_faults(ova, VCENTER) == ()
    assert "container_format is ova" in image_faults(ova, LIBVIRT)[0]


@pytest.mark.parametrize(
    ("hypervisor", "properties", "bus"),
    [
        (LIBVIRT, {}, None),
        (LIBVIRT, {"hw_disk_bus": "scsi", "hw_scsi_model": "virtio-scsi"}, "scsi"),
        (VCENTER, {}, "lsiLogic"),
        (VCENTER, {"vmware_adaptertype": "ide"}, "ide"),
        # The current names go before the old one, as in Nova's ImageMetaProps.
        (
            VCENTER,
            {"hw_disk_bus": "scsi", "hw_scsi_model": "vmpvscsi", "vmware_adaptertype": "lsiLogic"},
            "paraVirtual",
        ),
    ],
)
def test_the_bus_of_the_root_disk(hypervisor: Any, properties: Any, bus: Any) -> None:
    assert disk_bus(image("i", "vmdk", **properties), hypervisor) == bus


def flavor(name: str, ram: int = 128, disk: int = 1, **specs: str) -> FlavorFacts:
    return FlavorFacts(id=name, name=name, vcpus=1, ram_mib=ram, disk_gib=disk, extra_specs=specs)


def test_the_smallest_flavor_that_fits() -> None:
    tiny, odd, small, huge = flavor("tiny", 64, 0), flavor("odd", 126), flavor("small"), flavor("huge", 9000)
    pages = flavor("pages", 64, 1, hw_mem_page_size="large")

    assert choose_flavor((huge, small, odd, tiny, pages), IMAGES[0], VCENTER, None, "z").value is small
    assert choose_flavor((huge, small, odd, tiny, pages), IMAGES[0], LIBVIRT, None, "z").value is odd
    assert choose_flavor((huge, small), IMAGES[0], LIBVIRT, "huge", "z").value is huge
    assert "none fits: RAM of 126" in choose_flavor((odd,), IMAGES[0], VCENTER, None, "z").because
    with pytest.raises(NotDeployedError, match=r"zones.z.flavor"):
        choose_flavor((huge,), None, LIBVIRT, "small", "z")


def test_a_flavor_without_a_disk_is_taken_only_where_it_is_given() -> None:
    """All of them are so where servers boot from volumes; Nova boots images with them by policy alone."""
    volumes_only = (flavor("a", 512, 0), flavor("b", 1024, 0))

    with pytest.raises(UnsupportedError, match=r"zero_disk_flavor.*give zones\.z\.flavor"):
        choose_flavor(volumes_only, IMAGES[0], LIBVIRT, None, "z")
    assert choose_flavor(volumes_only, IMAGES[0], LIBVIRT, "a", "z").value is volumes_only[0]
    large = replace(IMAGES[0], virtual_size_bytes=2 * GIB)
    assert choose_flavor((*volumes_only, flavor("c")), large, LIBVIRT, None, "z").value.name == "c"


def test_flavor_faults_and_what_is_by_policy() -> None:
    assert flavor_faults(flavor("a", 510), VCENTER)
    assert not flavor_faults(flavor("a", 510), LIBVIRT)
    assert not flavor_faults(flavor("a", 512, 0), LIBVIRT)
    assert "zero_disk_flavor" in flavor_warnings(flavor("a", 512, 0))[0]
    assert not flavor_warnings(flavor("a", 512, 1))


@pytest.mark.parametrize(
    ("changes", "disk", "words"),
    [
        ({}, 1, None),
        ({"min_disk_gib": 5}, 1, "min_disk"),
        ({"min_ram_mib": 512}, 1, "min_ram"),
        ({"virtual_size_bytes": 2 * GIB}, 1, "unfolds to 2 GiB"),
        ({"size_bytes": GIB + 1}, 1, "unfolds to 2 GiB"),
        ({"virtual_size_bytes": 2 * GIB}, 0, None),
    ],
)
def test_image_against_flavor(changes: Any, disk: Any, words: Any) -> None:
    faults = size_faults(replace(IMAGES[0], **changes), flavor("f", 128, disk))

    assert faults == () if words is None else words in faults[0]


def test_quota() -> None:
    quotas = {
        "instances": Quota(name="instances", limit=-1, used=9),
        "MEMORY_MB": Quota(name="RAM", limit=200, used=100),
    }

    assert quota_faults(quotas, flavor("f", 100)) == ()
    assert "quota of RAM is 200 with 100 in use" in quota_faults(quotas, flavor("f", 128))[0]


TYPES = (
    VolumeTypeFacts(id="1", name="gold", extra_specs={"volume_backend_name": "rbd1"}),
    VolumeTypeFacts(id="2", name="esx", extra_specs={"volume_backend_name": "vmw"}),
    VolumeTypeFacts(id="3", name="__DEFAULT__"),
)
RBD = PoolFacts(service="c@rbd1", backend_name="rbd1", protocol="ceph")
VMW = PoolFacts(service="v@vmw", backend_name="vmw", protocol="vmdk")


def volume_service(host: str, zone: str = "nova", *, up: bool = True) -> ServiceFacts:
    return ServiceFacts(
        project="cinder", binary="cinder-volume", host=host, zone=zone, is_up=up, is_enabled=True
    )


SERVICES = (volume_service("c@rbd1"), volume_service("v@vmw"))


def test_volume_types_by_their_backends_protocol() -> None:
    for kind, name, service in ((LIBVIRT, "gold", "c@rbd1"), (VCENTER, "esx", "v@vmw")):
        chosen = choose_volume_type(TYPES, (RBD, VMW), SERVICES, kind, None, "z").value
        assert (chosen.name, chosen.services) == (name, (service,))


def test_a_backend_that_is_down_is_still_its_types() -> None:
    for pools, kind, name in (((RBD,), VCENTER, "esx"), ((VMW,), LIBVIRT, "gold")):
        choice = choose_volume_type(TYPES, pools, SERVICES, kind, None, "z")
        assert choice.value.name == name
        assert choice.value.services
        assert "down?" in choice.because


def test_the_backend_of_the_zones_own_name_comes_first() -> None:
    types = (*TYPES, VolumeTypeFacts(id="4", name="a-esx", extra_specs={"volume_backend_name": "vmw2"}))
    pools = (VMW, PoolFacts(service="w@vmw2", backend_name="vmw2", protocol="vmdk"))
    services = (volume_service("v@vmw", "esx-b"), volume_service("w@vmw2", "esx-a"))

    chosen = {zone: choose_volume_type(types, pools, services, VCENTER, None, zone).value.name
              for zone in ("esx-a", "esx-b")}  # fmt: skip

    assert chosen == {"esx-a": "a-esx", "esx-b": "esx"}


def test_a_type_for_any_backend_suits_only_where_all_do() -> None:
    assert choose_volume_type(TYPES[2:], (RBD,), SERVICES, LIBVIRT, None, "z").value.name == "__DEFAULT__"
    with pytest.raises(NotDeployedError, match="no volume type is tied"):
        choose_volume_type(TYPES[2:], (RBD, VMW), SERVICES, LIBVIRT, None, "z")


def test_a_volume_type_given_is_taken_and_without_admin_rights_needed() -> None:
    assert choose_volume_type(TYPES, (), (), VCENTER, "esx", "z").value.name == "esx"
    with pytest.raises(NotDeployedError, match=r"zones.z.volume_type"):
        choose_volume_type(TYPES, (), (), VCENTER, "none", "z")
    with pytest.raises(NotConfiguredError, match=r"zones.z.volume_type"):
        choose_volume_type(TYPES, (), (), VCENTER, None, "z")
