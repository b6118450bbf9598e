"""A cloud in memory: things appear, become ready, and go."""

from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from openstack.exceptions import ConflictException, NotFoundException

from ostf_dual.environment.model import Access, Budgets, Hypervisor

PROJECT = "project-1"
_ids = count(1)


class Shelf:
    """Things of one kind."""

    def __init__(self, **defaults: Any) -> None:
        self.defaults = defaults
        self.things: dict[str, Any] = {}
        self.stuck: set[str] = set()
        self.refusals: dict[str, int] = {}

    def create(self, **attributes: Any) -> Any:
        thing = SimpleNamespace(
            **{"id": f"id-{next(_ids)}", "name": None, "project_id": PROJECT, **self.defaults, **attributes}
        )
        self.things[thing.id] = thing
        return thing

    def list(self, *, project_id: str | None = None, name: str = "", **_: Any) -> Any:
        begins = name.removeprefix("^") if name.startswith("^") else None
        return [
            thing
            for thing in self.things.values()
            if project_id in {None, thing.project_id}
            and (not name or thing.name == name or (begins and (thing.name or "").startswith(begins)))
        ]

    def get(self, thing_id: str) -> Any:
        try:
            return self.things[thing_id]
        except KeyError:
            raise NotFoundException(thing_id) from None

    def delete(self, thing_id: str) -> None:
        if self.refusals.get(thing_id, 0):
            self.refusals[thing_id] -= 1
            raise ConflictException("in use")
        if thing_id not in self.stuck:
            self.things.pop(thing_id, None)


class Connection:
    """As much of openstacksdk as a workbench uses."""

    current_project_id = PROJECT
    current_user_id = "user-1"

    def __init__(self) -> None:
        self.servers = Shelf(
            status="ACTIVE",
            availability_zone="",
            compute_host="host",
            hypervisor_hostname="node",
            task_state=None,
            fault=None,
            launched_at="now",
        )
        self.volumes = Shelf(status="available", host="h@b#p", attachments=[])
        self.networks, self.routers, self.groups, self.subnets = Shelf(), Shelf(), Shelf(), Shelf()
        self.snapshots, self.images, self.keys = Shelf(), Shelf(), Shelf(project_id=None)
        self.ports = Shelf(
            status="ACTIVE",
            mac_address="FA:16:3E:00:00:01",
            fixed_ips=[{"ip_address": "10.0.0.5"}],
            binding_vif_type="",
            binding_host_id="",
        )
        self.ips = Shelf(floating_ip_address="172.24.4.9")
        self.boot: Any = self.servers.create
        self.compute = SimpleNamespace(
            create_server=lambda **attributes: self.boot(**attributes),  # noqa: PLW0108 - tests replace it
            get_server=self.servers.get,
            servers=self.servers.list,
            delete_server=self.delete_server,
            server_actions=lambda _: [],
            create_keypair=self.keys.create,
            keypairs=self.keys.list,
            delete_keypair=self.keys.delete,
        )
        self.image = SimpleNamespace(images=self.images.list, delete_image=self.images.delete)
        self.block_storage = SimpleNamespace(
            create_volume=self.volumes.create,
            get_volume=self.volumes.get,
            volumes=self.volumes.list,
            delete_volume=self.volumes.delete,
            availability_zones=list,
            snapshots=self.snapshots.list,
            delete_snapshot=self.snapshots.delete,
        )
        self.network = SimpleNamespace(
            create_network=self.networks.create,
            networks=self._networks,
            delete_network=self.networks.delete,
            create_port=self.ports.create,
            ports=self.ports.list,
            delete_port=self.ports.delete,
            create_router=self.routers.create,
            routers=self.routers.list,
            delete_router=self.routers.delete,
            create_ip=self.ips.create,
            ips=self.ips.list,
            delete_ip=self.ips.delete,
            create_security_group=self.groups.create,
            security_groups=self.groups.list,
            delete_security_group=self.groups.delete,
            create_security_group_rule=lambda **_: None,
            create_subnet=self.subnets.create,
            subnets=self.subnets.list,
            delete_subnet=self.subnets.delete,
        )

    def delete_server(self, server_id: str, *, force: bool = False) -> None:  # noqa: ARG002
        self.servers.delete(server_id)

    def _networks(self, *, is_router_external: bool = False, **_: Any) -> Any:
        return [] if is_router_external else self.networks.list()

    @property
    def everything(self) -> Any:
        shelves = (self.servers, self.volumes, self.networks, self.routers, self.groups, self.ports, self.ips,
                   self.subnets, self.snapshots, self.images, self.keys)  # fmt: skip
        return [thing for shelf in shelves for thing in shelf.things.values()]


class Cloud:
    def __init__(self, **budgets: float) -> None:
        self.project: Any = Connection()
        self.admin: Any = None
        self.is_isolated = False
        self.access = Access(cloud="fake", budgets=Budgets(**budgets))

    def leave(self) -> None:
        self.is_isolated = False


class Probe:
    """A hypervisor that keeps what it is told to keep."""

    hypervisor = Hypervisor.QEMU

    def __init__(self) -> None:
        self.kept: set[str] = set()
        self.unasked: tuple[str, ...] = ()

    def find_guest(self, server_id: str, host: str | None = None) -> None:
        """It tells nothing of those that are still there."""

    def remains_of(self, server_id: str) -> tuple[str, ...]:
        return (f"guest {server_id}",) if "servers" in self.kept else ()

    def remains_of_volume(self, volume_id: str) -> tuple[str, ...]:
        return (f"file {volume_id}",) if "volumes" in self.kept else ()


class Zone:
    def __init__(self, cloud: Cloud, name: str) -> None:
        self.cloud, self.name, self.label, self.hosts = cloud, name, name, ("host",)
        self.image = SimpleNamespace(id=f"image-{name}")
        self.flavor = SimpleNamespace(id=f"flavor-{name}")
        self.volume_type, self.witness_missing, self.probe = f"type-{name}", None, Probe()
        self.hypervisor = Hypervisor.QEMU

    @property
    def budgets(self) -> Budgets:
        return self.cloud.access.budgets


class Journal:
    def __init__(self, run_id: str = "run-1") -> None:
        self.run_id = run_id
        self.lines: list[Any] = []

    @property
    def was_used(self) -> bool:
        return bool(self.lines)

    def intend(self, kind: str, name: str) -> int:
        self.lines.append(("intend", kind, name))
        return len(self.lines)

    def made(self, entry: int, resource_id: str) -> None:
        self.lines.append(("made", entry, resource_id))

    def gone(self, kind: str, resource_id: str) -> None:
        self.lines.append(("gone", kind, resource_id))


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def cloud() -> Cloud:
    return Cloud(delete_s=1.0, boot_s=1.0, volume_s=1.0)


@pytest.fixture
def kvm(cloud: Cloud) -> Zone:
    return Zone(cloud, "kvm")


@pytest.fixture
def vcenter(cloud: Cloud) -> Zone:
    return Zone(cloud, "vcenter")
