"""The spec's own role on a master: put there, used, brought up to date, and taken away."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from ostf_dual.__main__ import main
from ostf_dual.deployers.base import Action
from ostf_dual.deployers.nailgun.answers import RefusedError
from ostf_dual.deployers.nailgun.login import log_in
from ostf_dual.deployers.nailgun.nodes import assign
from ostf_dual.environment.definition import Environment
from ostf_dual.runs.exit_code import ExitCode
from tests.contract.nailgun import definitions
from tests.contract.nailgun.bench import Bench

Command = Callable[..., int]


@pytest.fixture
def command(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """`ostf-dual fuel ...` with a definition of that master."""
    file = tmp_path / "environment.yaml"
    fuel = {"url": bench.master.url, "password": {"env": "FUEL_PASSWORD"}, "role": "install"}
    file.write_text(yaml.safe_dump({"name": "dual", "release": "9.2", "deployer": "nailgun", "fuel": fuel}))

    def run(*arguments: str) -> int:
        monkeypatch.setattr("sys.argv", ["ostf-dual", "fuel", *arguments, str(file)])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0)

    return run


def test_it_is_the_specs_with_conflicts_restriction_and_partitions(bench: Bench, command: Command) -> None:
    assert command("install-role") == ExitCode.OK

    role = bench.master.world.roles["vcenter-compute"]
    assert bench.master.world.tags["vcenter-compute"]["meta"] == {"has_primary": False}
    assert role["meta"]["tags"] == ["vcenter-compute"]
    assert role["meta"]["conflicts"] == ["compute", "mongo", "zabbix-server"]
    assert role["meta"]["restrictions"] == [
        {
            "condition": "settings:common.use_vcenter.value == false",
            "action": "hide",
            "message": "VMware vCenter not enabled for cluster",
        }
    ]
    assert role["volumes_roles_mapping"] == [{"id": "os", "allocate_size": "min"}]


def test_a_second_time_does_nothing(
    bench: Bench, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    command("install-role")
    bench.writes()
    capsys.readouterr()

    assert command("install-role") == ExitCode.OK

    assert bench.writes() == []
    assert "role vcenter-compute: as wanted already" in capsys.readouterr().out


def test_a_plan_touches_nothing(bench: Bench, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("install-role", "--plan") == ExitCode.OK
    assert "role vcenter-compute: would be installed, for Mitaka on Ubuntu" in capsys.readouterr().out
    assert command("install-role", "--plan", "--remove") == ExitCode.OK
    assert "role vcenter-compute: as wanted already" in capsys.readouterr().out

    assert bench.master.writes == []


def test_a_result_can_be_had_as_json(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("install-role", "--json") == ExitCode.OK

    (change,) = json.loads(capsys.readouterr().out)["changes"]
    assert change == {"action": "add", "what": "role vcenter-compute", "detail": "Mitaka on Ubuntu 14.04"}


def test_one_that_differs_is_brought_to_the_specs(bench: Bench, command: Command) -> None:
    command("install-role")
    bench.master.world.roles["vcenter-compute"]["meta"]["conflicts"] = []

    assert command("install-role") == ExitCode.OK

    assert "compute" in bench.master.world.roles["vcenter-compute"]["meta"]["conflicts"]


def test_it_can_be_removed_and_to_remove_none_is_no_error(bench: Bench, command: Command) -> None:
    command("install-role")

    assert command("install-role", "--remove") == ExitCode.OK
    assert "vcenter-compute" not in {*bench.master.world.roles, *bench.master.world.tags}
    bench.writes()
    assert command("install-role", "--remove") == ExitCode.OK
    assert bench.writes() == []


def test_one_that_a_node_has_stays(
    bench: Bench, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.deploy(definitions.installing(bench.dual))

    assert command("install-role", "--remove") == ExitCode.FAILED

    assert "assigned to some node" in capsys.readouterr().err
    assert "vcenter-compute" in bench.master.world.roles


def test_a_deployment_puts_it_there_where_the_definition_wants_it(bench: Bench) -> None:
    environment = definitions.installing(bench.dual)
    assert bench.changes(environment)[0] == ("add", "role vcenter-compute")

    bench.deploy(environment)

    assert bench.states()["vcenter-compute-1"] == ("ready", ("vcenter-compute",))


def test_a_plan_says_that_a_stock_master_has_no_tasks_for_it(bench: Bench) -> None:
    def notes(environment: Environment) -> list[str]:
        found = (each for each in bench.plan(environment).changes if each.action is Action.NOTE)
        return [each.detail for each in found if each.what == "role vcenter-compute"]

    (note,) = notes(definitions.installing(bench.dual))

    assert "a stock master has no deployment tasks for it" in note
    assert notes(bench.dual) == notes(definitions.installing(bench.kvm)) == []


@pytest.mark.parametrize(
    ("roles", "refusal"),
    [
        (("vcenter-compute",), None),
        (("vcenter-compute", "controller"), None),
        (("vcenter-compute", "cinder-vmware"), None),
        (("vcenter-compute", "compute"), "Role 'vcenter-compute' in conflict with role 'compute'"),
        (("vcenter-compute", "mongo"), "Role 'vcenter-compute' in conflict with role 'mongo'"),
    ],
)
def test_the_master_then_holds_its_conflicts(
    bench: Bench, roles: tuple[str, ...], refusal: str | None
) -> None:
    environment = definitions.installing(bench.dual)
    bench.deploy(environment)
    assert environment.fuel is not None
    master = log_in(environment.fuel)

    if refusal is None:
        assign(master, 1, {5: roles})
    else:
        with pytest.raises(RefusedError, match=refusal):
            assign(master, 1, {5: roles})


def test_stop_says_when_there_is_nothing_to_stop(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("stop") == ExitCode.OK

    assert "is not going on: nothing was done" in capsys.readouterr().out
