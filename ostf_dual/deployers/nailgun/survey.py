"""What is on the master already: everything that a plan is made of. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ostf_dual.deployers.nailgun import networks, nodes, release, settings, tasks
from ostf_dual.deployers.nailgun.master import Master
from ostf_dual.deployers.nailgun.nodes import Node
from ostf_dual.deployers.nailgun.release import Release
from ostf_dual.deployers.nailgun.tasks import Task
from ostf_dual.environment.definition import Environment
from ostf_dual.errors import InputError

_UNLOCKED = frozenset({"new", "stopped"})
OPERATIONAL = "operational"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Cluster:
    """A cluster as it is.

    Attributes:
        is_locked: Whether its settings can no longer be changed, as in releases before 9.0 once it is deployed.
        has_changes: Whether something was changed since the last deployment.
        editable: Its settings.
        vmware: Its `vmware_attributes`; None: it is not for vCenter.
        running: What goes on in it.
    """

    number: int
    status: str
    is_locked: bool
    has_changes: bool
    editable: Mapping[str, Any]
    network: Mapping[str, Any]
    vmware: Mapping[str, Any] | None
    running: tuple[Task, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Survey:
    """A master, as far as a definition is concerned.

    Attributes:
        components: Of which clusters are made; None: this release has none.
        roles: The roles that the definition's nodes are to have, by the master's names; None: the master has it not.
        cluster: The cluster of the definition's name.
    """

    release: Release
    components: tuple[str, ...] | None
    roles: Mapping[str, Mapping[str, Any] | None]
    nodes: tuple[Node, ...]
    cluster: Cluster | None


def surveyed(master: Master, environment: Environment) -> Survey:
    """Ask the master for all of it.

    Raises:
        InputError: It is of another Fuel release than the definition.
        OstfError: It could not be asked.
    """
    found = release.release_of(master, environment)
    number = cluster_named(master, environment.name)
    wanted = release.roles_on_master(environment, (role for node in environment.nodes for role in node.roles))
    return Survey(
        release=found,
        components=_components(master, environment, found),
        roles={name: release.role_of(master, found, name) for name in wanted},
        nodes=nodes.nodes_of(master),
        cluster=None if number is None else cluster_of(master, environment, number),
    )


def cluster_named(master: Master, name: str) -> int | None:
    """The number of the cluster that has a name; None: none has."""
    return next((each["id"] for each in master.read("clusters") if each["name"] == name), None)


def cluster_of(master: Master, environment: Environment, number: int) -> Cluster:
    """A cluster, read whole.

    Raises:
        InputError: It was made with the other network provider.
    """
    found = master.read(f"clusters/{number}")
    path = networks.path_of(environment)
    if found.get("net_provider") and not path.endswith(found["net_provider"]):
        raise InputError(
            f"network.provider: the cluster {environment.name!r} was made with {found['net_provider']}, and "
            "that cannot be changed: destroy it first"
        )
    editable = master.read(f"clusters/{number}/attributes")["editable"]
    has_vcenter = bool(settings.value_of(editable, settings.USE_VCENTER))
    return Cluster(
        number=number,
        status=found["status"],
        is_locked=bool(found.get("is_locked", found["status"] not in _UNLOCKED)),
        has_changes=bool(found.get("changes")),
        editable=editable,
        network=master.read(f"clusters/{number}/{path}"),
        vmware=master.read(f"clusters/{number}/vmware_attributes") if has_vcenter else None,
        running=tasks.tasks_of(master, number),
    )


def _components(master: Master, environment: Environment, found: Release) -> tuple[str, ...] | None:
    if not release.has_components(environment):
        return None
    return tuple(each["name"] for each in master.read(f"releases/{found.number}/components"))
