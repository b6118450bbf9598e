"""The vCenters of a definition: their zones, vSphere clusters and logins. Values only."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ostf_dual.environment.model import STRICT, Secret


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
