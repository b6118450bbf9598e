"""From a cloud with one hypervisor to one with two: what changes, what it means, and what cannot be done. Pure."""

from ostf_dual.environment.conversion.addition import AddedNetwork, AddedStorage, Addition
from ostf_dual.environment.conversion.convert import convert
from ostf_dual.environment.conversion.halving import Halves, kvm_first, vcenter_first
from ostf_dual.environment.conversion.model import Actor, Conversion, Options, Step

__all__ = [
    "Actor",
    "AddedNetwork",
    "AddedStorage",
    "Addition",
    "Conversion",
    "Halves",
    "Options",
    "Step",
    "convert",
    "kvm_first",
    "vcenter_first",
]
