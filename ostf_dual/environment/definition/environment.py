"""The definition of a cloud as a whole. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from ostf_dual.environment.definition.deployers import Commands, DeployerName, FuelMaster
from ostf_dual.environment.definition.network import Network
from ostf_dual.environment.definition.nodes import HighAvailability, Node
from ostf_dual.environment.definition.storage import Image, Storage
from ostf_dual.environment.definition.vmware import VMware
from ostf_dual.environment.model import (
    STRICT,
    Access,
    Budgets,
    Hypervisor,
    HypervisorBudgets,
    ZoneSettings,
)


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
