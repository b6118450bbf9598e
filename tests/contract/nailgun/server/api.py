"""The master's URLs."""

import re
from collections.abc import Callable

from tests.contract.nailgun.server import clusters, data, deploying, nodes, vmware
from tests.contract.nailgun.server.data import Json
from tests.contract.nailgun.server.world import RefusalError, World

Answer = tuple[int, Json]
Handler = Callable[..., Answer]
_ROUTES: list[tuple[str, str, Handler]] = []


def route(method: str, pattern: str) -> Callable[[Handler], Handler]:
    def add(handler: Handler) -> Handler:
        _ROUTES.append((method, pattern, handler))
        return handler

    return add


def answer(world: World, method: str, path: str, query: dict[str, str], body: Json) -> Answer:
    """Do what a request asks for.

    Raises:
        RefusalError: It is refused.
    """
    known = [
        (name, handler, found) for name, pattern, handler in _ROUTES if (found := re.fullmatch(pattern, path))
    ]
    if not known:
        raise RefusalError(404, "not found", plain=True)
    for name, handler, found in known:
        if name == method:
            arguments = (int(each) if each.isdigit() else each for each in found.groups())
            return handler(world, query if method == "GET" else body, *arguments)
    raise RefusalError(405, "None", plain=True)


@route("GET", "releases")
def list_releases(world: World, _: Json) -> Answer:
    return 200, [{**each, "roles": [*world.roles]} for each in data.releases(world.version)]


@route("GET", r"releases/(\d+)")
def read_release(world: World, _: Json, number: int) -> Answer:
    for each in list_releases(world, {})[1]:
        if each["id"] == number:
            return 200, each
    raise RefusalError(404, "Release not found")


@route("GET", r"releases/(\d+)/components")
def list_components(world: World, _: Json, __: int) -> Answer:
    return 200, [{"name": each, "label": each} for each in clusters.components(world)]


def _registry(world: World, kind: str) -> dict[str, Json]:
    if world.version == "6.1":
        raise RefusalError(404, "not found", plain=True)
    return world.roles if kind == "roles" else world.tags


@route("GET", r"releases/(\d+)/(roles|tags)")
def list_roles(world: World, _: Json, __: int, kind: str) -> Answer:
    return 200, [*_registry(world, kind).values()]


@route("GET", r"releases/(\d+)/(roles|tags)/([\w-]+)")
def read_role(world: World, _: Json, release: int, kind: str, name: str) -> Answer:
    if name not in _registry(world, kind):
        told = kind.removesuffix("s").capitalize()
        raise RefusalError(404, f"{told} '{name}' is not found for the release {release}")
    return 200, _registry(world, kind)[name]


@route("POST", r"releases/(\d+)/(roles|tags)")
def create_role(world: World, body: Json, release: int, kind: str) -> Answer:
    registry = _registry(world, kind)
    if body["name"] in registry:
        raise RefusalError(409, f"{kind} with name {body['name']} already present in release {release}")
    if kind == "roles":
        _check_role(world, body)
    registry[body["name"]] = body
    return 201, body


@route("PUT", r"releases/(\d+)/roles/([\w-]+)")
def change_role(world: World, body: Json, release: int, name: str) -> Answer:
    read_role(world, {}, release, "roles", name)
    _check_role(world, body)
    world.roles[name] = body
    return 200, body


@route("DELETE", r"releases/(\d+)/(roles|tags)/([\w-]+)")
def delete_role(world: World, _: Json, release: int, kind: str, name: str) -> Answer:
    read_role(world, {}, release, kind, name)
    if any(name in {*each["roles"], *each["pending_roles"]} for each in world.nodes.values()):
        raise RefusalError(400, "Can't delete roles: [u'vcenter-compute']. It is assigned to some node.")
    del _registry(world, kind)[name]
    return 204, None


def _check_role(world: World, body: Json) -> None:
    known = {*world.roles, *world.tags}
    if strange := [each for each in body["meta"].get("tags", ()) if each not in known]:
        raise RefusalError(400, f"Role {body['name']} contains non-existent tag {strange[0]}")
    volumes = {each["id"] for role in world.roles.values() for each in role["volumes_roles_mapping"]}
    if strange := [each["id"] for each in body["volumes_roles_mapping"] if each["id"] not in volumes]:
        raise RefusalError(400, f"Wrong data in volumes_roles_mapping: volume {strange[0]} not found")


@route("GET", "clusters")
def list_clusters(world: World, _: Json) -> Answer:
    return 200, [clusters.shown(world, each) for each in world.clusters.values()]


@route("POST", "clusters")
def create_cluster(world: World, body: Json) -> Answer:
    return 201, clusters.create(world, body)


@route("GET", r"clusters/(\d+)")
def read_cluster(world: World, _: Json, number: int) -> Answer:
    deploying.go_on(world, number)
    return 200, clusters.shown(world, world.cluster(number))


@route("DELETE", r"clusters/(\d+)")
def delete_cluster(world: World, _: Json, number: int) -> Answer:
    return deploying.delete(world, world.cluster(number))


@route("GET", r"clusters/(\d+)/attributes")
def read_attributes(world: World, _: Json, number: int) -> Answer:
    return 200, {"editable": world.cluster(number).attributes}


@route("PUT", r"clusters/(\d+)/attributes")
def replace_attributes(world: World, body: Json, number: int) -> Answer:
    if world.version == "6.1":
        world.cluster(number).attributes = body["editable"]
        return 200, body
    return change_attributes(world, body, number)


@route("PATCH", r"clusters/(\d+)/attributes")
def change_attributes(world: World, body: Json, number: int) -> Answer:
    return 200, clusters.change_settings(world, world.cluster(number), body)


@route("GET", r"clusters/(\d+)/vmware_attributes")
def read_vmware(world: World, _: Json, number: int) -> Answer:
    return 200, vmware.read(world.cluster(number))


@route("PUT", r"clusters/(\d+)/vmware_attributes")
def change_vmware(world: World, body: Json, number: int) -> Answer:
    return 200, vmware.write(world, world.cluster(number), body)


@route("GET", r"clusters/(\d+)/network_configuration/(neutron|nova_network)")
def read_network(world: World, _: Json, number: int, provider: str) -> Answer:
    return 200, clusters.read_network(world.cluster(number), provider)


@route("PUT", r"clusters/(\d+)/network_configuration/(neutron|nova_network)")
def change_network(world: World, body: Json, number: int, provider: str) -> Answer:
    return clusters.change_network(world, world.cluster(number), provider, body)


@route("PUT", r"clusters/(\d+)/network_configuration/(?:neutron|nova_network)/verify")
def verify(world: World, _: Json, number: int) -> Answer:
    return deploying.verify(world, world.cluster(number))


@route("POST", r"clusters/(\d+)/assignment")
def assign(world: World, body: Json, number: int) -> Answer:
    nodes.assign(world, world.cluster(number), body)
    return 200, None


@route("POST", r"clusters/(\d+)/unassignment")
def unassign(world: World, body: Json, number: int) -> Answer:
    nodes.unassign(world, world.cluster(number), body)
    return 200, None


@route("PUT", r"clusters/(\d+)/changes")
def deploy(world: World, _: Json, number: int) -> Answer:
    return deploying.deploy(world, world.cluster(number))


@route("PUT", r"clusters/(\d+)/stop_deployment")
def stop(world: World, _: Json, number: int) -> Answer:
    return deploying.stop(world, world.cluster(number))


@route("GET", "nodes")
def list_nodes(world: World, _: Json) -> Answer:
    return 200, [*world.nodes.values()]


@route("GET", r"nodes/(\d+)")
def read_node(world: World, _: Json, number: int) -> Answer:
    return 200, world.node(number)


@route("POST", "nodes")
def discover_node(world: World, body: Json) -> Answer:
    return 201, nodes.discover(world, body)


@route("PUT", "nodes")
def change_nodes(world: World, body: Json) -> Answer:
    return 200, nodes.change_many(world, body)


@route("PUT", r"nodes/(\d+)")
def change_node(world: World, body: Json, number: int) -> Answer:
    return 200, nodes.change(world, number, body)


@route("GET", "tasks")
def list_tasks(world: World, query: dict[str, str]) -> Answer:
    wanted = query.get("cluster_id")
    return 200, [each.shown() for each in world.tasks.values() if wanted in {None, str(each.cluster)}]


@route("GET", r"tasks/(\d+)")
def read_task(world: World, _: Json, number: int) -> Answer:
    return 200, deploying.poll(world, number)
