from types import SimpleNamespace
from typing import Any

import pytest

from ostf_dual.cloud.admission import WouldNotFitError, admit
from ostf_dual.cloud.amounts import Amounts, of_network, of_zone, shortfalls
from ostf_dual.environment.model import Access, Vantage

PLENTY = 1000


class Answer:
    ok = True

    def __init__(self, body: Any) -> None:
        self._body = body

    def json(self) -> Any:
        return self._body


@pytest.fixture
def limited(cloud: Any) -> Any:
    """A project with one server and one volume in use, and room for a thousand of each."""
    compute = {"instances": PLENTY, "total_cores": PLENTY, "total_ram": PLENTY * 128}
    storage = {"max_total_volumes": PLENTY, "max_total_volume_gigabytes": PLENTY}
    used = {"instances_used": 1, "total_cores_used": 1, "total_ram_used": 128, "total_volumes_used": 1,
            "total_gigabytes_used": 1}  # fmt: skip
    cloud.limits = SimpleNamespace(**compute, **storage, **used)
    cloud.network = {"port": {"limit": PLENTY, "used": 5}}
    told = SimpleNamespace(absolute=cloud.limits)
    cloud.project.compute.get_limits = cloud.project.block_storage.get_limits = lambda: told
    cloud.project.network.get = lambda _: Answer({"quota": cloud.network})
    return cloud


def test_what_is_prepared_and_what_checks_make_for_themselves_is_added_up(kvm: Any) -> None:
    kvm.flavor = SimpleNamespace(vcpus=2, ram_mib=256)

    # Two checks make a server each, one after the other: never more than one at a time.
    found = of_zone(
        kvm, frozenset({"server", "spare", "volume"}), [("server",), ("server",), ("volume",), ()]
    )

    assert (found.servers, found.vcpus, found.ram_mib) == (3, 6, 768)
    assert (found.volumes, found.volume_gib) == (2, 2)


def test_a_network_of_the_runs_own_takes_more_than_a_given_one(cloud: Any) -> None:
    needs = frozenset({"server"})
    cloud.access = Access(cloud="fake", vantage=Vantage())
    own = of_network(cloud, 2, needs)
    cloud.access = Access(cloud="fake", vantage=Vantage(), network="given")
    given = of_network(cloud, 2, needs)

    assert (own.networks, own.subnets, own.routers, own.floating_ips, own.ports) == (1, 1, 1, 2, 4)
    assert (given.networks, given.routers, given.floating_ips, given.ports) == (0, 0, 0, 2)
    assert of_network(cloud, 2, frozenset()) == Amounts()


@pytest.mark.parametrize(
    ("limit", "value", "told"),
    [
        ("instances", 2, "the project may have 2 instances and has 1, the run needs 3 more"),
        ("total_ram", 256, "the project may have 256 ram and has 128, the run needs 384 more"),
        ("max_total_volume_gigabytes", 2, "the project may have 2 gigabytes and has 1, the run needs 2 more"),
    ],
)
def test_a_quota_that_is_too_small_is_told_with_figures(
    limited: Any, limit: str, value: int, told: str
) -> None:
    wanted = Amounts(servers=3, vcpus=3, ram_mib=384, volumes=2, volume_gib=2)
    assert shortfalls(limited, wanted, own_project=False) == ()

    setattr(limited.limits, limit, value)

    assert shortfalls(limited, wanted, own_project=False) == (told,)


def test_neutrons_quota_counts_where_it_is_told(limited: Any) -> None:
    limited.network["port"]["limit"] = 6

    assert shortfalls(limited, Amounts(ports=2), own_project=False) == (
        "the project may have 6 port and has 5, the run needs 2 more",
    )


def test_a_quota_without_bounds_never_is_too_small(limited: Any) -> None:
    limited.limits.instances = -1

    assert shortfalls(limited, Amounts(servers=PLENTY**2), own_project=False) == ()


def test_a_run_that_would_not_fit_makes_nothing(limited: Any, journal: Any, kvm: Any) -> None:
    with pytest.raises(WouldNotFitError, match="not begun: the project may have 1000 instances and has 1"):
        admit(limited, (kvm,), Amounts(servers=PLENTY), journal)

    assert journal.lines == []


def test_a_run_that_fits_is_told_where_it_works(limited: Any, journal: Any, kvm: Any) -> None:
    told = admit(limited, (kvm,), Amounts(servers=2), journal)

    assert told == "in the given project: no admin rights (admin_cloud)"
