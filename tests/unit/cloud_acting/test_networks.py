import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from ostf_dual.cloud.networks import Networks, free_range
from ostf_dual.cloud.resources import Maker


def test_a_run_gets_a_range_of_its_own() -> None:
    assert free_range("run-1", []) == free_range("run-1", [])
    assert free_range("run-1", []) != free_range("run-2", [])
    assert str(free_range("run-1", [])).startswith("10.")


def test_the_range_keeps_away_from_what_the_router_leads_to() -> None:
    taken = free_range("run-1", [])
    wide = taken.supernet(new_prefix=16)

    assert not free_range("run-1", [taken]).overlaps(taken)
    assert not free_range("run-1", [wide]).overlaps(wide)


@pytest.mark.parametrize("is_secured", [True, False, None])
def test_a_given_network_without_port_security_gets_no_security_group(
    cloud: Any, journal: Any, *, is_secured: bool | None
) -> None:
    cloud.access = replace(cloud.access, network="given")
    given = SimpleNamespace(id="n1", is_port_security_enabled=is_secured)
    cloud.project.network.find_network = lambda _: given
    networks = Networks(cloud, Maker(cloud.project, journal))

    found = networks.prepare()

    assert found.id == "n1"
    assert (found.security_group_id is None) is (is_secured is False)


@pytest.mark.parametrize("is_secured", [True, False])
@pytest.mark.parametrize(
    ("subnets", "lack"),
    [
        ([(4, True)], None),
        ([(6, False), (4, True)], None),
        ([(4, False)], r"^network: 'given' has no DHCP"),
        ([(4, False), (6, True)], r"^network: 'given' has no DHCP"),
        ([(6, True)], r"^network: 'given' has no IPv4 subnet"),
        ([], r"^network: 'given' has no IPv4 subnet"),
    ],
)
def test_a_given_network_on_which_guests_get_no_address_says_so(
    cloud: Any, journal: Any, subnets: list[tuple[int, bool]], lack: str | None, *, is_secured: bool
) -> None:
    cloud.access = replace(cloud.access, network="given")
    given = SimpleNamespace(id="n1", is_port_security_enabled=is_secured)
    cloud.project.network.find_network = lambda _: given
    cloud.project.network.subnets = lambda *, network_id, ip_version: [
        SimpleNamespace(is_dhcp_enabled=has_dhcp)
        for version, has_dhcp in subnets
        if (network_id, ip_version) == ("n1", version)
    ]

    found = Networks(cloud, Maker(cloud.project, journal)).prepare()

    assert (found.lack == "") if lack is None else re.match(lack, found.lack)


def test_a_network_of_the_runs_own_lacks_nothing(cloud: Any, journal: Any) -> None:
    assert Networks(cloud, Maker(cloud.project, journal)).prepare().lack == ""
