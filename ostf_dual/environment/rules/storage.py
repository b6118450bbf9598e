"""Rules on volumes and images: each hypervisor has backends of its own."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from ostf_dual.environment.definition import DeployerName, Environment, ImageStore, Storage, VolumeBackend
from ostf_dual.environment.release import RuleBook, book_of
from ostf_dual.environment.roles import CINDER_VMWARE
from ostf_dual.environment.rules.model import Problem, Rule

_CINDER_VMDK = "Fuel spec 6.1/cinder-vmdk-role"

BACKEND = Rule(
    id="volumes-want-a-role", says="Each volume backend has a node with its role.", source=_CINDER_VMDK
)
ROLE = Rule(
    id="role-wants-volumes",
    says="cinder serves lvm or nfs, in today's OpenStack also ceph; cinder-vmware serves vmdk.",
    source=_CINDER_VMDK,
)
OSD = Rule(
    id="ceph-osd-wants-ceph",
    says="Nodes with role ceph-osd are there for volumes or images on Ceph.",
    source="Nailgun, role ceph-osd",
    holds_for="Fuel",
)
IMAGES_ON_CEPH = Rule(
    id="images-ceph-want-a-role",
    says="Images on Ceph have a node with role ceph-osd.",
    source="Nailgun, storage.images_ceph",
    holds_for="Fuel",
)
LVM_OR_CEPH = Rule(
    id="lvm-or-ceph",
    says="Volumes are on LVM or on Ceph, not on both.",
    source="Nailgun, role cinder",
    holds_for="Fuel",
)
GLANCE = Rule(
    id="images-vcenter-want-glance", says="Images on vCenter have a section vmware.glance.",
    source="Nailgun, storage.images_vcenter",
)  # fmt: skip
NO_GLANCE = Rule(
    id="glance-wants-images-vcenter", says="The section vmware.glance is for images on vCenter.",
    source="Nailgun, storage.images_vcenter",
)  # fmt: skip
VMDK = Rule(id="vmdk-wants-vcenter", says="vmdk volumes have a section vmware.", source=_CINDER_VMDK)
VCENTER_VOLUMES = Rule(
    id="vcenter-wants-vmdk",
    says="A cloud with vCenter has vmdk volumes: its servers can have no others.",
    source=_CINDER_VMDK,
    is_warning=True,
)
RULES = (BACKEND, ROLE, OSD, IMAGES_ON_CEPH, LVM_OR_CEPH, GLANCE, NO_GLANCE, VMDK, VCENTER_VOLUMES)

_OSD = "ceph-osd"
_NEEDS = {
    VolumeBackend.LVM: "cinder",
    VolumeBackend.NFS: "cinder",
    VolumeBackend.CEPH: "cinder",  # whose Ceph it is, is nobody's business
    VolumeBackend.VMDK: CINDER_VMWARE,
}
_NEEDS_ON_FUEL = {**_NEEDS, VolumeBackend.CEPH: _OSD}
"""Fuel makes the Ceph itself, and serves it from the controllers."""


def problems(environment: Environment) -> Iterator[Problem]:
    """The problems of storage."""
    if environment.deployer is DeployerName.EXISTING:
        return  # found, not defined
    is_fuel = book_of(environment.release) is RuleBook.FUEL
    backends, roles = environment.storage.volumes, {role for node in environment.nodes for role in node.roles}
    needs = _NEEDS_ON_FUEL if is_fuel else _NEEDS
    for number, backend in enumerate(backends):
        if (wanted := needs[backend]) not in roles:
            message = f"{backend} volumes want a node with role {wanted}, and there is none"
            yield BACKEND.broken(f"storage.volumes.{number}", message)
    for role in ("cinder", CINDER_VMWARE):
        served = {backend for backend, wanted in needs.items() if wanted == role}
        if role in roles and not served & set(backends):
            message = f"a node has role {role}: wanted {' or '.join(sorted(served))} among the backends"
            yield ROLE.broken("storage.volumes", message)
    if is_fuel:
        yield from _ceph_on_fuel(environment.storage, roles)
    yield from _beside_vcenter(environment)


def _ceph_on_fuel(storage: Storage, roles: AbstractSet[str]) -> Iterator[Problem]:
    backends, has_images = storage.volumes, storage.images is ImageStore.CEPH
    if _OSD in roles and VolumeBackend.CEPH not in backends and not has_images:
        yield OSD.broken("storage", f"a node has role {_OSD}, and neither volumes nor images are on ceph")
    if has_images and _OSD not in roles:
        message = f"images on ceph want a node with role {_OSD}, and there is none"
        yield IMAGES_ON_CEPH.broken("storage.images", message)
    if {VolumeBackend.LVM, VolumeBackend.CEPH} <= set(backends):
        yield LVM_OR_CEPH.broken(
            "storage.volumes",
            "Fuel's cinder role holds LVM volumes, and is not for a cloud whose volumes are on Ceph: one of the two",
        )


def _beside_vcenter(environment: Environment) -> Iterator[Problem]:
    has_glance = environment.vmware is not None and environment.vmware.glance is not None
    wants_glance = environment.storage.images is ImageStore.VCENTER
    if wants_glance and not has_glance:
        yield GLANCE.broken("storage.images", "images on vCenter want a section vmware.glance")
    if has_glance and not wants_glance:
        yield NO_GLANCE.broken("vmware.glance", "is used only with storage.images: vcenter")
    if environment.vmware is None:
        if VolumeBackend.VMDK in environment.storage.volumes:
            yield VMDK.broken("storage.volumes", "vmdk volumes want a section vmware")
    elif VolumeBackend.VMDK not in environment.storage.volumes:
        yield VCENTER_VOLUMES.broken(
            "storage.volumes",
            "there is vCenter, and no vmdk backend: its servers can have no volumes, since no other kind can be "
            "attached to them",
        )
