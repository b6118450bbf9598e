"""A server stays for as long as a scenario wants it to, and leaves nothing."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from ostf_dual.cloud.residents import Trace
from ostf_dual.environment.model import Access
from ostf_dual.plugin import staying

TRACE = Trace(status="ACTIVE", zone="kvm", host="c1", launched_at="", guest="i-1 on c1", power="running", boots=1,
              volumes=(), disks=(), blocks=())  # fmt: skip


class World:
    """The cloud, its workbench and the server, as far as a stay needs them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.leftovers, self.ended = TRACE, tuple[str, ...](), list[str]()
        self.shown: dict[str, object] = {}
        cloud = SimpleNamespace(zones=lambda: ("kvm",))

        @contextmanager
        def connected(_: Access) -> Iterator[Any]:
            try:
                yield cloud
            finally:
                self.ended.append("cloud")

        def close() -> tuple[str, ...]:
            self.ended.append("workbench")
            return self.leftovers

        monkeypatch.setattr(staying, "connected", connected)
        monkeypatch.setattr(staying, "Workbench", lambda *_: SimpleNamespace(close=close))
        monkeypatch.setattr(staying, "Resident", lambda *_: SimpleNamespace(trace=lambda: self.now))

    def stay(self) -> Any:
        journal: Any = None
        return staying.stay(Access(cloud="c"), journal, lambda _: nullcontext(), self.shown.__setitem__)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def test_what_became_of_the_server_is_held_against_what_it_was(world: World) -> None:
    with world.stay() as stayed:
        assert stayed.changes() == ()
        world.now = replace(TRACE, boots=2)
        assert stayed.changes() == ("boots: was 1, is 2",)

    assert world.shown == {"the server before": str(TRACE)}
    assert world.ended == ["workbench", "cloud"]


def test_what_is_left_of_the_server_fails_the_scenario(world: World) -> None:
    world.leftovers = ("server s-1 is still there",)

    with pytest.raises(AssertionError, match="s-1 is still there"), world.stay():
        pass


def test_a_scenario_that_fails_leaves_its_server_no_longer_than_itself(world: World) -> None:
    with pytest.raises(AssertionError, match="the scenario's own"), world.stay():
        raise AssertionError("the scenario's own")

    assert world.ended == ["workbench", "cloud"]
