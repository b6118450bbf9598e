"""The definition of a cloud: what is to be there. Values only; `load` reads them, `rules` judges them."""

from ostf_dual.environment.definition.deployers import (
    WAYS,
    Commands,
    DeployerName,
    FuelMaster,
    FuelNetwork,
    FuelNetworks,
)
from ostf_dual.environment.definition.environment import Environment, Expectations
from ostf_dual.environment.definition.network import SEGMENTATIONS, Network, NetworkProvider
from ostf_dual.environment.definition.nodes import MODES, HighAvailability, Node
from ostf_dual.environment.definition.storage import Image, ImageStore, Storage, VolumeBackend
from ostf_dual.environment.definition.vmware import VCenter, VMware, VMwareGlance, VMwareZone, VSphereCluster

__all__ = [
    "MODES",
    "SEGMENTATIONS",
    "WAYS",
    "Commands",
    "DeployerName",
    "Environment",
    "Expectations",
    "FuelMaster",
    "FuelNetwork",
    "FuelNetworks",
    "HighAvailability",
    "Image",
    "ImageStore",
    "Network",
    "NetworkProvider",
    "Node",
    "Storage",
    "VCenter",
    "VMware",
    "VMwareGlance",
    "VMwareZone",
    "VSphereCluster",
    "VolumeBackend",
]
