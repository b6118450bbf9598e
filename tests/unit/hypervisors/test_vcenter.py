"""What a vCenter does not tell is "could not ask", whatever becomes of the question."""

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from pyVmomi import vim

from ostf_dual.environment.model import Secret, VCenterAccess
from ostf_dual.errors import OstfError
from ostf_dual.hypervisors.vcenter import VCenter

CLUSTER, SECOND = vim.ClusterComputeResource("domain-c8"), vim.Datastore("datastore-2")


class Offline(VCenter):
    """One that was read before: a cluster, its datastores, and the task that every search is."""

    def __init__(self, second: dict[str, Any], task: Any = None) -> None:
        super().__init__(VCenterAccess(name="vc1", host="vc", user="ostf", password=Secret(env="UNSET")))
        self.task = task

        def search(*_: Any) -> Any:
            if self.task is None:
                raise KeyError("gone")
            return self.task

        browser = SimpleNamespace(SearchDatastore_Task=search)
        shown = {"name": "ds1", "summary.name": "ds1", "summary.accessible": True, "browser": browser}
        self.known = {
            CLUSTER: {"datastore": [vim.Datastore("datastore-1"), SECOND]},
            vim.Datastore("datastore-1"): shown,
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


def ended(**info: Any) -> Any:
    return SimpleNamespace(info=SimpleNamespace(**info))


AWAY = {"name": "ds2", "summary.name": "ds2", "summary.accessible": False}


def test_a_search_finds_what_is_on_the_datastores_that_can_be_reached() -> None:
    found = SimpleNamespace(file=[SimpleNamespace(path="abc")])
    vcenter = Offline(AWAY, ended(state=vim.TaskInfo.State.success, result=found))

    assert vcenter.search_datastores("domain-c8", "*") == ("[ds1] abc",)


@pytest.mark.parametrize(("second", "told"), [({"name": "ds2"}, "ds2"), ({}, "datastore-2")])
def test_a_datastore_that_the_account_may_not_read_is_named(second: dict[str, Any], told: str) -> None:
    vcenter = Offline(second)

    for question in (
        lambda: vcenter.search_datastores("domain-c8", "*"),
        lambda: vcenter.datastores("domain-c8"),
    ):
        with pytest.raises(OstfError, match=rf"does not let ostf read datastore {told}: .*System\.Read"):
            question()


def test_a_task_that_does_not_end_answers_nothing_and_is_no_failure() -> None:
    vcenter = Offline(AWAY)

    with pytest.raises(
        OstfError, match=r"not ended a task in 0\.05 s \(running; look at its recent tasks\): the search"
    ):
        vcenter.run("the search", lambda: ended(state=vim.TaskInfo.State.running), timeout_s=0.05)


def test_a_datastore_that_goes_during_its_search_answers_nothing() -> None:
    with pytest.raises(OstfError, match=r"lost what it was asked for meanwhile: the search of \[ds1\]"):
        Offline(AWAY).search_datastores("domain-c8", "*")
