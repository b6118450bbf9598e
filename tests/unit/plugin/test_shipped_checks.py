"""Checks as they ship, each against a workbench on which one thing is as on some clouds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SMOKE = Path(__file__).parents[3] / "scenarios" / "smoke"
WORLD = """
from contextlib import contextmanager
from types import SimpleNamespace

from ostf_dual.environment.model import Budgets

SERVER = SimpleNamespace(id="s1", name="own", host="h")
NIC = SimpleNamespace(mac="fa:16:3e:00:00:01", connected=True, network="brq1")
PORT = SimpleNamespace(mac=NIC.mac, status="ACTIVE", address="10.0.0.5")


class Bench:
    def __init__(self, **answers):
        self.there = [PORT]
        self.networks = SimpleNamespace(ports_of=lambda _: self.there)
        self.servers = SimpleNamespace(delete=lambda *_, **__: self.there.clear(), allocations=lambda _: ())
        self.guests = SimpleNamespace(reach=SimpleNamespace(is_possible=False))
        self.zones = ()
        self.__dict__.update(answers)

    def port(self, zone):
        return PORT


@pytest.fixture
def cloud():
    return SimpleNamespace(required_admin=lambda: None)


@pytest.fixture
def test_vm():
    return SERVER


@pytest.fixture(autouse=True)
def at_hand(zone):
    zone.budgets = Budgets(delete_s=1, reach_s=1)
    zone.probe = SimpleNamespace(
        find_guest=lambda _id, _host=None: SimpleNamespace(name="g", nics=(NIC,)), remains_of=lambda _: ()
    )


def refused(zone):
    raise AssertionError("No valid host was found")


@contextmanager
def own(zone):
    yield SERVER


@contextmanager
def none_at_all(zone):
    raise AssertionError("its nova-compute is down")
    yield
"""


def shipped(file: str, bench: str) -> str:
    workbench = f"@pytest.fixture\ndef workbench(zone):\n    return Bench({bench})\n"
    return f"{WORLD}\n\n{workbench}\n\n{(SMOKE / file).read_text()}"


@pytest.mark.parametrize(
    ("bench", "outcome", "words"),
    [
        ("spare=refused, fresh_server=own", "passed", ""),
        ("spare=refused, fresh_server=none_at_all", "broken", "see BOOT-01: its nova-compute is down"),
        ("spare=lambda zone: SERVER, fresh_server=none_at_all", "passed", ""),
    ],
)
def test_a_deletion_is_proven_also_where_no_server_comes_up_without_a_zone(
    health: Callable[..., Any], bench: str, outcome: str, words: str
) -> None:
    done = health(shipped("test_scheduling.py", bench), "-k", "LIFE-05", zones={"kvm": "qemu"})

    assert done.outcomes() == {"LIFE-05 kvm": outcome}
    assert words in done.message("LIFE-05", "kvm")


@pytest.mark.parametrize("connected", [True, False])
def test_without_dhcp_the_port_and_the_card_are_proven_and_the_rest_is_unsupported(
    health: Callable[..., Any], *, connected: bool
) -> None:
    network = "network=lambda: SimpleNamespace(lack=\"network: 'given' has no DHCP\")"
    source = f"{shipped('test_network.py', network)}\nNIC.connected = {connected}\n"

    done = health(source, "-k", "NET-02", zones={"kvm": "qemu"})

    assert done.outcomes() == {"NET-02 kvm": "unsupported" if connected else "failed"}
    words = "network: 'given' has no DHCP. Proven so far" if connected else "not connected"
    assert words in done.message("NET-02", "kvm")
