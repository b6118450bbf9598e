"""What a cloud with one hypervisor gets: the part of a definition that belongs to the other. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from ostf_dual.environment.definition import Image, Node, VMware, VolumeBackend
from ostf_dual.environment.model import STRICT, Hypervisor, HypervisorBudgets, ZoneSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedStorage:
    """Volume backends that come."""

    __pydantic_config__: ClassVar = STRICT

    volumes: tuple[VolumeBackend, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedNetwork:
    """What vCenter's ports are bound on, where the cloud has none of it yet."""

    __pydantic_config__: ClassVar = STRICT

    dvs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """The keys of a definition that may come to one: its vCenter part, or its KVM part.

    Attributes:
        hypervisor: Of a KVM part: kvm or qemu.
        nodes: A node that is there already gets these roles besides.
        images: Left out: the TestVM of the hypervisor that comes.
    """

    __pydantic_config__: ClassVar = STRICT

    hypervisor: Hypervisor | None = None
    nodes: tuple[Node, ...] = ()
    storage: AddedStorage = field(default_factory=AddedStorage)
    network: AddedNetwork = field(default_factory=AddedNetwork)
    images: tuple[Image, ...] = ()
    vmware: VMware | None = None
    zones: Mapping[str, ZoneSettings] = field(default_factory=dict)
    hypervisor_budgets: HypervisorBudgets = field(default_factory=dict)
