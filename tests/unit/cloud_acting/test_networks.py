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
