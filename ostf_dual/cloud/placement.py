"""Placement's word: what each compute node offers, and whether a server fits on it.

From microversion 2.88 on os-hypervisors has no numbers any more; Placement is where they are.
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ostf_dual.cloud.asking import AT_ONCE, read
from ostf_dual.environment.model import Hypervisor

if TYPE_CHECKING:
    from openstack.connection import Connection

    from ostf_dual.cloud.zoning import NodeFacts

CLASSES = ("VCPU", "MEMORY_MB", "DISK_GB")
_MICROVERSION = "1.17"  # Queens: traits, usages and candidates as they are used here
_FORBIDDEN_TRAITS = "1.22"  # Rocky; image types are traits since Train
_QCOW2, _RAW, _VMDK = (f"COMPUTE_IMAGE_TYPE_{each}" for each in ("QCOW2", "RAW", "VMDK"))


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryFacts:
    """One resource of one provider, in units of its class; ``max_unit`` is the most that one server gets."""

    total: int
    max_unit: int
    reserved: int = 0
    min_unit: int = 1
    allocation_ratio: float = 1.0
    used: int = 0

    @property
    def free(self) -> int:
        """What can still be given out."""
        return int((self.total - self.reserved) * self.allocation_ratio) - self.used


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFacts:
    """A compute node as Placement knows it."""

    id: str
    name: str
    inventories: Mapping[str, InventoryFacts] = field(default_factory=dict)
    traits: frozenset[str] = frozenset()


def provider(admin: "Connection", node: str) -> ProviderFacts | None:
    """The resource provider of a hypervisor; None: Placement has none of that name. Needs admin rights."""
    found = _get(admin, "/resource_providers", f"the resource provider {node}", name=node)[
        "resource_providers"
    ]
    if not found:
        return None
    path = f"/resource_providers/{found[0]['uuid']}"
    inventories = _get(admin, f"{path}/inventories", f"the inventories of {node}")["inventories"]
    usages = _get(admin, f"{path}/usages", f"the usages of {node}")["usages"]
    traits = _get(admin, f"{path}/traits", f"the traits of {node}")["traits"]
    return ProviderFacts(
        id=found[0]["uuid"],
        name=node,
        inventories={
            name: InventoryFacts(
                total=record["total"],
                max_unit=record["max_unit"],
                reserved=record["reserved"],
                min_unit=record["min_unit"],
                allocation_ratio=record["allocation_ratio"],
                used=usages.get(name, 0),
            )
            for name, record in inventories.items()
        },
        traits=frozenset(traits),
    )


def providers(admin: "Connection", nodes: Iterable[str]) -> tuple[ProviderFacts, ...]:
    """The resource providers of hypervisors; one that Placement does not have offers nothing."""

    def facts(node: str) -> ProviderFacts:
        return provider(admin, node) or ProviderFacts(id="", name=node)

    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return tuple(pool.map(facts, nodes))


def disk_totals(admin: "Connection", nodes: "Iterable[NodeFacts]") -> Mapping[str, int]:
    """DISK_GB of nodes by their hosts, whatever of it is reserved or given out; a node that has none is left out."""
    hosts = {node.name: node.host for node in nodes}
    offered = {each.name: each.inventories.get("DISK_GB") for each in providers(admin, hosts)}
    return {hosts[name]: disk.total for name, disk in offered.items() if disk is not None}


def raw_only_nodes(admin: "Connection") -> frozenset[str]:
    """The nodes that take raw images and no qcow2, by name; several drivers' hosts may be among them.

    libvirt's driver is so where root disks are on LVM or RBD and force_raw_images is off, and any driver where
    [compute] image_type_exclude_list names qcow2.

    Raises:
        OstfError: Placement does not say: it is older than such traits.
    """
    found = read(
        admin.placement,
        "/resource_providers",
        what="the nodes that take raw images alone",
        microversion=_FORBIDDEN_TRAITS,
        required=f"{_RAW},!{_QCOW2}",
    )
    return frozenset(each["name"] for each in found["resource_providers"])


def trait_faults(node: ProviderFacts, hypervisor: Hypervisor) -> tuple[str, ...]:
    """Image formats that a node's driver should take and does not say, or says and does not take."""
    on_vcenter = hypervisor is Hypervisor.VCENTER
    # Nodes whose root disks are on LVM or RBD may take raw alone.
    wanted, foreign = ((_VMDK,), _QCOW2) if on_vcenter else ((_QCOW2, _RAW), _VMDK)
    said = ", ".join(sorted(name for name in node.traits if name.startswith("COMPUTE_IMAGE_TYPE_"))) or "none"
    faults = []
    if not node.traits.intersection(wanted):
        faults.append(
            f"{node.name} lacks the trait {' and '.join(wanted)} of a {hypervisor} node (image types: {said}): "
            "nova-compute sets it when it starts; look at its log, and at compute_driver in its nova.conf"
        )
    if foreign in node.traits:
        faults.append(
            f"{node.name} has the trait {foreign}, and a {hypervisor} node cannot run such images: "
            "is it another driver's host under this name? look at compute_driver in its nova.conf"
        )
    return tuple(faults)


def inventory_faults(node: ProviderFacts) -> tuple[str, ...]:
    """What a node does not offer although every server needs it.

    A host whose CPUs are all for pinned servers (`cpu_dedicated_set`) offers PCPU instead of VCPU.
    """
    faults = []
    for name in CLASSES:
        if name == "VCPU" and name not in node.inventories and "PCPU" in node.inventories:
            continue
        inventory = node.inventories.get(name)
        if inventory is None:
            faults.append(f"{node.name} offers no {name}: look for resource updates in nova-compute's log")
        elif inventory.total <= 0 or inventory.max_unit <= 0:
            faults.append(f"{node.name} offers {name} total={inventory.total} max_unit={inventory.max_unit}: "
                          "no server can get any")  # fmt: skip
    return tuple(faults)


def fit_faults(node: ProviderFacts, wanted: Mapping[str, int]) -> tuple[str, ...]:
    """Why a server does not fit on a node, resource by resource; empty: it does."""
    faults = []
    for name, amount in wanted.items():
        inventory = node.inventories.get(name)
        if inventory is None:
            faults.append(f"it offers no {name}")
        elif amount > inventory.max_unit:
            faults.append(
                f"{name}: {amount} wanted, and max_unit (the most for one server) is {inventory.max_unit}"
            )
        elif amount > inventory.free:
            faults.append(f"{name}: {amount} wanted, {inventory.free} free of {inventory.total}")
    return tuple(faults)


def disk_fault(node: ProviderFacts, capacity_gib: int) -> str | None:
    """Whether Placement's disk is what vCenter has, by the total, which image copies do not move.

    Args:
        node: A vCenter node.
        capacity_gib: The sum of the cluster's usable datastores that match the regex; 0: there is none.
    """
    inventory = node.inventories.get("DISK_GB")
    if inventory is None or inventory.total == capacity_gib:
        return None
    said = f"Placement says DISK_GB total={inventory.total} for {node.name}"
    if capacity_gib == 0:
        return (
            f"{said}, and vCenter has no usable datastore that matches datastore_regex: the figure is stale "
            '(nova-compute logs "Error updating resources"); see VC-03'
        )
    return (
        f"{said}, and the usable datastores that match datastore_regex hold {capacity_gib} GiB: "
        'nova-compute no longer reports, or has another regex; its log has "Error updating resources"'
    )


def _get(admin: "Connection", path: str, what: str, **query: str) -> Any:
    return read(admin.placement, path, what=what, microversion=_MICROVERSION, **query)
