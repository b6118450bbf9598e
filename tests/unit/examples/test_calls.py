"""What the examples for schedulers and CI systems call is there to be called."""

import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer
import yaml

from ostf_dual.cli.app import app
from ostf_dual.runs.data import data_folder

EXAMPLES = data_folder("fixtures") / "examples"


def commands() -> Iterator[tuple[str, list[str]]]:
    """Every call of ours in the examples, without the program itself."""
    yield from _systemd()
    yield from _kubernetes()
    for line in _read("gitlab/gitlab-ci.yml")["cloud-health"]["script"]:
        if line.startswith("ostf-dual "):
            yield "gitlab-ci.yml", _filled(line)
    for step in _read("github/action.yml")["runs"]["steps"]:
        calls = (line for line in step.get("run", "").splitlines() if 'ostf-dual" ' in line)
        yield from (("action.yml", _filled(line)) for line in calls)
    for task in _read("zuul/playbooks/run.yaml")[0]["tasks"]:
        if argv := task.get("ansible.builtin.command", {}).get("argv"):
            yield "run.yaml", [each.replace("{{ ostf_dual_profile }}", "smoke") for each in argv[1:]]


def _systemd() -> Iterator[tuple[str, list[str]]]:
    for unit in (EXAMPLES / "systemd").glob("*.service"):
        (line,) = (line for line in unit.read_text().splitlines() if line.startswith("ExecStart="))
        yield unit.name, shlex.split(line)[1:]


def _kubernetes() -> Iterator[tuple[str, list[str]]]:
    (job,) = (each for each in _read_all("kubernetes/cronjob.yaml") if each["kind"] == "CronJob")
    (container,) = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    yield "cronjob.yaml", [*container["command"][1:], *container["args"]]


def _read_all(name: str) -> Iterator[Any]:
    yield from yaml.safe_load_all((EXAMPLES / name).read_text())


def _read(name: str) -> Any:
    return yaml.safe_load((EXAMPLES / name).read_text())


def _filled(line: str) -> list[str]:
    return shlex.split(line.replace("$PROFILE", "smoke").replace('"${arguments[@]}"', ""))[1:]


@pytest.mark.parametrize(("name", "arguments"), [pytest.param(*each, id=each[0]) for each in commands()])
def test_what_an_example_calls_is_there(name: str, arguments: list[str]) -> None:
    group = typer.main.get_command(app)

    assert name
    with group.make_context("ostf-dual", arguments[:1]) as context:
        command = group.get_command(context, arguments[0])  # type: ignore[attr-defined] # a group, by Typer's word
        command.make_context(arguments[0], arguments[1:], parent=context).close()
        with pytest.raises(typer.TyperException):
            command.make_context(arguments[0], [*arguments[1:], "--no-such-option"], parent=context)


def test_every_example_that_calls_us_is_looked_at() -> None:
    found = {name for name, _ in commands()}

    assert found == {
        *("ostf-dual-watch.service", "ostf-dual.service", "cronjob.yaml"),
        *("gitlab-ci.yml", "action.yml", "run.yaml"),
    }
