"""A Fuel master's state, and the errors by which it refuses."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count

from tests.contract.nailgun.server import data
from tests.contract.nailgun.server.data import Json


class RefusalError(Exception):
    """An error answer; `plain` ones are no JSON."""

    def __init__(self, status: int, message: str, *, plain: bool = False, errors: Json = ()) -> None:
        super().__init__(message)
        self.status, self.message, self.plain, self.errors = status, message, plain, list(errors)


def traceback(line: str) -> RefusalError:
    """How an unexpected fault of the master looks to its clients."""
    return RefusalError(
        500, f'Traceback (most recent call last):\n  File "nailgun/api/base.py", line 172\n{line}'
    )


@dataclass(kw_only=True)
class Task:
    """A task; `steps` are what the next questions for it will see: status and progress."""

    number: int
    name: str
    cluster: int
    status: str = "pending"
    progress: int = 0
    message: str | None = None
    parent: int | None = None
    steps: list[tuple[str, int]] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return self.status in {"ready", "error"}

    def shown(self) -> Json:
        return {
            "id": self.number,
            "name": self.name,
            "cluster": self.cluster,
            "status": self.status,
            "progress": self.progress,
            "message": self.message,
            "parent_id": self.parent,
            "result": {},
        }


@dataclass(kw_only=True)
class Cluster:
    """A cluster."""

    number: int
    name: str
    release: int
    provider: str
    attributes: Json
    network: Json
    vmware: Json
    components: list[str]
    mode: str = "ha_compact"
    status: str = "new"
    changes: list[str] = field(default_factory=lambda: ["attributes", "networks", "vmware_attributes"])

    @property
    def uses_vcenter(self) -> bool:
        return bool(self.attributes["common"]["use_vcenter"]["value"])


@dataclass(kw_only=True)
class World:
    """A master.

    Attributes:
        version: Of Fuel: 9.2, or 6.1 with what that did otherwise.
        has_dvs: Whether the plugin for a distributed switch is installed.
        deployment_fault: What the next deployment fails by.
        deletion_fault: What the next deletion of a cluster fails by.
        lame: Nodes that the next deployment leaves in error, although it ends well.
        stop_at: Progress at which somebody else stops the next deployment.
        before_poll: Is called before each question for a task.
    """

    version: str = "9.2"
    has_dvs: bool = True
    deployment_fault: str | None = None
    deletion_fault: str | None = None
    lame: set[int] = field(default_factory=set)
    stop_at: int | None = None
    before_poll: Callable[[], None] = lambda: None
    roles: dict[str, Json] = field(default_factory=data.roles_92)
    tags: dict[str, Json] = field(default_factory=dict)
    nodes: dict[int, Json] = field(default_factory=dict)
    clusters: dict[int, Cluster] = field(default_factory=dict)
    tasks: dict[int, Task] = field(default_factory=dict)
    node_numbers: Iterator[int] = field(default_factory=lambda: count(1))
    cluster_numbers: Iterator[int] = field(default_factory=lambda: count(1))
    task_numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def boot(self, mac: str, name: str | None = None) -> int:
        """A machine boots by PXE, and is discovered."""
        number = next(self.node_numbers)
        self.nodes[number] = {
            "id": number,
            "name": name or f"Untitled ({mac[-5:]})",
            "hostname": f"node-{number}",
            "mac": mac,
            "meta": {"interfaces": [{"name": "eth0", "mac": mac}]},
            "cluster": None,
            "online": True,
            **_BOOTSTRAPPED,
        }
        if self.version == "6.1":
            del self.nodes[number]["hostname"]
        return number

    def become_early(self) -> None:
        """Fuel 6.1: no switch, no hostnames, no role for vCenter."""
        self.version, self.has_dvs = "6.1", False
        self.roles = {name: data.role(name) for name in data.ROLES_61}
        for each in self.nodes.values():
            del each["hostname"]

    def node(self, number: int) -> Json:
        if number not in self.nodes:
            raise RefusalError(404, "Node not found")
        return self.nodes[number]

    def cluster(self, number: int) -> Cluster:
        if number not in self.clusters:
            raise RefusalError(404, "Cluster not found")
        return self.clusters[number]

    def members(self, cluster: int) -> list[Json]:
        return [each for each in self.nodes.values() if each["cluster"] == cluster]

    def task(self, name: str, cluster: int, **known: Json) -> Task:
        """A new task."""
        made = Task(number=next(self.task_numbers), name=name, cluster=cluster, **known)
        self.tasks[made.number] = made
        return made

    def running(self, cluster: int) -> list[Task]:
        return [each for each in self.tasks.values() if each.cluster == cluster and not each.is_over]

    def is_locked(self, cluster: Cluster) -> bool:
        """Whether settings cannot be changed: 9.2 locks only while it deploys, earlier ones from then on."""
        if self.version == "9.2":
            return cluster.status in {"deployment", "remove"}
        return cluster.status not in {"new", "stopped"}

    def release(self, node: Json) -> None:
        """A node leaves its cluster, and is discovered anew, under another id."""
        del self.nodes[node["id"]]
        self.boot(node["mac"])

    def seen(self) -> Json:
        """All of it that a client can change, as a value of its own."""
        return deepcopy((self.roles, self.tags, self.nodes, {k: vars(v) for k, v in self.clusters.items()}))


_BOOTSTRAPPED: Json = {
    "status": "discover",
    "roles": (),
    "pending_roles": (),
    "pending_addition": False,
    "pending_deletion": False,
    "error_type": None,
    "progress": 0,
}


def reset(node: Json) -> None:
    """A node's fields as after its boot; it stays in its cluster."""
    node.update(_BOOTSTRAPPED)
