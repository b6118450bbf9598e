from collections.abc import Callable

import pytest

from ostf_dual.environment.definition import Environment, Network, NetworkProvider

NOVA, NEUTRON = NetworkProvider.NOVA_NETWORK, NetworkProvider.NEUTRON


@pytest.mark.parametrize(
    ("release", "network", "words"),
    [
        ("6.1", Network(provider=NOVA, segmentation="flat-dhcp"), None),
        ("6.1", Network(provider=NOVA, segmentation="vlan"), None),
        ("6.1", Network(provider=NEUTRON), "vCenter works with nova-network only"),
        ("7.0", Network(provider=NEUTRON, dvs=True), "vCenter works with nova-network only"),
        ("7.0", Network(provider=NOVA, segmentation="gre"), "nova-network has no 'gre'"),
        ("8.0", Network(provider=NOVA, segmentation="vlan"), "not with nova-network"),
        ("8.0", Network(provider=NEUTRON, dvs=True), None),
        ("9.2", Network(provider=NEUTRON, dvs=True), None),
        ("9.2", Network(provider=NEUTRON, dvs=False), "needs a distributed virtual switch"),
        ("9.2", Network(provider=NEUTRON, segmentation="vxlan", dvs=True), "incompatible with tunnels"),
        ("9.2", Network(provider=NOVA, segmentation="vlan"), "no cloud with nova-network any more"),
        ("9.2", Network(segmentation="ring", dvs=True), "neutron has no 'ring'"),
        ("2024.2", Network(provider=NOVA, segmentation="vlan"), "knows no nova-network"),
        ("2024.2", Network(segmentation="vxlan"), None),
    ],
)
def test_a_provider_is_held_to_the_rule_book_of_the_release(
    definition: Callable[..., Environment],
    told: Callable[[Environment], list[str]],
    release: str,
    network: Network,
    words: str | None,
) -> None:
    base = "qemu-and-vcenter" if release == "2024.2" else "kvm-and-vcenter"

    found = [
        line
        for line in told(definition(base, release=release, network=network))
        if line.startswith("network")
    ]

    assert (words is None and not found) or (words is not None and any(words in line for line in found)), (
        found
    )
    assert all(release in line or "has no '" in line for line in found)
