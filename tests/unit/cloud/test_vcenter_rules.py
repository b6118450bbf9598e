from dataclasses import replace
from typing import Any

import pytest

from ostf_dual.environment.sizes import GIB
from ostf_dual.hypervisors.vcenter import (
    ClusterFacts,
    DatastoreFacts,
    HostFacts,
    cluster_faults,
    datastore_faults,
    passed_over,
    usable_capacity_gib,
)

ESX1 = HostFacts(id="host-1", name="esx1", state="connected", in_maintenance=False)
ESX2 = replace(ESX1, id="host-2", name="esx2")
CLUSTER = ClusterFacts(
    id="domain-c8", name="C", status="green", drs="fullyAutomated", ha=True, hosts=(ESX1, ESX2)
)
DS = DatastoreFacts(
    name="ds1", type="VMFS", is_accessible=True, maintenance_mode="normal", capacity_bytes=200 * GIB,
    free_bytes=100 * GIB, hosts=frozenset({"host-1", "host-2"}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("cluster", "words"),
    [
        (CLUSTER, None),
        (replace(CLUSTER, drs="manual"), "DRS of cluster C (domain-c8) is manual"),
        (replace(CLUSTER, drs="off"), "DRS of cluster C (domain-c8) is off"),
        (replace(CLUSTER, drs="partiallyAutomated"), None),  # it places, and that is all that Nova needs
        (replace(CLUSTER, drs="unset"), None),
        (replace(CLUSTER, drs="off", hosts=(ESX1,)), None),  # one host: nothing to choose
        (replace(CLUSTER, hosts=(ESX1, replace(ESX2, state="notResponding"))), None),
        (replace(CLUSTER, hosts=(replace(ESX1, in_maintenance=True), replace(ESX2, state="notResponding"))),
         "esx1 connected in maintenance, esx2 notResponding"),
        (replace(CLUSTER, hosts=()), "no host at all"),
    ],
)  # fmt: skip
def test_clusters(cluster: Any, words: Any) -> None:
    faults = cluster_faults(cluster)

    assert faults == () if words is None else words in faults[0]


@pytest.mark.parametrize(
    ("datastores", "regex", "words"),
    [
        ((DS,), "ds1", None),
        ((DS,), None, None),
        ((DS, replace(DS, name="iso", is_accessible=False)), "ds.*", None),  # not Nova's
        ((DS,), "s1", "datastore_regex 's1' matches none"),  # from the beginning, as Nova matches
        ((), None, "there is no datastore"),
        ((replace(DS, is_accessible=False),), "ds", "not accessible"),
        ((replace(DS, maintenance_mode="inMaintenance"),), "ds", "maintenance mode"),
        ((replace(DS, type="vfat"),), "ds", "of type vfat"),
        ((replace(DS, hosts=frozenset({"host-1"})),), "ds", "not shared by all hosts: DRS may choose esx2"),
        ((replace(DS, free_bytes=GIB),), "ds", "2.0 GiB free for a server"),
        ((replace(DS, free_bytes=GIB), replace(DS, name="ds2")), "ds", None),
    ],
)
def test_datastores(datastores: Any, regex: Any, words: Any) -> None:
    faults = datastore_faults(CLUSTER, datastores, regex, 2 * GIB)

    assert faults == () if words is None else words in faults[0]


RESTING = replace(DS, name="ds2", maintenance_mode="inMaintenance", hosts=frozenset({"host-1"}))
PMEM = replace(DS, name="ds3", type="PMEM", hosts=frozenset({"host-1"}))


@pytest.mark.parametrize(
    ("datastores", "regex", "over"),
    [
        ((DS, RESTING), "ds", (RESTING,)),
        ((DS, RESTING, PMEM), None, (RESTING, PMEM)),
        ((replace(DS, free_bytes=GIB), RESTING), "ds", ()),  # it is missed
        ((DS, PMEM), "ds", ()),  # the regex names it
        ((DS, replace(DS, name="ds2", is_accessible=False)), None, ()),
    ],
)
def test_a_datastore_that_nova_ignores_is_no_fault_while_another_has_room(
    datastores: Any, regex: Any, over: Any
) -> None:
    assert passed_over(datastores, regex, 2 * GIB) == over
    assert (datastore_faults(CLUSTER, datastores, regex, 2 * GIB) == ()) is bool(over)


def test_capacity_is_what_nova_sums() -> None:
    other = replace(DS, name="ds2", capacity_bytes=50 * GIB)

    assert usable_capacity_gib((DS, other), "ds") == 250
    assert usable_capacity_gib((DS, replace(other, maintenance_mode="entering")), "ds") == 200
    assert usable_capacity_gib((DS, other), "none") == 0
