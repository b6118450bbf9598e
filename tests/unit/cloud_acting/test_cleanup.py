from typing import Any

import pytest

from ostf_dual.cloud.cleanup import clean, find
from ostf_dual.cloud.resources import SERVER, VOLUME, Maker, Marks
from ostf_dual.errors import OstfError
from ostf_dual.journal import Entry

MARKED = {"name": "ostf-run-1-server", "metadata": {"ostf-run": "run-1"}}


def test_finds_and_removes_what_carries_the_marks(cloud: Any, journal: Any) -> None:
    maker = Maker(cloud.project, journal)
    server = maker.make(SERVER, "server", metadata={"ostf_pattern": "t"})
    maker.make(VOLUME, "volume")

    assert [str(found) for found in find(cloud, "run-1")] == [
        "server ostf-run-1-server (ACTIVE)",
        "volume ostf-run-1-volume (available)",
    ]
    assert server.metadata == {"ostf_pattern": "t", "ostf-run": "run-1"}

    assert clean(cloud, "run-1", seen_gone=maker.gone) == ()

    assert cloud.project.everything == []
    assert {line[0] for line in journal.lines} == {"intend", "made", "gone"}
    assert ("gone", "server", server.id) in journal.lines


@pytest.mark.parametrize(
    "other",
    [
        {"name": "ostf-run-1-server", "metadata": {}},
        {"name": "ostf-run-1-server", "metadata": {"ostf-run": "run-2"}},
        {"name": "somebody's", "metadata": {"ostf-run": "run-1"}},
        {**MARKED, "project_id": "project-2"},
    ],
)
def test_one_mark_alone_is_not_enough(cloud: Any, other: dict[str, Any]) -> None:
    cloud.project.servers.create(**other)

    assert clean(cloud, "run-1") == ()
    assert len(cloud.project.everything) == 1


def test_a_floating_ip_has_no_name_and_goes_by_its_description(cloud: Any) -> None:
    cloud.project.ips.create(description=Marks("run-1").description)
    kept = cloud.project.ips.create(description="")

    clean(cloud, "run-1")

    assert cloud.project.everything == [kept]


def test_with_a_journal_only_what_it_names_is_removed(cloud: Any) -> None:
    server = cloud.project.servers.create(**MARKED)
    nameless = cloud.project.servers.create(**{**MARKED, "name": "ostf-run-1-asked"})
    other = cloud.project.servers.create(**{**MARKED, "name": "ostf-run-1-other"})
    entries = (
        Entry(number=1, kind="server", name="whatever", resource_id=server.id),
        Entry(number=2, kind="server", name=nameless.name),  # the run died before it was told the id
    )

    assert clean(cloud, "run-1", entries) == ()
    assert cloud.project.everything == [other]


def test_what_is_in_use_for_a_while_is_asked_again(cloud: Any) -> None:
    network = cloud.project.networks.create(name="ostf-run-1-n", description="ostf-run=run-1")
    cloud.project.networks.refusals[network.id] = 1

    assert clean(cloud, "run-1") == ()
    assert cloud.project.everything == []


def test_what_does_not_go_is_told_with_its_state_and_the_rest_goes(cloud: Any) -> None:
    server = cloud.project.servers.create(**MARKED)
    cloud.project.servers.stuck.add(server.id)
    network = cloud.project.networks.create(name="ostf-run-1-n", description="ostf-run=run-1")
    cloud.project.networks.refusals[network.id] = 1000
    cloud.project.volumes.create(**{**MARKED, "name": "ostf-run-1-v"})

    hanging, refused = clean(cloud, "run-1")

    assert hanging == "server ostf-run-1-server (ACTIVE) is still there 1 s after it was deleted"
    assert "network ostf-run-1-n" in refused
    assert "in use" in refused
    assert cloud.project.everything == [server, network]


def test_a_closed_maker_makes_nothing(cloud: Any, journal: Any) -> None:
    maker = Maker(cloud.project, journal)
    maker.close()

    with pytest.raises(OstfError, match="cleaning up"):
        maker.make(SERVER, "server")
    assert journal.lines == []
