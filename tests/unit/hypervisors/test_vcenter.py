"""What a vCenter does not tell is "could not ask", whatever becomes of the question."""

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from pyVmomi import vim

from ostf_dual.environment.model import Secret, VCenterAccess
from ostf_dual.errors import OstfError
from ostf_dual.hypervisors.probe import PartlyUnaskedError
from ostf_dual.hypervisors.vcenter import VCenter, VCenterProbe

CLUSTER, SECOND = vim.ClusterComputeResource("domain-c8"), vim.Datastore("datastore-2")


class Offline(VCenter):
    """One that was read before: a cluster, its datastores, and the task that every search is."""

    def __init__(self, second: dict[str, Any], task: Any = None, regex: str | None = None) -> None:
        super().__init__(
            VCenterAccess(
                name="vc1", host="vc", user="ostf", password=Secret(env="UNSET"), datastore_regex=regex
            )
        )
        self.task = task
        self.machines: tuple[Any, ...] = ()

        def search(*_: Any) -> Any:
            if self.task is None:
                raise KeyError("gone")
            return self.task

        browser = SimpleNamespace(SearchDatastore_Task=search)
        self.shown = {"name": "ds1", "summary.name": "ds1", "summary.accessible": True, "browser": browser}
        self.known = {
            CLUSTER: {"name": "C1", "datastore": [vim.Datastore("datastore-1"), SECOND]},
            vim.Datastore("datastore-1"): self.shown,
            SECOND: second,
        }

    def ask(self, what: str, question: Callable[[Any], Any]) -> Any:
        del what
        return question(None)

    def managed(self, kind: Any, moref: str) -> Any:
        return kind(moref)

    def read(self, objects: Iterable[Any], *paths: str) -> dict[Any, Any]:
        del paths
        return {each: self.known[each] for each in objects}

    def machines_of(self, instance_uuid: str, *paths: str) -> tuple[Any, ...]:
        del instance_uuid, paths
        return self.machines

    def probe(self) -> VCenterProbe:
        return VCenterProbe(self, lambda: ("domain-c8",))


def ended(**info: Any) -> Any:
    return SimpleNamespace(info=SimpleNamespace(**info))


def search(*paths: str) -> Any:
    """One that has ended, and what it found."""
    found = SimpleNamespace(file=[SimpleNamespace(path=path) for path in paths])
    return ended(state=vim.TaskInfo.State.success, result=found)


AWAY = {"name": "ds2", "summary.name": "ds2", "summary.accessible": False}
HIDDEN = {"name": "ds2"}


def test_a_search_finds_what_is_on_the_datastores_that_can_be_reached_and_names_the_others() -> None:
    replies = Offline(AWAY, search("abc")).search_datastores("domain-c8", "*")

    assert replies.answers == {"ds1": ("[ds1] abc",)}
    assert str(replies.silence["ds2"]).startswith("datastore ds2 of vCenter vc1 (vc:443) is not accessible")


def test_a_regex_that_matches_no_datastore_keeps_none_from_being_searched() -> None:
    vcenter = Offline(AWAY, search("abc"), regex="renamed")

    assert vcenter.search_datastores("domain-c8", "*", is_novas=True).answers == {"ds1": ("[ds1] abc",)}


@pytest.mark.parametrize(("second", "told"), [(HIDDEN, "ds2"), ({}, "datastore-2")])
def test_a_datastore_that_the_account_may_not_read_is_named(second: dict[str, Any], told: str) -> None:
    vcenter = Offline(second, search())
    words = rf"does not let ostf read datastore {told}: .*System\.Read"

    with pytest.raises(OstfError, match=words):
        vcenter.datastores("domain-c8")
    with pytest.raises(OstfError, match=words):
        raise vcenter.search_datastores("domain-c8", "*").silence[told]


def test_a_datastore_that_may_not_be_read_keeps_no_other_from_telling_what_remains() -> None:
    vcenter = Offline(HIDDEN, search("server-1"))
    probe = vcenter.probe()
    assert probe.remains_of("server-1") == ("datastore folder [ds1] server-1",)
    assert list(probe.unasked) == []  # it was on the other one

    vcenter.task = search()

    assert probe.remains_of("server-1") == ()
    assert list(probe.unasked) == []
    assert probe.remains_of_volume("volume-1") == ()
    (told,) = probe.unasked
    assert told.startswith("datastore ds2: vCenter vc1 (vc:443) does not let ostf read datastore ds2")


def test_the_silence_of_the_datastore_that_had_it_is_not_the_lack_of_remains() -> None:
    vcenter = Offline(AWAY, search("server-1"))
    probe = vcenter.probe()
    assert probe.remains_of("server-1") != ()
    vcenter.known[SECOND] = vcenter.shown | {"name": "ds2", "summary.name": "ds2"}
    vcenter.shown["summary.accessible"], vcenter.task = False, search()

    with pytest.raises(
        PartlyUnaskedError, match=r"which server-1 may be .*datastore ds1 of .* not accessible"
    ):
        probe.remains_of("server-1")
    assert probe.remains_of("server-2") == ()


def test_where_no_datastore_can_be_searched_nobody_says_that_nothing_remains() -> None:
    vcenter = Offline(HIDDEN, search())
    vcenter.shown["summary.accessible"] = False

    with pytest.raises(PartlyUnaskedError, match=r"ds1 of .* is not accessible.*; .*read datastore ds2"):
        vcenter.probe().remains_of("server-1")


def test_a_machine_that_is_left_is_told_whatever_datastores_say() -> None:
    vcenter = Offline(HIDDEN, search())
    vcenter.shown["summary.accessible"], vcenter.machines = False, ({"name": "vm-1"},)

    assert vcenter.probe().remains_of("server-1") == ("virtual machine 'vm-1'",)


def test_what_nova_does_not_use_is_not_searched_for_servers_and_is_for_volumes() -> None:
    probe = Offline(HIDDEN, search(), regex="ds1").probe()

    assert probe.remains_of("server-1") == ()
    assert list(probe.unasked) == []
    assert probe.remains_of_volume("volume-1") == ()
    assert [line.partition(":")[0] for line in probe.unasked] == ["datastore ds2"]


def test_a_task_that_does_not_end_answers_nothing_and_is_no_failure() -> None:
    vcenter = Offline(AWAY)

    with pytest.raises(
        OstfError, match=r"not ended a task in 0\.05 s \(running; look at its recent tasks\): the search"
    ):
        vcenter.run("the search", lambda: ended(state=vim.TaskInfo.State.running), timeout_s=0.05)


def test_a_datastore_that_goes_during_its_search_answers_nothing() -> None:
    silence = Offline(AWAY).search_datastores("domain-c8", "*").silence

    assert "lost what it was asked for meanwhile: the search of [ds1]" in str(silence["ds1"])
