"""PUT vmware_attributes: what is checked of it, what is not, and how it can be poisoned."""

from copy import deepcopy

from tests.contract.nailgun.server.data import Json
from tests.contract.nailgun.server.world import Cluster, RefusalError, World, traceback

LOCKED = "Environment attributes can't be changed after or during deployment."


def read(cluster: Cluster) -> Json:
    """GET; a cluster without vCenter has none."""
    if not cluster.uses_vcenter:
        raise RefusalError(400, "Cluster doesn't support vmware configuration")
    return cluster.vmware


def write(world: World, cluster: Cluster, body: Json) -> Json:
    """PUT; the value is replaced whole, and the answer lacks the metadata."""
    before = read(cluster)
    if world.is_locked(cluster) and not _has_pending_compute(world, cluster):
        raise RefusalError(403, LOCKED)
    if "editable" not in body:
        raise RefusalError(400, "'editable' is a required property")
    editable = body["editable"]
    if "metadata" in editable and editable["metadata"] != before["editable"]["metadata"]:
        raise RefusalError(400, "Metadata shouldn't change")
    if before["editable"].get("value") is None:
        raise traceback("TypeError: 'NoneType' object has no attribute '__getitem__'")
    value = editable.get("value")
    if value is not None:
        _check(world, cluster, before["editable"]["value"], value)
    cluster.vmware["editable"]["value"] = deepcopy(value)
    if "vmware_attributes" not in cluster.changes:
        cluster.changes.append("vmware_attributes")
    return {"editable": {"value": value}}


def _check(world: World, cluster: Cluster, before: Json, value: Json) -> None:
    computes = value["availability_zones"][0]["nova_computes"]  # the first zone only
    has_targets = world.version == "9.2"
    for key in ("vsphere_cluster", "service_name", "target_node")[: 3 if has_targets else 2]:
        seen = set()
        for each in computes:
            if key not in each:
                raise traceback(f"KeyError: '{key}'")
            found = each[key]["current"]["id"] if key == "target_node" else each[key]
            if not found:
                raise RefusalError(400, f"Empty value for attribute '{key}' is not allowed")
            if found in seen and found != "controllers":
                raise RefusalError(400, f"Duplicate value '{found}' for attribute '{key}' is not allowed")
            seen.add(found)
    if has_targets:
        _check_working(world, cluster, before, value)


def _check_working(world: World, cluster: Cluster, before: Json, value: Json) -> None:
    """Nothing changes of the computes of nodes that do their work; the first zone only."""
    was, now = _computes(before), _computes(value)
    for node in world.members(cluster.number):
        is_working = node["status"] == "ready" and not node["pending_deletion"]
        target = node.get("hostname")
        if not is_working or "compute-vmware" not in node["roles"] or target not in was:
            continue
        if target not in now:
            told = (
                f"The following compute-vmware node couldn't be deleted from vSphere cluster: {node['name']}"
            )
            raise RefusalError(400, told)
        for key in ("vsphere_cluster", "service_name", "datastore_regex"):
            if was[target][key] != now[target][key]:
                told = f"Parameter '{key}' of nova compute instance with target node '{target}' couldn't be changed"
                raise RefusalError(400, told)


def _computes(value: Json) -> dict[str, Json]:
    zones = value["availability_zones"][:1]
    return {each["target_node"]["current"]["id"]: each for zone in zones for each in zone["nova_computes"]}


def _has_pending_compute(world: World, cluster: Cluster) -> bool:
    return any(
        "compute-vmware" in each["pending_roles"] or each["pending_deletion"]
        for each in world.members(cluster.number)
    )
