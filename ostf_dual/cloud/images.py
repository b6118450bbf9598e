"""Images: what Glance says of them, and what is wrong with one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ostf_dual.cloud.asking import asking, read
from ostf_dual.cloud.vmware_images import adapter
from ostf_dual.environment.model import Hypervisor
from ostf_dual.errors import OstfError

if TYPE_CHECKING:
    from openstack.connection import Connection

HEADER_BYTES = 64 * 1024
_LIBVIRT_FORMATS = ("qcow2", "raw")
FOR_EVERY_PROJECT = frozenset({"public", "community"})
# Image properties are strings; the fields of Glance's own that are strings too must not pass for them.
_OWN_FIELDS = frozenset(
    {
        "id", "name", "status", "visibility", "disk_format", "container_format", "checksum", "os_hash_algo",
        "os_hash_value", "owner", "created_at", "updated_at", "file", "schema", "self", "direct_url",
        "stores",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFacts:
    """An image.

    Attributes:
        digest: Glance's, of what it was sent; None: nothing was, as with Nova's direct snapshots on RBD and with
            images that were added by their location.
        visibility: Glance's: public, community, shared or private.
        is_anothers: It is another project's alone: only an admin sees it.
        properties: What people set on it: ``hw_*``, ``vmware_*``, ``hypervisor_type`` ...
    """

    id: str
    name: str
    status: str
    disk_format: str | None
    container_format: str | None
    size_bytes: int | None
    virtual_size_bytes: int | None = None
    min_disk_gib: int = 0
    min_ram_mib: int = 0
    digest: str | None = None
    visibility: str = "public"
    is_anothers: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"image {self.name!r} ({self.id})"

    @property
    def hypervisor_type(self) -> str | None:
        """What the scheduler's ImagePropertiesFilter goes by; the current name wins over the old one."""
        return self.properties.get("img_hv_type") or self.properties.get("hypervisor_type")

    @property
    def is_marked_vmware(self) -> bool:
        """Whether its properties say that it is for vCenter."""
        return self.hypervisor_type == "vmware" or any(key.startswith("vmware_") for key in self.properties)

    @property
    def architecture(self) -> str | None:
        """Of the processors that it is for; None: it does not say."""
        return self.properties.get("hw_architecture") or self.properties.get("architecture")

    @property
    def is_whole(self) -> bool:
        """Whether there is something in it, to the end."""
        return self.status == "active" and bool(self.size_bytes)

    @property
    def is_of_server(self) -> bool:
        """Whether it is what Nova kept of one server: a snapshot, a backup, or the list of its volumes' snapshots."""
        mapping = self.properties.get("block_device_mapping", "[]")
        return self.properties.get("image_type") in {"snapshot", "backup"} or mapping != "[]"

    @property
    def is_ova(self) -> bool:
        """Whether it is an archive with the disk in it, which only vCenter's driver unpacks."""
        return self.container_format == "ova"

    def suits(self, hypervisor: Hypervisor) -> bool:
        """Whether servers of a hypervisor may be made from it, by its format and properties."""
        if hypervisor is Hypervisor.VCENTER:
            return self.disk_format == "vmdk" and self.hypervisor_type in {"vmware", None}
        return hypervisor.is_libvirt and self.disk_format in _LIBVIRT_FORMATS and not self.is_marked_vmware


def image_facts(record: Mapping[str, Any], *, is_anothers: bool = False) -> ImageFacts:
    """An image from Glance's record of it."""
    return ImageFacts(
        id=record["id"],
        name=record.get("name") or "",
        status=record["status"],
        disk_format=record.get("disk_format"),
        container_format=record.get("container_format"),
        size_bytes=record.get("size"),
        virtual_size_bytes=record.get("virtual_size"),
        min_disk_gib=record.get("min_disk") or 0,
        min_ram_mib=record.get("min_ram") or 0,
        digest=record.get("os_hash_value") or record.get("checksum"),
        visibility=record.get("visibility") or "private",
        is_anothers=is_anothers,
        properties={
            key: value for key, value in record.items() if isinstance(value, str) and key not in _OWN_FIELDS
        },
    )


def list_images(project: "Connection") -> tuple[ImageFacts, ...]:
    """Every image that the project sees and that could be a server's disk, in whatever status."""
    records: list[Mapping[str, Any]] = []
    query = {"disk_format": "in:vmdk,qcow2,raw", "limit": "500"}
    while True:
        # Raw records: the SDK spreads the properties over some eighty attributes of its own.
        page = read(project.image, "/images", what="the images", **query)
        records += page["images"]
        if not page.get("next"):
            anothers = _anothers(project, records)
            return tuple(image_facts(each, is_anothers=each["id"] in anothers) for each in records)
        query["marker"] = page["images"][-1]["id"]


def _anothers(project: "Connection", records: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """The images that are other projects' alone, by id.

    Glance shows a user what is for every project, what is the user's project's, and what was shared with that and
    accepted; and it shows an admin all there is. With whom an image is shared its record does not tell, and `shared`
    is what an image is unless something else was said: so none of those counts as shared with the admin's project.
    """
    given: Any = project
    with asking("whose the images are"):
        access = given.session.auth.get_access(given.session)
    theirs = [
        each
        for each in records
        if each.get("visibility") not in FOR_EVERY_PROJECT
        and each.get("owner") not in {None, access.project_id}
    ]
    # A role of another name may be Glance's admin: who sees another's private image is one.
    if "admin" in access.role_names or any(each.get("visibility") == "private" for each in theirs):
        return frozenset(each["id"] for each in theirs)
    return frozenset()


def read_head(project: "Connection", image: ImageFacts) -> bytes:
    """An image's first 64 KiB: by a Range request where the store allows it, else the stream is cut.

    Raises:
        OstfError: Glance does not give them, or the image is not active.
    """
    from openstack.exceptions import raise_from_response

    if image.status != "active":
        raise OstfError(f"{image} is {image.status}, so that nobody can read it; see IMG-01")
    with asking(f"the first bytes of {image}"):
        response = project.image.get(
            f"/images/{image.id}/file", headers={"Range": f"bytes=0-{HEADER_BYTES - 1}"}, stream=True
        )
        with response:
            raise_from_response(response)
            return next(response.iter_content(HEADER_BYTES), b"")


def image_faults(image: ImageFacts, hypervisor: Hypervisor) -> tuple[str, ...]:
    """Why an image cannot be made a server of: not whole, or not for the hypervisor."""
    faults = []
    if image.status != "active":
        faults.append(
            f"its status is {image.status}, wanted active: was its upload broken off, or is it deactivated?"
        )
    if not image.size_bytes:
        faults.append("it has no content (size 0): upload it again")
    if image.container_format != "bare" and not (image.is_ova and hypervisor is Hypervisor.VCENTER):
        faults.append(
            f"container_format is {image.container_format}, wanted bare: Nova would take it for an archive"
        )
    if not image.suits(hypervisor):
        mark = f"disk_format={image.disk_format}, hypervisor_type={image.hypervisor_type}"
        faults.append(f"it is not made for {hypervisor}: {mark}")
    return tuple(faults)


def disk_bus(image: ImageFacts, hypervisor: Hypervisor) -> str | None:
    """The bus or adapter that a server's root disk gets by its image; None: the image leaves it to the driver."""
    if hypervisor is Hypervisor.VCENTER:
        return adapter(image.properties)
    return image.properties.get("hw_disk_bus")


def is_test_vm(image: ImageFacts) -> bool:
    """Whether it is called so: an image that says what it sees (``fixtures/images``)."""
    return "testvm" in image.name.lower()
