"""Rules on what connects servers, which are not the same in Fuel's days and today."""

from collections.abc import Iterator

from ostf_dual.environment.definition import SEGMENTATIONS, Environment, NetworkProvider
from ostf_dual.environment.release import RuleBook, book_of, parsed
from ostf_dual.environment.roles import SPEC
from ostf_dual.environment.rules.model import OURS, Problem

_TUNNELS = {"vxlan", "gre"}


def problems(environment: Environment) -> Iterator[Problem]:
    """The problems of the network."""
    network, release = environment.network, parsed(environment.release) or (0, 0)
    is_nova_network = network.provider is NetworkProvider.NOVA_NETWORK
    book = book_of(environment.release)
    if network.segmentation not in (known := SEGMENTATIONS[network.provider]):
        yield Problem(
            path="network.segmentation",
            source=OURS,
            message=f"{network.provider} has no {network.segmentation!r}; it has {', '.join(known)}",
        )
    if book is RuleBook.OPENSTACK:
        if is_nova_network:
            yield Problem(
                path="network.provider",
                source="Nova's release notes, Newton",
                message="today's OpenStack "
                f"({environment.release}) knows no nova-network: neutron is the provider",
            )
        return
    if is_nova_network and release >= (9, 0):
        yield Problem(
            path="network.provider",
            source="Nailgun 9.2",
            message=f"Fuel {environment.release} creates no "
            "cloud with nova-network any more: neutron is the provider",
        )
    if environment.vmware is not None:
        yield from _beside_vcenter(environment, is_early=release < (8, 0))


def _beside_vcenter(environment: Environment, *, is_early: bool) -> Iterator[Problem]:
    network, fuel = environment.network, f"Fuel {environment.release}"
    if is_early:
        if network.provider is not NetworkProvider.NOVA_NETWORK:
            yield Problem(
                path="network.provider",
                source=SPEC,
                message="by the spec's rule book, which holds for "
                f"{fuel}, vCenter works with nova-network only, not with {network.provider}",
            )
        return
    if network.provider is NetworkProvider.NOVA_NETWORK:
        yield Problem(
            path="network.provider",
            source="Nailgun 8.0, network:neutron:ml2:vlan",
            message=f"in {fuel} "
            "vCenter works with Neutron VLAN and a distributed switch, not with nova-network",
        )
        return
    if network.segmentation in _TUNNELS:
        yield Problem(
            path="network.segmentation",
            source="Nailgun 8.0, network:neutron:ml2:tun",
            message=f"in {fuel} "
            f"vCenter is incompatible with tunnels: wanted vlan, not {network.segmentation}",
        )
    if not network.dvs:
        yield Problem(
            path="network.dvs",
            source="Fuel 8.0, wizard.js",
            message=f"in {fuel} vCenter needs a distributed "
            "virtual switch (the DVS plugin): without it no port of a vCenter server binds",
        )
