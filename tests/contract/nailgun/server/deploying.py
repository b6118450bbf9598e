"""What a master does over time: each question for a task takes it one step further."""

import re
from collections.abc import Callable, Iterator

from tests.contract.nailgun.server.data import Json
from tests.contract.nailgun.server.world import Cluster, RefusalError, Task, World, reset

DEPLOYMENT = [("running", 0), ("running", 29), ("running", 58), ("running", 88), ("running", 100)]
ANOTHER = "Cannot perform the actions because there are another running tasks."
HOST, ZONE, SERVICE = r"[a-zA-Z\d]+[-\.\da-zA-Z]*$", r"(?!nova$)\w+$", r"\w[\w\-]+$"


def deploy(world: World, cluster: Cluster) -> tuple[int, Json]:
    """PUT changes. What its checks refuse is a task in error, under HTTP 200."""
    if world.running(cluster.number):
        raise RefusalError(400, ANOTHER, plain=True)
    if fault := _fault(world, cluster):
        task = world.task("deploy", cluster.number, status="error", progress=100, message=fault)
        world.task(
            "check_before_deployment", cluster.number, status="error", message=fault, parent=task.number
        )
        return 200, task.shown()
    task = world.task("deploy", cluster.number, steps=list(DEPLOYMENT))
    for name in ("provision", "deployment"):
        world.task(name, cluster.number, parent=task.number, status="running")
    cluster.status = "deployment"
    for node in world.members(cluster.number):
        if node["pending_roles"]:
            node["roles"] = [*dict.fromkeys([*node["roles"], *node["pending_roles"]])]
            node.update(pending_roles=[], pending_addition=False, status="provisioning")
    return 202, task.shown()


def _fault(world: World, cluster: Cluster) -> str | None:
    members = world.members(cluster.number)
    offline = [each for each in members if not each["online"]]
    if cluster.uses_vcenter and cluster.vmware["editable"].get("value") is None:
        return "'NoneType' object has no attribute 'get'"
    if offline:
        told = ", ".join(f"{each['name']} (id={each['id']}, mac={each['mac']})" for each in offline)
        return f'Nodes "{told}" are offline. Remove them from environment and try again.'
    if few := few_osds(cluster, members):
        return few
    if same := same_vlan(cluster):
        return same
    faults = [*_target_faults(world, cluster), *(_vmware_faults(cluster) if cluster.uses_vcenter else ())]
    return "\n".join(faults) or None


def few_osds(cluster: Cluster, members: list[Json]) -> str | None:
    """More copies than nodes that may hold one."""
    storage = cluster.attributes["storage"]
    found = sum("ceph-osd" in {*each["roles"], *each["pending_roles"]} for each in members)
    copies = int(storage["osd_pool_size"]["value"])
    if found >= copies or not (storage["volumes_ceph"]["value"] or storage["images_ceph"]["value"]):
        return None
    return (
        f"Number of OSD nodes ({found}) cannot be less than the Ceph object replication factor ({copies}). Please "
        "either assign ceph-osd role to more nodes, or reduce Ceph replication factor in the Settings tab."
    )


def same_vlan(cluster: Cluster) -> str | None:
    """The one network fault that only a check finds."""
    tags = [each["vlan_start"] for each in cluster.network["networks"] if each["vlan_start"]]
    if len(tags) == len(set(tags)):
        return None
    return (
        "Node node-1, interface eth0: storage networks use the same VLAN tags. Different VLAN tags should be "
        "assigned to the networks on the same interface."
    )


def _target_faults(world: World, cluster: Cluster) -> Iterator[str]:
    """Asked wherever a node has the role, also of a cluster that is to have no vCenter any more."""
    zones = cluster.vmware["editable"]["value"]["availability_zones"]
    computes = [each for zone in zones for each in zone["nova_computes"]]
    targets = {each["target_node"]["current"]["id"] for each in computes if "target_node" in each}
    there = [
        each
        for each in world.members(cluster.number)
        if "compute-vmware" in {*each["roles"], *each["pending_roles"]}
    ]
    mine = [each for each in there if not each["pending_deletion"]]
    hosts = {each.get("hostname") for each in there}
    if going := [
        each["name"] for each in there if each["pending_deletion"] and each.get("hostname") in targets
    ]:
        yield (
            "The following nodes are prepared for deletion and couldn't be assigned to any vCenter cluster: "
            + ", ".join(going)
        )
    if unassigned := [each["name"] for each in mine if each.get("hostname") not in targets]:
        yield (
            "The following compute-vmware nodes are not assigned to any vCenter cluster: "
            + ", ".join(unassigned)
        )
    if there and (strange := sorted(targets - hosts - {"controllers"})):
        yield (
            "The following nodes don't belong to compute-vmware nodes of environment and couldn't be assigned "
            "to any vSphere cluster: " + ", ".join(strange)
        )


def _vmware_faults(cluster: Cluster) -> Iterator[str]:
    zones = cluster.vmware["editable"]["value"]["availability_zones"]
    computes = [each for zone in zones for each in zone["nova_computes"]]
    checks: tuple[tuple[str, str, str], ...] = (
        ("vcenter_host", HOST, "Invalid vCenter host"),
        ("vcenter_username", r"\S", "Empty vCenter username"),
        ("vcenter_password", r"\S", "Empty vCenter password"),
        ("az_name", ZONE, "Invalid availability zone name"),
    )
    for zone in zones:
        yield from (told for key, pattern, told in checks if not re.match(pattern, zone[key]))
    for each in computes:
        for key, pattern, told in (
            ("vsphere_cluster", r"\S", "Invalid vSphere cluster"),
            ("service_name", SERVICE, "Invalid service name"),
            ("datastore_regex", r"\S", "Invalid datastore regex"),
        ):
            if not re.match(pattern, each[key]):
                yield told


def poll(world: World, number: int) -> Json:
    """GET a task."""
    task = world.tasks.get(number)
    if task is None:
        raise RefusalError(404, "Task not found")
    if not task.is_over:
        _step(world, task)
        if number not in world.tasks:
            raise RefusalError(404, "Task not found")
    return task.shown()


def _step(world: World, task: Task) -> None:
    if task.name == "deploy" and world.stop_at is not None and task.progress >= world.stop_at:
        world.stop_at = None
        _stopped(world, task)
    elif task.steps:
        task.status, task.progress = task.steps.pop(0)
        cluster = world.clusters[task.cluster]
        if task.name == "deploy" and task.progress:
            cluster.status = "partially_deployed"
    else:
        _ENDS[task.name](world, task)


def _deployed(world: World, task: Task) -> None:
    cluster = world.clusters[task.cluster]
    fault, world.deployment_fault = world.deployment_fault, None
    task.status, task.progress = "error" if fault else "ready", 100
    task.message = (
        f"Deployment has failed. {fault}" if fault else f"Deployment of environment '{cluster.name}' is done."
    )
    for part in world.running(task.cluster):
        part.status, part.progress = task.status, 100
    for node in world.members(task.cluster):
        if node["pending_deletion"] and not fault:
            world.release(node)
        elif node["roles"] and node["status"] != "ready":
            is_bad = fault or node["id"] in world.lame
            node.update(status="error" if is_bad else "ready", error_type="deploy" if is_bad else None)
    is_whole = all(each["status"] == "ready" for each in world.members(task.cluster))
    cluster.status = "error" if fault else "operational" if is_whole else "partially_deployed"
    if not fault:
        cluster.changes = []
        address = {"ipaddr": "172.16.0.3"}
        cluster.network.update(public_vip="172.16.0.3", vips={"public": address})


def stop(world: World, cluster: Cluster) -> tuple[int, Json]:
    """PUT stop_deployment."""
    if not any(each.name == "deploy" for each in world.running(cluster.number)):
        raise RefusalError(400, "Nothing to stop", plain=True)
    task = world.task("stop_deployment", cluster.number, status="running", steps=[("running", 50)])
    return 202, task.shown()


def _stopped(world: World, task: Task) -> None:
    """The deployment's tasks are gone, and its nodes are discovered again, whatever they were."""
    cluster = world.clusters[task.cluster]
    for each in [*world.tasks.values()]:
        if each.cluster == cluster.number and each.name in {"deploy", "provision", "deployment"}:
            del world.tasks[each.number]
    for node in world.members(cluster.number):
        roles = [*dict.fromkeys([*node["roles"], *node["pending_roles"]])]
        reset(node)
        node.update(pending_roles=roles, pending_addition=True)
    cluster.status = "stopped"
    if task.name == "stop_deployment":
        task.status, task.progress, task.message = "ready", 100, "was successfully stopped."


def delete(world: World, cluster: Cluster) -> tuple[int, Json]:
    """DELETE a cluster; before 9.2 the answer names no task."""
    if any(each.name == "deploy" for each in world.running(cluster.number)):
        raise RefusalError(
            400, f"Can't delete environment '{cluster.number}' when running deployment task exists."
        )
    cluster.status = "remove"
    task = world.task("cluster_deletion", cluster.number, status="running", steps=[("running", 0)])
    return 202, task.shown() if world.version == "9.2" else {}


def go_on(world: World, number: int) -> None:
    """A deletion of which no task was told goes on by itself."""
    if world.version != "9.2":
        for task in world.running(number):
            if task.name == "cluster_deletion":
                _step(world, task)


def _deleted(world: World, task: Task) -> None:
    if world.deletion_fault:
        task.status, task.message, world.deletion_fault = "error", world.deletion_fault, None
        return
    for node in world.members(task.cluster):
        world.release(node)
    del world.clusters[task.cluster]
    for each in [*world.tasks.values()]:
        if each.cluster == task.cluster:
            del world.tasks[each.number]


def verify(world: World, cluster: Cluster) -> tuple[int, Json]:
    """PUT .../verify."""
    if fault := same_vlan(cluster):
        task = world.task("check_networks", cluster.number, status="error", progress=100, message=fault)
        return 200, task.shown()
    task = world.task("verify_networks", cluster.number, status="running", steps=[("running", 0)])
    return 202, task.shown()


def _ready(_: World, task: Task) -> None:
    task.status, task.progress, task.message = "ready", 100, ""


_ENDS: dict[str, Callable[[World, Task], None]] = {
    "deploy": _deployed,
    "stop_deployment": _stopped,
    "cluster_deletion": _deleted,
    "verify_networks": _ready,
    "check_networks": _ready,
}
