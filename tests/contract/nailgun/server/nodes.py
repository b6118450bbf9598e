"""Nodes and their roles: `assignment` holds the rules, and the bulk calls hold none."""

import json

from tests.contract.nailgun.server.data import Json
from tests.contract.nailgun.server.world import Cluster, RefusalError, World

_SCHEMA = (
    "\n\nFailed validating 'required' in schema['items']:\n    {'properties': {'id': {}}}"
    "\n\nOn instance[0]:\n    "
)


def assign(world: World, cluster: Cluster, body: Json) -> None:
    """POST assignment; replaces the roles that are pending."""
    for each in body:
        if "id" not in each:
            raise RefusalError(400, f"'id' is a required property{_SCHEMA}{each}")
    missing = [str(each["id"]) for each in body if each["id"] not in world.nodes]
    if missing:
        raise RefusalError(400, f"Nodes with ids {', '.join(missing)} were not found.")
    for each in body:
        _check_roles(world, cluster, each["roles"])
    for each in body:
        node = world.nodes[each["id"]]
        roles = [*dict.fromkeys(each["roles"])]
        node["pending_roles"] = [role for role in roles if role not in node["roles"]]
        node["pending_addition"] = node["status"] != "ready"
        node["cluster"] = cluster.number
        cluster.changes.append(f"node {each['id']}")


def _check_roles(world: World, cluster: Cluster, roles: list[str]) -> None:
    known = world.roles
    if strange := [each for each in roles if each not in known]:
        raise RefusalError(
            400, f"{', '.join(strange)} are not valid roles for node in environment {cluster.number}"
        )
    for role in roles:
        meta = known[role]["meta"]
        for each in meta.get("restrictions", ()):
            section, name = (
                each["condition"].removeprefix("settings:").removesuffix(".value == false").split(".")
            )
            if not cluster.attributes[section][name]["value"]:
                raise RefusalError(400, f"Role '{role}' restrictions mismatch: {each['message']}")
        for other in roles:
            if other != role and other in meta.get("conflicts", ()):
                raise RefusalError(400, f"Role '{role}' in conflict with role '{other}'.")


def unassign(world: World, cluster: Cluster, body: Json) -> None:
    """POST unassignment; a deployed node only gets a mark."""
    for each in body:
        node = world.node(each["id"])
        if node["status"] == "ready":
            node["pending_deletion"] = True
        else:
            node.update(cluster=None, pending_roles=[], pending_addition=False, roles=[], status="discover")
    cluster.changes.append("nodes")


def change(world: World, number: int, body: Json) -> str:
    """PUT one node; the answer is JSON in a JSON string, and forbidden roles are taken."""
    node = world.node(number)
    node.update({("cluster" if key == "cluster_id" else key): value for key, value in body.items()})
    return json.dumps(node)


def change_many(world: World, body: Json) -> Json:
    """PUT nodes; forbidden roles are taken."""
    for each in body:
        change(world, each["id"], {key: value for key, value in each.items() if key != "id"})
    return [world.node(each["id"]) for each in body]


def discover(world: World, body: Json) -> Json:
    """POST a node, as the bootstrap image does."""
    if body.get("status") != "discover":
        raise RefusalError(403, "Only bootstrap nodes are allowed to be registered.")
    if any(each["mac"] == body["mac"] for each in world.nodes.values()):
        raise RefusalError(409, f"Node with mac {body['mac']} already exists - doing nothing")
    return world.nodes[world.boot(body["mac"], body.get("name"))]
