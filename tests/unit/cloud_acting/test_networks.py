import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from ostf_dual.cloud.external import find_external
from ostf_dual.cloud.networks import Networks, free_range
from ostf_dual.cloud.resources import Maker
from ostf_dual.environment.model import Vantage
from ostf_dual.errors import InputError


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


def rules_of(cloud: Any, journal: Any) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = []
    cloud.project.network.create_security_group_rule = lambda **rule: rules.append(rule)
    made = Networks(cloud, Maker(cloud.project, journal)).prepare()
    assert {rule.pop("security_group_id") for rule in rules} == {made.security_group_id}
    return rules


def rule(port: int, **source: Any) -> dict[str, Any]:
    return {"direction": "ingress", "ether_type": "IPv4", "protocol": "tcp", "port_range_min": port,
            "port_range_max": port, **source}  # fmt: skip


def test_without_a_vantage_guests_are_let_in_to_each_others_events_and_nobody_else_to_anything(
    cloud: Any, journal: Any
) -> None:
    cloud.access = replace(cloud.access, vantage=None)

    rules = rules_of(cloud, journal)

    (group,) = cloud.project.groups.things
    assert rules == [rule(7, remote_group_id=group)]


def test_a_vantage_is_let_in_to_what_it_asks_and_to_no_other_port(cloud: Any, journal: Any) -> None:
    cloud.access = replace(cloud.access, vantage=Vantage())

    assert rules_of(cloud, journal) == [rule(7), rule(22)]


def external(name: str, *, is_default: bool | None = None) -> Any:
    return SimpleNamespace(id=f"id-of-{name}", name=name, is_default=is_default)


@pytest.mark.parametrize(
    ("found", "wanted", "chosen"),
    [
        ((), None, "None"),
        ((external("b"),), None, "b"),
        ((external("b"), external("a"), external("c", is_default=True)), None,
         "c (Neutron's default of 3; external_network names another)"),
        ((external("b"), external("a", is_default=False)), None,
         "a (the first by name of 2; external_network names another)"),
        ((external("b"), external("a")), "b", "b"),
        ((external("b"), external("a")), "id-of-b", "b"),
    ],
)  # fmt: skip
def test_the_external_network_is_the_wanted_one_else_the_default_else_the_first_and_it_is_said_which(
    found: tuple[Any, ...], wanted: str | None, chosen: str
) -> None:
    assert str(find_external(SimpleNamespace(networks=lambda **_: found), wanted)) == chosen


def test_an_external_network_that_is_not_there_is_wrong_input() -> None:
    with pytest.raises(InputError, match=r"no external network 'c' in this cloud, but \['a', 'b'\]"):
        find_external(SimpleNamespace(networks=lambda **_: (external("b"), external("a"))), "c")


def test_a_router_leads_to_the_default_external_network_and_the_cloud_tells_so(
    cloud: Any, journal: Any
) -> None:
    cloud.access = replace(cloud.access, vantage=Vantage())
    every = (external("a"), external("b", is_default=True))
    cloud.project.network.networks = lambda **query: every if query.get("is_router_external") else ()
    cloud.project.network.add_interface_to_router = lambda *_: None

    made = Networks(cloud, Maker(cloud.project, journal)).prepare()

    (router,) = cloud.project.routers.things.values()
    assert made.external_id == router.external_gateway_info["network_id"] == "id-of-b"
    assert cloud.external_network.startswith("b (Neutron's default of 2")
