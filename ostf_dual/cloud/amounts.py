"""How much a run will take of a cloud, and how much its project may have."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from ostf_dual.cloud.asking import asking
from ostf_dual.cloud.flavors import Quota
from ostf_dual.errors import OstfError

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.zone import Zone

_VOLUME_GIB = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """So many of each at the same time."""

    servers: int = 0
    vcpus: int = 0
    ram_mib: int = 0
    volumes: int = 0
    volume_gib: int = 0
    ports: int = 0
    floating_ips: int = 0
    networks: int = 0
    subnets: int = 0
    routers: int = 0
    security_groups: int = 0

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(
            **{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)}
        )


def of_zone(zone: "Zone", needs: frozenset[str], makes: Iterable[tuple[str, ...]]) -> Amounts:
    """What a run takes in a zone.

    Args:
        zone: Where.
        needs: What is prepared there for the checks.
        makes: What each check makes there for itself, one check after the other.
    """
    for_itself = [frozenset(each) for each in makes]
    servers = sum(need in needs for need in ("server", "spare")) + any(
        "server" in each for each in for_itself
    )
    volumes = ("volume" in needs) + any("volume" in each for each in for_itself)
    try:
        flavor = zone.flavor
        vcpus, ram_mib = servers * flavor.vcpus, servers * flavor.ram_mib
    except OstfError:  # then no server will be made, and FLV-01 says why
        vcpus = ram_mib = 0
    return Amounts(
        servers=servers,
        vcpus=vcpus,
        ram_mib=ram_mib,
        volumes=volumes,
        volume_gib=volumes * _VOLUME_GIB,
        ports=servers - ("server" in needs),  # the shared server's is counted with the network
    )


def of_network(cloud: "Cloud", zones: int, needs: frozenset[str]) -> Amounts:
    """What the run's network takes: where servers are shared, each zone of the cloud has an address in it."""
    if needs.isdisjoint({"server", "spare", "network"}):
        return Amounts()
    seats = zones if "server" in needs else 0
    is_own = cloud.access.network is None
    has_router = is_own and cloud.access.vantage is not None
    return Amounts(
        ports=seats + is_own + has_router,  # with DHCP's and the router's
        floating_ips=seats if has_router else 0,
        networks=int(is_own),
        subnets=int(is_own),
        routers=int(has_router),
        security_groups=1,
    )


def shortfalls(cloud: "Cloud", wanted: Amounts, *, own_project: bool) -> tuple[str, ...]:
    """Why a project may not have so much, a line with figures each. Where a quota cannot be read it says nothing.

    Args:
        cloud: Whose quotas.
        wanted: How much.
        own_project: Whether the run will make a project, which gets the default quotas; else it is the given one.
    """
    needed = {name: getattr(wanted, attribute) for name, attribute in _NAMES.items()}
    if own_project:
        needed["security_group"] += 1  # every project's `default`
    quotas = _defaults(cloud) if own_project else _of_project(cloud)
    who = "a new project" if own_project else "the project"
    return tuple(
        f"{who} may have {quota.limit} {name} and has {quota.used}, the run needs {needed[name]} more"
        for name, quota in quotas.items()
        if quota.fault(needed[name]) is not None
    )


_NAMES = {
    "instances": "servers",
    "cores": "vcpus",
    "ram": "ram_mib",
    "volumes": "volumes",
    "gigabytes": "volume_gib",
    "network": "networks",
    "subnet": "subnets",
    "router": "routers",
    "port": "ports",
    "floatingip": "floating_ips",
    "security_group": "security_groups",
}
"""As OpenStack's quotas call them."""


def _of_project(cloud: "Cloud") -> dict[str, Quota]:
    project: Any = cloud.project
    found: dict[str, Quota] = {}
    with asking("the project's compute limits"):
        compute = project.compute.get_limits().absolute
    found["instances"] = _quota("instances", compute.instances, compute.instances_used)
    found["cores"] = _quota("cores", compute.total_cores, compute.total_cores_used)
    found["ram"] = _quota("ram", compute.total_ram, compute.total_ram_used)
    with asking("the project's volume limits"):
        storage = project.block_storage.get_limits().absolute
    found["volumes"] = _quota("volumes", storage.max_total_volumes, storage.total_volumes_used)
    found["gigabytes"] = _quota("gigabytes", storage.max_total_volume_gigabytes, storage.total_gigabytes_used)
    path = f"/quotas/{project.current_project_id}/details.json"
    with asking("the project's network quota"):
        answer = (cloud.admin or project).network.get(path)
    if answer.ok:  # to ordinary users many clouds do not tell
        told = answer.json()["quota"]
        found |= {
            name: _quota(name, told[name]["limit"], told[name]["used"]) for name in _NAMES if name in told
        }
    return found


def _defaults(cloud: "Cloud") -> dict[str, Quota]:
    """What a new project gets."""
    admin: Any = cloud.required_admin()
    project_id, told = cloud.project.current_project_id, dict[str, int]()
    with asking("the default quotas"):
        for service, path, key in (
            (admin.compute, f"/os-quota-sets/{project_id}/defaults", "quota_set"),
            (admin.block_storage, f"/os-quota-sets/{project_id}/defaults", "quota_set"),
            (admin.network, f"/quotas/{project_id}/default", "quota"),
        ):
            answer = service.get(path)
            told |= answer.json()[key] if answer.ok else {}
    return {name: _quota(name, told[name], 0) for name in _NAMES if name in told}


def _quota(name: str, limit: int, used: int) -> Quota:
    return Quota(name=name, limit=limit, used=used)
