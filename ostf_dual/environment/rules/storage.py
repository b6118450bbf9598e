"""Rules on volumes and images: each hypervisor has backends of its own."""

from collections.abc import Iterator

from ostf_dual.environment.definition import DeployerName, Environment, ImageStore, VolumeBackend
from ostf_dual.environment.release import RuleBook, book_of
from ostf_dual.environment.roles import CINDER_VMWARE
from ostf_dual.environment.rules.model import OURS, Problem

_CINDER_VMDK = "Fuel spec 6.1/cinder-vmdk-role"
_NEEDS = {
    VolumeBackend.LVM: "cinder",
    VolumeBackend.NFS: "cinder",
    VolumeBackend.CEPH: "ceph-osd",
    VolumeBackend.VMDK: CINDER_VMWARE,
}


def problems(environment: Environment) -> Iterator[Problem]:
    """The problems of storage."""
    if environment.deployer is DeployerName.EXISTING:
        return  # found, not defined
    backends, roles = environment.storage.volumes, {role for node in environment.nodes for role in node.roles}
    for number, backend in enumerate(backends):
        if (wanted := _NEEDS[backend]) not in roles:
            yield Problem(
                path=f"storage.volumes.{number}",
                source=_CINDER_VMDK,
                message=f"{backend} volumes want a node with role {wanted}, and there is none",
            )
    for role, served in (
        ("cinder", {VolumeBackend.LVM, VolumeBackend.NFS}),
        (CINDER_VMWARE, {VolumeBackend.VMDK}),
    ):
        if role in roles and not served & set(backends):
            yield Problem(
                path="storage.volumes",
                source=_CINDER_VMDK,
                message=f"a node has role {role}: wanted {' or '.join(sorted(served))} among the backends",
            )
    if book_of(environment.release) is RuleBook.FUEL and {VolumeBackend.LVM, VolumeBackend.CEPH} <= set(
        backends
    ):
        yield Problem(
            path="storage.volumes",
            source="Nailgun, role cinder",
            message="Fuel's cinder role holds LVM "
            "volumes, and is not for a cloud whose volumes are on Ceph: one of the two",
        )
    yield from _beside_vcenter(environment)


def _beside_vcenter(environment: Environment) -> Iterator[Problem]:
    has_glance = environment.vmware is not None and environment.vmware.glance is not None
    wants_glance = environment.storage.images is ImageStore.VCENTER
    if wants_glance and not has_glance:
        yield Problem(
            path="storage.images", message="images on vCenter want a section vmware.glance", source=OURS
        )
    if has_glance and not wants_glance:
        yield Problem(
            path="vmware.glance",
            source="Nailgun, storage.images_vcenter",
            message="is used only with storage.images: vcenter",
        )
    if environment.vmware is None:
        if VolumeBackend.VMDK in environment.storage.volumes:
            yield Problem(
                path="storage.volumes", message="vmdk volumes want a section vmware", source=_CINDER_VMDK
            )
    elif VolumeBackend.VMDK not in environment.storage.volumes:
        yield Problem(
            path="storage.volumes",
            source=_CINDER_VMDK,
            is_warning=True,
            message="there is vCenter, and no "
            "vmdk backend: its servers can have no volumes, since no other kind can be attached to them",
        )
