from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest

from ostf_dual.cloud.placement import (
    InventoryFacts,
    ProviderFacts,
    disk_fault,
    disk_totals,
    fit_faults,
    inventory_faults,
    providers,
    raw_only_nodes,
    trait_faults,
)
from ostf_dual.cloud.zoning import NodeFacts
from ostf_dual.environment.model import Hypervisor

PLENTY = InventoryFacts(total=100, max_unit=50)
NODE = ProviderFacts(id="1", name="n", inventories={"VCPU": PLENTY, "MEMORY_MB": PLENTY, "DISK_GB": PLENTY})


def with_(**inventories: InventoryFacts) -> ProviderFacts:
    return ProviderFacts(id="1", name="n", inventories={**NODE.inventories, **inventories})


PINNED = ProviderFacts(
    id="1",
    name="n",
    inventories={("PCPU" if name == "VCPU" else name): each for name, each in NODE.inventories.items()},
)


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (NODE, None),
        (ProviderFacts(id="", name="n"), "n offers no VCPU"),
        (PINNED, None),
        (with_(DISK_GB=InventoryFacts(total=0, max_unit=0)), "DISK_GB total=0"),
        (with_(DISK_GB=InventoryFacts(total=10, max_unit=0)), "max_unit=0"),
    ],
)
def test_inventories(node: Any, words: Any) -> None:
    faults = inventory_faults(node)

    assert faults == () if words is None else words in faults[0]


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (NODE, None),
        (with_(MEMORY_MB=InventoryFacts(total=100, max_unit=20)), "max_unit (the most for one server) is 20"),
        (with_(MEMORY_MB=InventoryFacts(total=100, max_unit=50, used=80)), "30 wanted, 20 free of 100"),
        (with_(MEMORY_MB=InventoryFacts(total=100, max_unit=50, used=80, allocation_ratio=1.5)), None),
        (with_(MEMORY_MB=InventoryFacts(total=100, max_unit=50, reserved=80)), "20 free"),
        (ProviderFacts(id="", name="n"), "offers no MEMORY_MB"),
    ],
)
def test_whether_a_server_fits(node: Any, words: Any) -> None:
    faults = fit_faults(node, {"MEMORY_MB": 30})

    assert faults == () if words is None else words in faults[0]


def test_disk_against_vcenter() -> None:
    assert disk_fault(NODE, 100) is None
    assert "hold 90 GiB" in (disk_fault(NODE, 90) or "")
    assert "the figure is stale" in (disk_fault(NODE, 0) or "")


@pytest.mark.parametrize(
    ("traits", "hypervisor", "words"),
    [
        ({"COMPUTE_IMAGE_TYPE_VMDK"}, Hypervisor.VCENTER, None),
        ({"COMPUTE_IMAGE_TYPE_QCOW2"}, Hypervisor.QEMU, None),
        (set(), Hypervisor.QEMU, "lacks the trait COMPUTE_IMAGE_TYPE_QCOW2"),
        ({"COMPUTE_IMAGE_TYPE_ISO"}, Hypervisor.KVM, "lacks the trait COMPUTE_IMAGE_TYPE_QCOW2"),
        # Root disks on LVM or RBD, and force_raw_images off.
        ({"COMPUTE_IMAGE_TYPE_RAW", "COMPUTE_IMAGE_TYPE_ISO"}, Hypervisor.KVM, None),
        ({"COMPUTE_IMAGE_TYPE_RAW"}, Hypervisor.VCENTER, "lacks the trait COMPUTE_IMAGE_TYPE_VMDK"),
        ({"COMPUTE_IMAGE_TYPE_QCOW2"}, Hypervisor.VCENTER, "lacks the trait COMPUTE_IMAGE_TYPE_VMDK"),
        ({"COMPUTE_IMAGE_TYPE_QCOW2", "COMPUTE_IMAGE_TYPE_VMDK"}, Hypervisor.KVM, "has the trait"),
    ],
)
def test_traits(traits: Any, hypervisor: Any, words: Any) -> None:
    faults = trait_faults(ProviderFacts(id="1", name="n", traits=frozenset(traits)), hypervisor)

    assert faults == () if words is None else words in faults[0]


def test_nodes_that_take_raw_images_alone_are_asked_for_by_their_traits() -> None:
    asked: dict[str, str] = {}

    def get(path: str, *, params: dict[str, str], microversion: str) -> Any:
        asked.update(params, path=path, microversion=microversion)
        return SimpleNamespace(
            status_code=200, json=lambda: {"resource_providers": [{"name": "c1", "uuid": "1"}]}
        )

    admin: Any = SimpleNamespace(placement=SimpleNamespace(get=get))

    assert raw_only_nodes(admin) == {"c1"}
    assert asked == {
        "path": "/resource_providers",
        "microversion": "1.22",
        "required": "COMPUTE_IMAGE_TYPE_RAW,!COMPUTE_IMAGE_TYPE_QCOW2",
    }


def test_nodes_are_asked_at_the_same_time_and_told_in_their_order() -> None:
    together = Barrier(2)

    def get(path: str, *, params: dict[str, str], microversion: str) -> Any:  # noqa: ARG001
        if path == "/resource_providers":
            together.wait(timeout=10)
            found = [{"uuid": params["name"]}] if params["name"] == "known" else []
            return answer(resource_providers=found)
        return answer(**{path.rpartition("/")[2]: {}})

    def answer(**body: Any) -> Any:
        return SimpleNamespace(status_code=200, json=lambda: body)

    admin: Any = SimpleNamespace(placement=SimpleNamespace(get=get))

    assert [(node.name, node.id) for node in providers(admin, ("gone", "known"))] == [
        ("gone", ""),
        ("known", "known"),
    ]


def test_disks_by_host_and_none_of_a_node_that_has_none() -> None:
    def get(path: str, *, params: dict[str, str], microversion: str) -> Any:  # noqa: ARG001
        if path == "/resource_providers":
            body: Any = {"resource_providers": [{"uuid": params["name"]}]}
        elif path == "/resource_providers/node-1/inventories":
            disk = {"total": 90, "max_unit": 9, "min_unit": 1, "reserved": 5, "allocation_ratio": 2.0}
            body = {"inventories": {"DISK_GB": disk}}
        else:
            body = {path.rpartition("/")[2]: {}}
        return SimpleNamespace(status_code=200, json=lambda: body)

    admin: Any = SimpleNamespace(placement=SimpleNamespace(get=get))
    nodes = [NodeFacts(id=host, name=f"node-{host}", type="QEMU", host=host) for host in ("1", "2")]

    assert disk_totals(admin, nodes) == {"1": 90}
