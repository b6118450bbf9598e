"""The definition of a cloud: what is to be there. Values only; `load` reads them, `rules` judges them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Final

from ostf_dual.environment.model import (
    STRICT,
    Access,
    Budgets,
    Hypervisor,
    HypervisorBudgets,
    Secret,
    ZoneSettings,
)


class DeployerName(StrEnum):
    """Where the cloud comes from."""

    LAB = "lab"
    NAILGUN = "nailgun"
    EXISTING = "existing"
    COMMAND = "command"


class NetworkProvider(StrEnum):
    """nova-network ended with OpenStack's Newton."""

    NOVA_NETWORK = "nova-network"
    NEUTRON = "neutron"


SEGMENTATIONS: Final[Mapping[NetworkProvider, tuple[str, ...]]] = {
    NetworkProvider.NOVA_NETWORK: ("flat-dhcp", "vlan"),
    NetworkProvider.NEUTRON: ("flat", "vlan", "vxlan", "gre"),
}
MODES: Final = ("ha", "simple")
WAYS: Final = ("install", "map")
"""In which a Fuel master may come to know the spec's role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What servers are connected by.

    Attributes:
        segmentation: Neutron's tenant networks: vlan, vxlan, gre or flat; nova-network's manager: flat-dhcp or vlan.
        dvs: Whether vCenter's ports are bound on a distributed virtual switch.
    """

    __pydantic_config__: ClassVar = STRICT

    provider: NetworkProvider = NetworkProvider.NEUTRON
    segmentation: str = "vlan"
    dvs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node and its roles, which the role table must know.

    Attributes:
        mac: How a Fuel master's discovered node is found again: ids change, MACs do not.
        zone: Availability zone of a node with role compute; None: the zone `nova`, Nova's default.
    """

    __pydantic_config__: ClassVar = STRICT

    name: str
    roles: tuple[str, ...]
    mac: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VSphereCluster:
    """A vSphere cluster, and the nova-compute that speaks for it.

    Attributes:
        target: Name of the node that runs its nova-compute, or `controllers`.
    """

    __pydantic_config__: ClassVar = STRICT

    cluster: str
    service_name: str
    datastore_regex: str = ".*"
    target: str = "controllers"


@dataclass(frozen=True, slots=True, kw_only=True)
class VCenter:
    """How a service logs in at a vCenter. The embedded lab makes one per host name, and needs no password for it.

    Attributes:
        insecure: Whether its certificate is left unverified.
    """

    __pydantic_config__: ClassVar = STRICT

    host: str
    user: str = "administrator@vsphere.local"
    password: Secret | None = None
    port: int = 443
    ca_file: Path | None = None
    insecure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VMwareZone:
    """An availability zone whose servers run on one vCenter. Two zones may name the same vCenter."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    vcenter: VCenter
    clusters: tuple[VSphereCluster, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VMwareGlance:
    """Glance's store on a vSphere datastore."""

    __pydantic_config__: ClassVar = STRICT

    vcenter: VCenter
    datacenter: str
    datastore: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VMware:
    """All vCenters: any number of zones, each with any number of vSphere clusters.

    Attributes:
        cinder_zone: Zone whose vCenter holds the volumes of the cinder-vmware nodes; None: the first.
    """

    __pydantic_config__: ClassVar = STRICT

    zones: tuple[VMwareZone, ...]
    cinder_zone: str | None = None
    glance: VMwareGlance | None = None


class VolumeBackend(StrEnum):
    """What holds volumes."""

    LVM = "lvm"
    CEPH = "ceph"
    NFS = "nfs"
    VMDK = "vmdk"


class ImageStore(StrEnum):
    """What holds images."""

    FILE = "file"
    SWIFT = "swift"
    CEPH = "ceph"
    VCENTER = "vcenter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """Backends; more than one for volumes where hypervisors differ."""

    __pydantic_config__: ClassVar = STRICT

    volumes: tuple[VolumeBackend, ...] = ()
    images: ImageStore = ImageStore.FILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A test image; its name tells the hypervisor, as the spec wants it."""

    __pydantic_config__: ClassVar = STRICT

    name: str
    hypervisor: Hypervisor
    disk_format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HighAvailability:
    """What goes on when a controller is lost.

    Attributes:
        mode: `ha` (several controllers may come) or `simple`.
        pacemaker: Roles whose services pacemaker is to run.
    """

    __pydantic_config__: ClassVar = STRICT

    mode: str = "ha"
    pacemaker: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """What the health check must find, beside what the definition implies.

    Attributes:
        zones: None: the zones of the definition.
        services: As `binary@host`.
    """

    __pydantic_config__: ClassVar = STRICT

    zones: tuple[str, ...] | None = None
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FuelNetwork:
    """One of a cluster's networks. What is not given stays as the master has it.

    Attributes:
        vlan: Its tag; 0: untagged.
        ranges: Of addresses, the first and the last of each.
    """

    __pydantic_config__: ClassVar = STRICT

    cidr: str | None = None
    gateway: str | None = None
    vlan: int | None = None
    ranges: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FuelNetworks:
    """A cluster's networks. What is not given stays as the master has it.

    Attributes:
        by_name: As the master calls them: public, management, storage, with nova-network also fixed.
        floating_ranges: Of floating addresses, the first and the last of each.
        vlan_range: First and last tag of the tenants' networks.
    """

    __pydantic_config__: ClassVar = STRICT

    by_name: Mapping[str, FuelNetwork] = field(default_factory=dict)
    floating_ranges: tuple[tuple[str, str], ...] = ()
    vlan_range: tuple[int, int] | None = None
    nameservers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FuelMaster:
    """A Fuel master's API.

    Attributes:
        url: As `https://10.20.0.2:8443`.
        password: None: the master asks nobody who they are.
        role: `install`: nodes get the spec's role `vcenter-compute`, which must be or is put on the master; `map`:
            they get the release's own, `compute-vmware`.
        timeout_s: Of a deployment.
        cloud_ca_file: Authorities for the deployed cloud's own API, where its endpoints speak TLS.
        cloud_insecure: Whether the certificate of that API is left unverified.
    """

    __pydantic_config__: ClassVar = STRICT

    url: str
    user: str = "admin"
    password: Secret | None = None
    tenant: str = "admin"
    ca_file: Path | None = None
    insecure: bool = False
    role: str = "map"
    networks: FuelNetworks = field(default_factory=FuelNetworks)
    timeout_s: float = 7800.0
    cloud_ca_file: Path | None = None
    cloud_insecure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """An installer that this project knows nothing of: one command line each, never through a shell.

    Each gets the definition as JSON on its standard input. `plan` prints one line per change, none where nothing
    differs: `add|change|remove|note|refuse WHAT: DETAIL`; any other line is a change. `access` prints, as YAML or
    JSON, how the cloud is reached (an access section). `add` is run instead of `deploy` where since the last
    deployment nothing but nodes came, and the vSphere clusters that they are the targets of; $OSTF_NODES_ADDED
    names them. After one that did not come to its end it is `deploy` again.

    Attributes:
        timeout_s: Of each command.
        cwd: Where they run; relative programs and paths count from there. Not given: the environment file's folder.
        variables: Names of environment variables that they get, beside the few that every program needs and those
            that the definition's secrets name.
    """

    __pydantic_config__: ClassVar = STRICT

    deploy: tuple[str, ...]
    plan: tuple[str, ...] | None = None
    add: tuple[str, ...] | None = None
    destroy: tuple[str, ...] | None = None
    access: tuple[str, ...] | None = None
    timeout_s: float = 7200.0
    cwd: Path = Path()
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The definition of a cloud.

    Attributes:
        release: `6.1` to `9.2` (Fuel's rule book) or an OpenStack release as `2024.2` (today's rule book).
        hypervisor: What runs servers on nodes with role compute: kvm or qemu; None where there are none.
        zones: What an operator says of a zone's image, flavor and volume type, by zone name.
        budgets: Of every zone; `hypervisor_budgets` go before them, by hypervisor.
        access: How the cloud is reached where the deployer cannot tell: needed by `existing`.
    """

    __pydantic_config__: ClassVar = STRICT

    name: str
    release: str
    deployer: DeployerName
    hypervisor: Hypervisor | None = None
    network: Network = field(default_factory=Network)
    high_availability: HighAvailability = field(default_factory=HighAvailability)
    nodes: tuple[Node, ...] = ()
    storage: Storage = field(default_factory=Storage)
    images: tuple[Image, ...] = ()
    vmware: VMware | None = None
    expect: Expectations = field(default_factory=Expectations)
    zones: Mapping[str, ZoneSettings] = field(default_factory=dict)
    budgets: Budgets = field(default_factory=Budgets)
    hypervisor_budgets: HypervisorBudgets = field(default_factory=dict)
    fuel: FuelMaster | None = None
    commands: Commands | None = None
    access: Access | None = None
