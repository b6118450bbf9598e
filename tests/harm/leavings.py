"""What a run has in the lab, by our own look: the APIs as admin, libvirt, the vCenter, and the nodes' files."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.environment.load import load_access
from ostf_dual.hypervisors.vcenter import VCenter

_NODES_FILES = (
    "compute-kvm/nova/instances",
    "compute-kvm/nova/mnt",
    "cinder-kvm/mnt",
    "volumes",
    "glance",
    "vc1/datastores",
)
"""Where disks are; Cinder's lock files, which it keeps, are elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A thing of OpenStack that names a run."""

    kind: str
    id: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name or self.id}"


def in_openstack(cloud: Any, run_id: str) -> frozenset[Thing]:
    """Everything that names a run in any way, in all projects."""
    return frozenset(
        Thing(kind=kind, id=each.id, name=each.name or "")
        for kind, each in _everything(cloud)
        if run_id in repr(each.to_dict())
    )


def _everything(cloud: Any) -> Iterator[tuple[str, Any]]:
    compute, storage, network, identity = cloud.compute, cloud.block_storage, cloud.network, cloud.identity
    lists = {
        "server": compute.servers(all_projects=True),
        "volume": storage.volumes(all_projects=True),
        "snapshot": storage.snapshots(all_projects=True),
        "image": cloud.image.images(),
        "port": network.ports(),
        "floating ip": network.ips(),
        "router": network.routers(),
        "network": network.networks(),
        "subnet": network.subnets(),
        "security group": network.security_groups(),
        "flavor": compute.flavors(is_public="None"),
        "project": identity.projects(),
        "user": identity.users(),
    }
    for kind, things in lists.items():
        for each in things:
            yield kind, each
    for each in identity.users():
        for pair in compute.keypairs(user_id=each.id):
            yield "key pair", pair


def beside_openstack(lab: Lab, things: frozenset[Thing]) -> list[str]:
    """What hypervisors and nodes have of things that OpenStack should have forgotten, a line each."""
    ids = [each.id for each in things if each.kind in {"server", "volume", "snapshot", "image"}]
    projects = [each.id for each in things if each.kind == "project"]
    found = [
        f"file {path}"
        for name in _NODES_FILES
        for each in ids
        for path in (lab.layout.var / name).rglob(f"*{each}*")
    ]
    domains = lab.inside.run(["virsh", "list", "--all", "--uuid"])
    found += [f"domain {each}" for each in ids if each in domains]
    access = load_access(lab.layout.environment_file)
    for each in access.vcenters:
        found += list(_in_vcenter(VCenter.connect(each), ids, projects))
    return found


def _in_vcenter(vcenter: VCenter, ids: list[str], projects: list[str]) -> Iterator[str]:
    from pyVmomi import vim

    try:
        for record in vcenter.in_view(vim.VirtualMachine, "name", "config.instanceUuid").values():
            told = f"{record.get('name')} {record.get('config.instanceUuid')}"
            if any(each in told for each in ids):
                yield f"virtual machine {told}"
        for record in vcenter.in_view(vim.Folder, "name").values():
            if any(each in record["name"] for each in projects):
                yield f"inventory folder {record['name']}"
    finally:
        vcenter.close()


def orphaned_groups(cloud: Any, things: frozenset[Thing]) -> list[str]:
    """Security groups of the run's projects."""
    projects = {each.id for each in things if each.kind == "project"}
    groups = (each for each in cloud.network.security_groups() if each.project_id in projects)
    return [f"security group {each.name} of project {each.project_id}" for each in groups]
