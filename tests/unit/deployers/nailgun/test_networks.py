from typing import Any

import pytest

from ostf_dual.deployers.nailgun import networks


def document(**public: Any) -> dict[str, Any]:
    network = {
        "name": "public",
        "cidr": "172.16.0.0/24",
        "gateway": "172.16.0.1",
        "ip_ranges": [["172.16.0.2", "172.16.0.9"]],
        **public,
    }
    private: dict[str, Any] = {"name": "private", "cidr": None, "gateway": None, "ip_ranges": []}
    return {"networks": [network, private], "networking_parameters": {"vlan_range": [1000, 1030]}}


def test_networks_that_can_work_have_no_fault() -> None:
    assert [*networks.faults(document())] == []


@pytest.mark.parametrize(
    ("public", "told"),
    [
        ({"gateway": "10.0.0.1"}, "its gateway 10.0.0.1 is not in 172.16.0.0/24"),
        ({"gateway": "nowhere"}, "'nowhere' does not appear to be an IPv4 or IPv6 address"),
        ({"cidr": "172.16.0.0/40"}, "'172.16.0.0/40' does not appear to be an IPv4 or IPv6 network"),
        (
            {"ip_ranges": [["172.16.0.9", "172.16.0.2"]]},
            "the range 172.16.0.9 to 172.16.0.2 ends before it begins",
        ),
        (
            {"ip_ranges": [["172.16.0.9", "172.16.1.2"]]},
            "the range 172.16.0.9 to 172.16.1.2 is not in 172.16.0.0/24",
        ),
    ],
)
def test_a_fault_that_the_master_takes_is_found(public: dict[str, Any], told: str) -> None:
    assert [*networks.faults(document(**public))] == [f"network public: {told}"]
