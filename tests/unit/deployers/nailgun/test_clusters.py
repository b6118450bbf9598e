import pytest

from ostf_dual.deployers.nailgun import clusters
from ostf_dual.environment.definition import (
    DeployerName,
    Environment,
    HighAvailability,
    Network,
    NetworkProvider,
)


@pytest.mark.parametrize(
    ("release", "network", "mode", "body"),
    [
        (
            "7.0",
            Network(segmentation="vlan"),
            "ha",
            {"mode": "ha_compact", "net_provider": "neutron", "net_segment_type": "vlan"},
        ),
        (
            "7.0",
            Network(segmentation="vxlan"),
            "simple",
            {"mode": "ha_compact", "net_provider": "neutron", "net_segment_type": "tun"},
        ),
        (
            "6.1",
            Network(segmentation="gre"),
            "simple",
            {"mode": "multinode", "net_provider": "neutron", "net_segment_type": "gre"},
        ),
        (
            "6.1",
            Network(provider=NetworkProvider.NOVA_NETWORK, segmentation="vlan"),
            "ha",
            {"mode": "ha_compact", "net_provider": "nova_network"},
        ),
    ],
)
def test_before_components_a_cluster_is_made_by_its_network_provider(
    release: str, network: Network, mode: str, body: dict[str, str]
) -> None:
    environment = Environment(
        name="early",
        release=release,
        deployer=DeployerName.NAILGUN,
        network=network,
        high_availability=HighAvailability(mode=mode),
    )

    assert clusters.body(environment, 2, None) == {"name": "early", "release": 2, **body}


@pytest.mark.parametrize(
    ("components", "found"),
    [
        (("hypervisor:vmware", "network:neutron:ml2:dvs"), "network:neutron:ml2:dvs"),
        (("network:neutron:ml2:vlan", "additional_service:dvs"), None),
        ((), None),
    ],
)
def test_the_switch_is_a_component_of_the_network(components: tuple[str, ...], found: str | None) -> None:
    assert clusters.dvs_component(components) == found
