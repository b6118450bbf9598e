"""Rules on what connects servers, which are not the same in Fuel's days and today."""

from collections.abc import Iterator

from ostf_dual.environment.definition import SEGMENTATIONS, Environment, NetworkProvider
from ostf_dual.environment.nsx import TOLD as NO_NSX
from ostf_dual.environment.nsx import is_nsx
from ostf_dual.environment.release import RuleBook, book_of, chosen_by, parsed
from ostf_dual.environment.roles import SPEC
from ostf_dual.environment.rules.model import Problem, Rule
from ostf_dual.environment.suggestion import suggested

SEGMENTATION = Rule(id="network-segmentation", says="The network provider has this kind of segmentation.")
NSX = Rule(id="network-nsx", says="NSX, as what binds vCenter's ports, cannot be defined.")
GONE = Rule(
    id="nova-network-gone-from-openstack",
    says="Today's OpenStack has Neutron; it knows no nova-network.",
    source="Nova's release notes, Newton",
    holds_for="OpenStack",
)
GONE_FROM_FUEL = Rule(
    id="nova-network-gone-from-fuel",
    says="Fuel creates no cloud with nova-network any more.",
    source="Nailgun 9.2",
    holds_for="Fuel 9.0 and later",
)
NOVA_NETWORK_ONLY = Rule(
    id="vcenter-nova-network-only",
    says="vCenter works with nova-network only.",
    source=SPEC,
    holds_for="Fuel 6.1 and 7.0",
)
NEUTRON_VLAN = Rule(
    id="vcenter-neutron-only",
    says="vCenter works with Neutron VLAN and a distributed switch.",
    source="Nailgun 8.0, network:neutron:ml2:vlan",
    holds_for="Fuel 8.0 and later",
)
NO_TUNNELS = Rule(
    id="vcenter-no-tunnels",
    says="vCenter's networks are no tunnels.",
    source="Nailgun 8.0, network:neutron:ml2:tun",
    holds_for="Fuel 8.0 and later",
)
DVS = Rule(
    id="vcenter-dvs",
    says="vCenter's ports are bound on a distributed virtual switch.",
    source="Fuel 8.0, wizard.js",
    holds_for="Fuel 8.0 and later",
)
RULES = (SEGMENTATION, NSX, GONE, GONE_FROM_FUEL, NOVA_NETWORK_ONLY, NEUTRON_VLAN, NO_TUNNELS, DVS)

_TUNNELS = {"vxlan", "gre"}


def problems(environment: Environment) -> Iterator[Problem]:
    """The problems of the network."""
    network, release = environment.network, parsed(environment.release) or (0, 0)
    is_nova_network = network.provider is NetworkProvider.NOVA_NETWORK
    by = chosen_by(environment.release)
    if is_nsx(network.segmentation):
        yield NSX.broken("network.segmentation", NO_NSX)
    elif network.segmentation not in (known := SEGMENTATIONS[network.provider]):
        hint = suggested(network.segmentation, known)
        yield SEGMENTATION.broken(
            "network.segmentation", f"{network.provider} has no {network.segmentation!r}{hint}"
        )
    if book_of(environment.release) is RuleBook.OPENSTACK:
        if is_nova_network:
            yield GONE.broken(
                "network.provider", f"by {by}, OpenStack knows no nova-network: neutron is the provider"
            )
        return
    if is_nova_network and release >= (9, 0):
        yield GONE_FROM_FUEL.broken(
            "network.provider",
            f"by {by}, there is no cloud with nova-network any more: neutron is the provider",
        )
    if environment.vmware is not None:
        yield from _beside_vcenter(environment, by, is_early=release < (8, 0))


def _beside_vcenter(environment: Environment, by: str, *, is_early: bool) -> Iterator[Problem]:
    network = environment.network
    if is_early:
        if network.provider is not NetworkProvider.NOVA_NETWORK:
            yield NOVA_NETWORK_ONLY.broken(
                "network.provider",
                f"by {by}, vCenter works with nova-network only, as in the spec, not with {network.provider}",
            )
        return
    if network.provider is NetworkProvider.NOVA_NETWORK:
        yield NEUTRON_VLAN.broken(
            "network.provider",
            f"by {by}, vCenter works with Neutron VLAN and a distributed switch, not with nova-network",
        )
        return
    if network.segmentation in _TUNNELS:
        yield NO_TUNNELS.broken(
            "network.segmentation",
            f"by {by}, vCenter is incompatible with tunnels: wanted vlan, not {network.segmentation}",
        )
    if not network.dvs:
        yield DVS.broken(
            "network.dvs",
            f"by {by}, vCenter needs a distributed virtual switch (the DVS plugin): without it no port of a "
            "vCenter server binds",
        )
