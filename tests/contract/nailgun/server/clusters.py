"""Clusters: how they are created, their settings and their networks."""

from copy import deepcopy
from ipaddress import IPv4Address, ip_network
from itertools import combinations

from tests.contract.nailgun.server import data
from tests.contract.nailgun.server.data import Json
from tests.contract.nailgun.server.world import Cluster, RefusalError, World, traceback


def components(world: World) -> tuple[str, ...]:
    """Of the release; 6.1 has none."""
    if world.version == "6.1":
        raise RefusalError(404, "not found", plain=True)
    return (*data.COMPONENTS, *((data.DVS_COMPONENT,) if world.has_dvs else ()))


def create(world: World, body: Json) -> Json:
    """POST a cluster."""
    release = body.get("release", body.get("release_id"))
    found = {each["id"]: each for each in data.releases(world.version)}
    if release is None:
        raise RefusalError(400, "Release ID is required")
    if release not in found:
        raise RefusalError(400, "Invalid release ID")
    if any(each.name == body["name"] for each in world.clusters.values()):
        raise RefusalError(409, "Environment with this name already exists")
    if found[release]["state"] != "available":
        raise RefusalError(403, f"Release with ID '{release}' is not deployable.")
    provider = body.get("net_provider", "neutron")
    if provider == "nova_network" and world.version == "9.2":
        raise RefusalError(400, "Nova network is not supported in current release", plain=True)
    chosen = body.get("components", [])
    if chosen:
        _check_components(world, chosen, found[release]["name"])
    made = Cluster(
        number=next(world.cluster_numbers),
        name=body["name"],
        release=release,
        provider=provider,
        mode=body.get("mode", "ha_compact"),
        attributes=data.attributes(has_dvs=world.has_dvs),
        network=data.network(provider),
        vmware=data.vmware(world.version),
        components=chosen,
    )
    made.attributes["common"]["use_vcenter"]["value"] = "hypervisor:vmware" in chosen
    if data.DVS_COMPONENT in chosen:
        made.attributes[data.DVS_PLUGIN]["metadata"]["enabled"] = True
    world.clusters[made.number] = made
    return shown(world, made)


def _check_components(world: World, chosen: list[str], release: str) -> None:
    if strange := [each for each in chosen if each not in components(world)]:
        told = ", ".join(f"u'{each}'" for each in strange)
        raise RefusalError(400, f'[{told}] components are not related to release "{release}".')
    if "hypervisor:vmware" in chosen:
        if "network:neutron:ml2:tun" in chosen:
            raise RefusalError(
                400,
                "Incompatible components were found: 'hypervisor:vmware' incompatible with "
                "[u'network:neutron:ml2:tun'].",
            )
        if "hypervisor:qemu" not in chosen:
            raise RefusalError(
                400, "Requires [u'hypervisor:qemu'] for 'hypervisor:vmware' components were not satisfied."
            )
    elif data.DVS_COMPONENT in chosen:
        raise RefusalError(
            400, f"Requires [u'hypervisor:vmware'] for '{data.DVS_COMPONENT}' components were not satisfied."
        )


def shown(world: World, cluster: Cluster) -> Json:
    """GET a cluster."""
    found = {
        "id": cluster.number,
        "name": cluster.name,
        "status": cluster.status,
        "release_id": cluster.release,
        "net_provider": cluster.provider,
        "mode": cluster.mode,
        "fuel_version": world.version,
        "changes": [{"node_id": None, "name": each} for each in cluster.changes],
    }
    if world.version == "9.2":
        found |= {"is_locked": world.is_locked(cluster), "components": cluster.components}
    return found


def change_settings(world: World, cluster: Cluster, body: Json) -> Json:
    """PATCH attributes, in 9.2 PUT too: what is sent is put into what is there."""
    if not isinstance(body, dict):
        raise traceback("AttributeError: 'unicode' object has no attribute 'get'")
    for section, settings in body.get("editable", {}).items():
        for name, sent in settings.items():
            before = cluster.attributes.get(section, {}).get(name, {})
            _check_setting(world, cluster, f"{section}.{name}", before, sent)
    for section, settings in body.get("editable", {}).items():
        for name, sent in settings.items():
            cluster.attributes.setdefault(section, {}).setdefault(name, {}).update(sent)
    if "attributes" not in cluster.changes:
        cluster.changes.append("attributes")
    return {"editable": cluster.attributes}


def _check_setting(world: World, cluster: Cluster, path: str, before: Json, sent: Json) -> None:
    if "value" not in sent or "value" not in before:
        return
    if type(sent["value"]) is not type(before["value"]):
        kind = "boolean" if isinstance(before["value"], bool) else "string"
        told = f"{sent['value']} is not of type '{kind}'"
        raise RefusalError(
            400, f"{told}\n\nFailed validating 'type' in schema:\n    {{}}\n\nOn instance: {sent}"
        )
    if world.is_locked(cluster) and sent["value"] != before["value"]:
        raise RefusalError(
            403, f"Environment attribute '{path}' couldn't be changed after or during deployment."
        )


def read_network(cluster: Cluster, provider: str) -> Json:
    """GET a cluster's networks, by the provider that it has."""
    if cluster.provider != provider:
        raise RefusalError(400, f"Wrong net provider - environment uses '{cluster.provider}'")
    return cluster.network


def change_network(world: World, cluster: Cluster, provider: str, body: Json) -> tuple[int, Json]:
    """PUT a cluster's networks; before 8.0 the answer is a task."""
    read_network(cluster, provider)
    for one, other in combinations((each for each in body["networks"] if each["cidr"]), 2):
        if ip_network(one["cidr"]).overlaps(ip_network(other["cidr"])):
            raise RefusalError(
                400,
                f"Address space intersection between networks:\n{one['name']}, {other['name']} "
                f"(Network IDs: {one['id']}, {other['id']})",
                errors=[{"errors": ["cidr"], "ids": [one["id"], other["id"]]}],
            )
    (public,) = (each for each in body["networks"] if each["name"] == "public")
    for first, last in body["networking_parameters"]["floating_ranges"]:
        for low, high in public["ip_ranges"]:
            if IPv4Address(first) <= IPv4Address(high) and IPv4Address(low) <= IPv4Address(last):
                raise RefusalError(
                    400,
                    "Address space intersection between ranges of public and floating network. "
                    f"(Network IDs: {public['id']})",
                    errors=[{"errors": ["ip_ranges"], "ids": [public["id"]]}],
                )
    cluster.network = deepcopy(body)
    for each in cluster.network["networks"]:
        if each["meta"]["notation"] == "cidr":
            addresses = ip_network(each["cidr"])
            first = addresses[2 if each["meta"].get("use_gateway") else 1]
            each["ip_ranges"] = [[str(first), str(addresses[-2])]]
    if "networks" not in cluster.changes:
        cluster.changes.append("networks")
    if world.version == "6.1":
        return 202, world.task("check_networks", cluster.number, status="running").shown()
    return 200, cluster.network
