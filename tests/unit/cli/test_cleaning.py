"""Which runs `ostf-dual cleanup` cleans, and what it tells."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ostf_dual.cli.app import app
from ostf_dual.cli.cleaning import clean_up
from ostf_dual.cli.due import Order
from ostf_dual.cloud import audit
from ostf_dual.cloud.cloud import Cloud as RealCloud
from ostf_dual.environment.model import Access
from ostf_dual.errors import InputError, OstfError
from ostf_dual.runs.journal import FileJournal, read_journal
from tests.unit.cloud_acting.conftest import Cloud, Zone

OLD, OTHER = "200101000000-aaaa", "200102000000-bbbb"
Clean = Callable[..., tuple[int, list[dict[str, Any]]]]


class Reached(Cloud):
    """A cloud that can be connected to, with a zone."""

    def __init__(self, **budgets: float) -> None:
        super().__init__(**budgets)
        self.seen: tuple[Any, ...] = (Zone(self, "kvm"),)
        self.reached: list[Access] = []

    def zones(self) -> tuple[Any, ...]:
        return self.seen

    def connect(self, access: Access) -> "Reached":
        self.reached.append(access)
        return self

    def close(self) -> None:
        pass


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Reached:
    found = Reached(delete_s=5.0)
    monkeypatch.setattr(RealCloud, "connect", found.connect)
    return found


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "ostf-dual/runs"


@pytest.fixture
def clean(cloud: Reached, runs: Path, capsys: pytest.CaptureFixture[str]) -> Clean:  # noqa: ARG001
    def run(**order: Any) -> tuple[int, list[dict[str, Any]]]:
        code = clean_up(Order(cloud="fake", **order), as_json=True)
        return code, json.loads(capsys.readouterr().out)["runs"]

    return run


def leave(cloud: Any, run_id: str) -> Any:
    return cloud.project.servers.create(name=f"ostf-{run_id}-vm", metadata={"ostf-run": run_id})


def killed(runs: Path, run_id: str, cloud: str = "fake", environment: Path | None = None) -> None:
    journal = FileJournal.begin(runs, run_id, cloud, environment)
    journal.intend("server", f"ostf-{run_id}-vm")
    journal.close()


def test_from_another_machine_a_run_goes_by_its_id(cloud: Any, clean: Clean) -> None:
    leave(cloud, OLD)
    kept = leave(cloud, OTHER)
    look_alike = cloud.project.servers.create(name=f"ostf-{OLD}-web")

    code, (done,) = clean(run_id=OLD)

    assert code == 0
    assert done["removed"] == [f"server ostf-{OLD}-vm (ACTIVE)"]
    assert [line.partition(" is not")[0] for line in done["look_alikes"]] == [
        f"server {look_alike.name} (ACTIVE)"
    ]
    assert cloud.project.everything == [kept, look_alike]


def test_a_dry_run_tells_and_touches_nothing(cloud: Any, runs: Path, clean: Clean) -> None:
    killed(runs, OLD)
    leave(cloud, OLD)

    code, (done,) = clean(dry_run=True)

    assert (code, done["found"], done["removed"]) == (0, [f"server ostf-{OLD}-vm (ACTIVE)"], [])
    assert len(cloud.project.everything) == 1
    assert not read_journal(runs / OLD / "journal.jsonl").is_clean


def test_without_a_name_every_run_that_has_a_journal_here_is_cleaned(
    cloud: Any, runs: Path, clean: Clean
) -> None:
    killed(runs, OLD)
    leave(cloud, OLD)
    kept = leave(cloud, OTHER)  # of another machine

    code, done = clean()

    assert (code, [each["run_id"] for each in done]) == (0, [OLD])
    assert cloud.project.everything == [kept]
    assert read_journal(runs / OLD / "journal.jsonl").is_clean
    assert clean() == (0, [])


def test_runs_of_another_cloud_are_not_looked_for_in_this_one(runs: Path, clean: Clean) -> None:
    killed(runs, OLD, "elsewhere")

    assert clean() == (0, [])
    assert not read_journal(runs / OLD / "journal.jsonl").is_clean


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_run_that_is_named_is_not_looked_for_in_another_cloud(
    runs: Path, clean: Clean, *, dry_run: bool
) -> None:
    killed(runs, OLD, "elsewhere")

    with pytest.raises(InputError, match=f"run {OLD} is of cloud elsewhere"):
        clean(run_id=OLD, dry_run=dry_run)

    assert not read_journal(runs / OLD / "journal.jsonl").is_clean


def test_the_file_of_another_cloud_is_refused_and_one_that_names_none_serves_the_runs(
    runs: Path, cloud: Any, tmp_path: Path
) -> None:
    killed(runs, OLD, "elsewhere")
    for name, text in (("other", "cloud: fake\n"), ("none", "expect: [kvm]\n")):
        (tmp_path / name).write_text(text)

    with pytest.raises(InputError, match="is of cloud elsewhere"):
        clean_up(Order(run_id=OLD, environment=tmp_path / "other"), as_json=True)
    clean_up(Order(run_id=OLD, environment=tmp_path / "none"), as_json=True)

    assert cloud.reached[-1].cloud == "elsewhere"
    assert cloud.reached[-1].expect == ("kvm",)


@pytest.mark.parametrize(("typed", "polling_s"), [((), 20.0), (("--environment", "typed"), 30.0)])
def test_the_file_that_a_run_was_asked_for_with_gives_way_only_to_one_that_was_typed(
    runs: Path,
    cloud: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    typed: tuple[str, ...],
    polling_s: float,
) -> None:
    for name, text in (
        ("of-variable", "cloud: other\npolling_interval_s: 10\n"),
        ("recorded", "cloud: fake\npolling_interval_s: 20\n"),
        ("typed", "cloud: fake\npolling_interval_s: 30\n"),
    ):
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OSTF_ENVIRONMENT", str(tmp_path / "of-variable"))
    killed(runs, OLD, "fake", tmp_path / "recorded")

    done = CliRunner().invoke(app, ["cleanup", OLD, *typed])

    assert done.exit_code == 0, done.output
    assert (cloud.reached[-1].cloud, cloud.reached[-1].polling_interval_s) == ("fake", polling_s)


def test_what_is_passed_over_is_counted_with_the_reason(
    runs: Path, cloud: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    now = datetime.now(UTC)
    young = [f"{now - timedelta(hours=hours):%y%m%d%H%M%S}-cccc" for hours in (2, 1)]
    for run_id in young:
        killed(runs, run_id)
    killed(runs, OLD, "elsewhere")
    killed(runs, OTHER)
    (runs / OTHER / "journal.jsonl").write_text("damaged\n")

    code = clean_up(Order(cloud="fake", older_than="9h"), as_json=False)

    told = capsys.readouterr()
    assert (code, cloud.reached) == (7, [])
    assert told.out == "nothing is left of any other run that this machine knows of\n"
    assert f"passed over 2 runs, since it began less than 9h ago: {young[0]}, {young[1]}" in told.err
    assert f"passed over 1 run, since it is of cloud elsewhere: {OLD}" in told.err
    assert "is not a journal of a run" in told.err
    clean_up(Order(cloud="fake", older_than="9h"), as_json=True)
    passed_over = json.loads(capsys.readouterr().out)["passed_over"]
    assert {each["run_id"] for each in passed_over} == {*young, OLD, OTHER}


def test_all_takes_also_what_came_after_a_run_had_been_cleaned(cloud: Any, runs: Path, clean: Clean) -> None:
    killed(runs, OLD)
    clean()
    leave(cloud, OLD)

    _, (done,) = clean(is_all=True)

    assert len(done["removed"]) == 1
    assert cloud.project.everything == []


def test_all_takes_other_machines_runs_too_once_they_are_old_enough(cloud: Any, clean: Clean) -> None:
    young = f"{datetime.now(UTC) - timedelta(hours=1):%y%m%d%H%M%S}-cccc"
    leave(cloud, OLD)
    kept = leave(cloud, young)

    _, done = clean(is_all=True)

    assert cloud.project.everything == [kept]
    assert [each["note"] for each in done] == [
        "",
        "began less than 4h ago and may still be going on: left alone",
    ]

    clean(is_all=True, older_than="30m")

    assert cloud.project.everything == []


def test_a_run_that_goes_on_here_is_left_alone(cloud: Any, runs: Path, clean: Clean) -> None:
    going_on = FileJournal.begin(runs, OLD, "fake", None)
    going_on.intend("server", "ostf")
    leave(cloud, OLD)

    for order in ({}, {"is_all": True}, {"run_id": OLD}):
        code, (done,) = clean(**order)
        assert (code, done["note"]) == (0, f"run {OLD} is still going on: left alone")

    assert len(cloud.project.everything) == 1
    going_on.close()


def test_what_stays_is_told_and_is_a_leak(cloud: Any, clean: Clean) -> None:
    cloud.project.servers.stuck.add(leave(cloud, OLD).id)

    code, (done,) = clean(run_id=OLD)

    assert code == 7
    assert "is still there 5 s after it was deleted" in done["left"][0]


def test_what_the_hypervisor_keeps_is_told_also_of_what_went_before(
    cloud: Any, runs: Path, clean: Clean, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = partial(audit.left_on_hypervisors, settling_s=0.1)
    monkeypatch.setattr(audit, "left_on_hypervisors", impatient)
    journal = FileJournal.begin(runs, OLD, "fake", None)
    journal.made(journal.intend("server", f"ostf-{OLD}-vm"), "id-gone")
    journal.gone("server", "id-gone")
    journal.close()
    cloud.seen[0].probe.kept = {"servers"}

    code, (done,) = clean(run_id=OLD)

    assert (code, done["left"]) == (7, ["guest id-gone (zone kvm)"])


def test_hypervisors_that_were_not_asked_are_named_and_nobody_says_that_they_are_clean(
    cloud: Any, clean: Clean, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.seen = (Zone(cloud, "kvm"), Zone(cloud, "esx-a"))
    cloud.seen[0].probe.unasked = ("compute2: sh did not end within 30 s",)
    cloud.seen[1].witness_missing = "vcenters: none serves zone esx-a"
    leave(cloud, OLD)

    code, (done,) = clean(run_id=OLD)

    assert (code, done["left"]) == (0, [])
    assert done["unasked"] == [
        "zone kvm: compute2: sh did not end within 30 s",
        "zone esx-a: vcenters: none serves zone esx-a",
    ]
    leave(cloud, OTHER)
    clean_up(Order(cloud="fake", run_id=OTHER), as_json=False)
    told = capsys.readouterr()
    assert told.err.splitlines() == [f"run {OTHER}: not asked: {line}" for line in done["unasked"]]
    assert told.out.endswith(
        "nothing is left in cloud fake by OpenStack's word; hypervisors could not all be asked\n"
    )


def test_a_run_that_left_neither_servers_nor_volumes_asks_no_hypervisor(cloud: Any, clean: Clean) -> None:
    cloud.seen[0].witness_missing = "libvirt: no entry for host compute1 (zone kvm)"
    cloud.project.images.create(name=f"ostf-{OLD}-image", properties={"ostf-run": OLD})

    code, (done,) = clean(run_id=OLD)

    assert (code, done["removed"], done["unasked"]) == (0, [f"image ostf-{OLD}-image"], [])


def test_a_server_that_nova_keeps_from_an_earlier_clean_up_is_not_told_to_be_gone(
    cloud: Any, runs: Path, clean: Clean
) -> None:
    server = leave(cloud, OLD)
    server.status, server.updated_at = "SOFT_DELETED", "2020-01-01T00:10:00Z"
    cloud.project.compute.servers = lambda **_: []  # not shown to who is no admin
    journal = FileJournal.begin(runs, OLD, "fake", None)
    journal.made(journal.intend("server", server.name), server.id)
    journal.close()

    code, (done,) = clean()

    assert code == 7
    (left,) = done["left"]
    assert left.startswith(
        f"server ostf-{OLD}-vm is deleted (2020-01-01T00:10:00Z), and Nova keeps its guest"
    )
    cloud.project.servers.things.clear()
    assert clean()[0] == 0
    assert read_journal(runs / OLD / "journal.jsonl").is_clean


def test_without_zones_nobody_says_that_the_hypervisors_are_clean(cloud: Any, clean: Clean) -> None:
    leave(cloud, OLD)
    cloud.seen = ()

    code, (done,) = clean(run_id=OLD)

    assert (code, done["left"]) == (
        7,
        ["whether the hypervisors have anything left cannot be told: the cloud names no zone"],
    )


def test_a_cloud_that_cannot_be_reached_keeps_no_other_from_being_cleaned(
    runs: Path, clean: Clean, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Any) -> Any:
        raise OstfError("cannot log in")

    monkeypatch.setattr(RealCloud, "connect", refuse)
    killed(runs, OLD)
    killed(runs, OTHER)

    code, done = clean()

    assert code == 7
    assert [each["left"] for each in done] == [["it cannot be told what is left: cannot log in"]] * 2


def test_without_admin_rights_a_project_of_the_runs_own_is_told_to_be_left(runs: Path, clean: Clean) -> None:
    journal = FileJournal.begin(runs, OLD, "fake", None)
    journal.made(journal.intend("project", f"ostf-{OLD}-checks"), "id-1")
    journal.close()

    code, (done,) = clean(run_id=OLD)

    assert code == 7
    assert "it takes admin rights" in done["left"][0]


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ({"run_id": "2611"}, "no id of a run"),
        ({"run_id": OLD, "is_all": True}, "not both"),
        ({"is_all": True, "older_than": "soon"}, "no length of time"),
    ],
)
def test_what_cannot_be_meant_is_refused(clean: Clean, order: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        clean(**order)
