"""What vCenter says of itself, its clusters, hosts and datastores, as values; and the rules over them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ostf_dual.environment.sizes import GIB

# Source: nova/virt/vmwareapi/constants.py of Nova 30.
SUPPORTED_DATASTORE_TYPES = frozenset({"VMFS", "NFS", "NFS41", "vsan", "VVOL"})

# In all its other modes DRS powers a machine on where it chooses, and only later moves are a human's.
# Source: DrsBehavior of the vSphere API.
NOT_PLACING = frozenset({"manual", "off"})

CLUSTER_PROPERTIES = ("name", "host", "configurationEx", "overallStatus")
HOST_PROPERTIES = ("name", "runtime.connectionState", "runtime.inMaintenanceMode")
DATASTORE_PROPERTIES = (
    "summary.name",
    "summary.type",
    "summary.accessible",
    "summary.maintenanceMode",
    "summary.capacity",
    "summary.freeSpace",
    "host",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A vCenter's word on itself."""

    full_name: str
    version: str
    api_version: str
    instance_uuid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFacts:
    """An ESXi host. ``state``: connected, disconnected or notResponding."""

    id: str
    name: str
    state: str
    in_maintenance: bool

    @property
    def is_usable(self) -> bool:
        """Whether it can run guests."""
        return self.state == "connected" and not self.in_maintenance


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterFacts:
    """A vSphere cluster. ``drs``: fullyAutomated, partiallyAutomated, manual, unset (by default full), or off."""

    id: str
    name: str
    status: str
    drs: str
    ha: bool
    hosts: tuple[HostFacts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatastoreFacts:
    """A datastore; ``hosts`` are the ids of the hosts that can reach it now."""

    name: str
    type: str
    is_accessible: bool
    maintenance_mode: str
    capacity_bytes: int
    free_bytes: int
    hosts: frozenset[str]

    @property
    def is_usable(self) -> bool:
        """Whether Nova would count it (``ds_util._is_datastore_valid``), its name aside."""
        return (
            self.is_accessible
            and self.maintenance_mode == "normal"
            and self.type in SUPPORTED_DATASTORE_TYPES
        )


def about_facts(about: Any) -> About:
    """From ``ServiceContent.about``."""
    return About(
        full_name=about.fullName,
        version=about.version,
        api_version=about.apiVersion,
        instance_uuid=about.instanceUuid or "",
    )


def cluster_facts(moref: str, record: Mapping[str, Any], hosts: tuple[HostFacts, ...]) -> ClusterFacts:
    """From a ClusterComputeResource's properties."""
    config = record.get("configurationEx")
    drs, das = getattr(config, "drsConfig", None), getattr(config, "dasConfig", None)
    return ClusterFacts(
        id=moref,
        name=record["name"],
        status=str(record.get("overallStatus") or "unknown"),
        drs=str(drs.defaultVmBehavior or "unset") if drs is not None and drs.enabled else "off",
        ha=bool(das is not None and das.enabled),
        hosts=hosts,
    )


def host_facts(moref: str, record: Mapping[str, Any]) -> HostFacts:
    """From a HostSystem's properties."""
    return HostFacts(
        id=moref,
        name=record["name"],
        state=str(record["runtime.connectionState"]),
        in_maintenance=bool(record["runtime.inMaintenanceMode"]),
    )


def datastore_facts(record: Mapping[str, Any]) -> DatastoreFacts:
    """From a Datastore's properties."""
    mounts = record.get("host") or ()
    return DatastoreFacts(
        name=record["summary.name"],
        type=record["summary.type"],
        is_accessible=bool(record["summary.accessible"]),
        maintenance_mode=str(record.get("summary.maintenanceMode") or "normal"),
        capacity_bytes=int(record.get("summary.capacity") or 0),
        free_bytes=int(record.get("summary.freeSpace") or 0),
        # Unset means yes: only ESXi 5 and newer say it.
        hosts=frozenset(
            mount.key._moId  # noqa: SLF001 - pyvmomi's name for the id
            for mount in mounts
            if mount.mountInfo.mounted is not False and mount.mountInfo.accessible is not False
        ),
    )


@cache
def guest_ids() -> frozenset[str]:
    """Every guestId that vSphere knows: the newest release's enumeration, which keeps the old ones."""
    from pyVmomi import vim  # the rules above need no pyvmomi

    return frozenset(vim.vm.GuestOsDescriptor.GuestOsIdentifier.values)  # type: ignore[attr-defined] # made at run time


def matching(datastores: Sequence[DatastoreFacts], regex: str | None) -> tuple[DatastoreFacts, ...]:
    """Those that Nova's ``datastore_regex`` matches, from the name's beginning as in Nova."""
    return tuple(each for each in datastores if regex is None or re.match(regex, each.name))


def cluster_faults(cluster: ClusterFacts) -> tuple[str, ...]:
    """What keeps a cluster from running servers as Nova expects it to."""
    faults = []
    if not any(host.is_usable for host in cluster.hosts):
        states = ", ".join(
            f"{host.name} {host.state}{' in maintenance' if host.in_maintenance else ''}"
            for host in cluster.hosts
        )
        faults.append(
            f"cluster {cluster.name} ({cluster.id}) has no host that is connected and out of maintenance "
            f'({states or "no host at all"}): Nova answers "No host available on cluster"'
        )
    if len(cluster.hosts) > 1 and cluster.drs in NOT_PLACING:
        faults.append(
            f"DRS of cluster {cluster.name} ({cluster.id}) is {cluster.drs}, wanted fullyAutomated, or"
            " partiallyAutomated at least: the cluster, not Nova, chooses a server's host; set it under Configure >"
            " vSphere DRS"
        )
    return tuple(faults)


def datastore_faults(
    cluster: ClusterFacts, datastores: Sequence[DatastoreFacts], regex: str | None, wanted_bytes: int
) -> tuple[str, ...]:
    """What is wrong with the datastores that Nova would use; not with those of ``passed_over``.

    Args:
        cluster: Theirs.
        datastores: All that the cluster sees.
        regex: Nova's ``datastore_regex``; None: every datastore counts.
        wanted_bytes: What one server needs.
    """
    chosen = matching(datastores, regex)
    seen = ", ".join(sorted(each.name for each in datastores)) or "none"
    if not chosen:
        rule = f"datastore_regex {regex!r} matches none" if regex else "there is no datastore"
        fault = (
            f"{rule} in cluster {cluster.name} ({cluster.id}), which sees: {seen}; nova-compute stays up and"
        )
        return (f"{fault} can place nothing: mend the regex in nova.conf [vmware], or the datastore's name",)
    over = passed_over(datastores, regex, wanted_bytes)
    faults = [fault for each in chosen if each not in over for fault in _faults_of(each, cluster)]
    if not _roomy(chosen, wanted_bytes) and any(each.is_usable for each in chosen):
        free = ", ".join(f"{each.name} {each.free_bytes / GIB:.1f} GiB" for each in chosen)
        faults.append(f"no matching datastore has {wanted_bytes / GIB:.1f} GiB free for a server: {free}")
    return tuple(faults)


def passed_over(
    datastores: Sequence[DatastoreFacts], regex: str | None, wanted_bytes: int
) -> tuple[DatastoreFacts, ...]:
    """Those that Nova leaves alone to no harm: others have room. In datastore clusters maintenance is daily work.

    What the regex names and is of a type that Nova does not use is a mistake in the regex; without a regex every
    datastore counts, also those for something else (PMEM, VFFS). What is not accessible is never harmless.
    """
    chosen = matching(datastores, regex)
    if not _roomy(chosen, wanted_bytes):
        return ()
    return tuple(
        each
        for each in chosen
        if each.is_accessible
        and not each.is_usable
        and (regex is None or each.type in SUPPORTED_DATASTORE_TYPES)
    )


def _roomy(chosen: Sequence[DatastoreFacts], wanted_bytes: int) -> bool:
    return any(each.is_usable and each.free_bytes >= wanted_bytes for each in chosen)


def _faults_of(store: DatastoreFacts, cluster: ClusterFacts) -> list[str]:
    name, faults = f"datastore {store.name}", []
    if not store.is_accessible:
        faults.append(
            f"{name} is not accessible: Nova drops it silently; look at its storage path in vCenter"
        )
    if store.maintenance_mode != "normal":
        faults.append(f"{name} is in maintenance mode ({store.maintenance_mode}): Nova drops it silently")
    if store.type not in SUPPORTED_DATASTORE_TYPES:
        faults.append(f"{name} is of type {store.type}, which Nova does not use")
    apart = [host.name for host in cluster.hosts if host.is_usable and host.id not in store.hosts]
    if apart and store.is_accessible:
        faults.append(
            f"{name} is not shared by all hosts: DRS may choose {', '.join(apart)}, which cannot reach it"
        )
    return faults


def usable_capacity_gib(datastores: Sequence[DatastoreFacts], regex: str | None) -> int:
    """The DISK_GB total that Nova reports: the capacities of those it would use, summed, in whole GiB."""
    return sum(each.capacity_bytes for each in matching(datastores, regex) if each.is_usable) // GIB
