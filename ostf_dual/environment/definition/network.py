"""What a definition says of the networks of servers. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from ostf_dual.environment.model import STRICT


class NetworkProvider(StrEnum):
    """nova-network ended with OpenStack's Newton."""

    NOVA_NETWORK = "nova-network"
    NEUTRON = "neutron"


SEGMENTATIONS: Final[Mapping[NetworkProvider, tuple[str, ...]]] = {
    NetworkProvider.NOVA_NETWORK: ("flat-dhcp", "vlan"),
    NetworkProvider.NEUTRON: ("flat", "vlan", "vxlan", "gre"),
}


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
