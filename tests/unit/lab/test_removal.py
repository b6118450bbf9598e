"""What is to go, or to go elsewhere, is asked for what it still holds."""

from types import SimpleNamespace
from typing import Any

from openstack.compute.v2.server import Server

from ostf_dual.deployers.lab.removal import holdings
from ostf_dual.deployers.lab.shape import Kind, Part

KVM = Part(kind=Kind.COMPUTE, node="kvm-1", host="kvm-1", group="kvm-1")
ESX = Part(kind=Kind.VCENTER_COMPUTE, node="esx-1", host="vm1", group="esx-1")
VOLUMES = Part(kind=Kind.CINDER, node="vol-1", host="vol-1", group="vol-1", backend="kvm")


def cloud(*servers: tuple[str, str], volumes: tuple[tuple[str, str], ...] = ()) -> Any:
    """Servers by name and host; volumes by name and backend."""

    def found(*, all_projects: bool, **query: str) -> list[Any]:
        # What the SDK does not know as a query it compares with the answer's fields itself, and finds nothing.
        assert all_projects
        assert query.keys() <= Server._query_mapping._mapping.keys()
        return [SimpleNamespace(name=name) for name, host in servers if host == query["compute_host"]]

    return SimpleNamespace(
        compute=SimpleNamespace(servers=found),
        block_storage=SimpleNamespace(
            volumes=lambda **_: [SimpleNamespace(name=name, id=name, host=host) for name, host in volumes]
        ),
    )


def test_a_host_that_has_servers_says_which() -> None:
    there = cloud(("b", "kvm-1"), ("a", "kvm-1"), ("c", "vm1"))

    assert holdings(there, [KVM]) == (
        "compute on kvm-1 still has 2 servers (a, b): delete, move or shelve them first",
    )
    assert holdings(there, [ESX]) == (
        "vcenter-compute on esx-1 still has 1 servers (c): delete, move or shelve them first",
    )


def test_a_volume_service_that_has_volumes_says_which() -> None:
    there = cloud(volumes=(("v", "vol-1@kvm#pool"), ("w", "other@kvm#pool")))

    assert holdings(there, [VOLUMES]) == (
        "cinder on vol-1 still has 1 volumes (v): delete or move them first",
    )


def test_what_holds_nothing_may_go() -> None:
    assert holdings(cloud(), [KVM, ESX, VOLUMES]) == ()
