"""Help that teaches: examples and exit codes for each command, and nothing heavy is imported for it."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer

from ostf_dual.cli.app import app

HEAVY = ("openstack", "keystoneauth1", "pyVmomi", "allure_commons", "rich", "prometheus_client", "testinfra",
         "pytest", "jsonschema", "yaml")  # fmt: skip
# They print a script or a schema, ask first, or are for the lab on this machine alone.
WITHOUT_JSON = {"completion", "destroy", "env schema", "fuel stop",
                "lab up", "lab down", "lab remove", "lab logs", "lab restart"}  # fmt: skip


def commands() -> Iterator[tuple[str, object]]:
    def inside(group: object, path: tuple[str, ...]) -> Iterator[tuple[str, object]]:
        for name, command in sorted(group.commands.items()):  # type: ignore[attr-defined] # a group, by Typer's word
            if hasattr(command, "commands"):
                yield from inside(command, (*path, name))
            else:
                yield " ".join((*path, name)), command

    return inside(typer.main.get_command(app), ())


ALL = [pytest.param(name, command, id=name) for name, command in commands()]


@pytest.mark.parametrize(("name", "command"), ALL)
def test_each_command_has_an_example_its_exit_codes_and_json(
    name: str, command: typer.core.TyperCommand
) -> None:
    options = {option for parameter in command.params for option in parameter.opts}

    assert f"ostf-dual {name}" in (command.help or "")
    assert "Exit codes: 0" in (command.epilog or "")
    assert ("--json" in options) != (name in WITHOUT_JSON)


@pytest.mark.parametrize("group", ["ostf-dual", "ostf-dual lab", "ostf-dual env", "ostf-dual fuel"])
def test_each_group_has_examples_of_commands_that_are_there(group: str) -> None:
    command = typer.main.get_command(app)
    for name in group.split()[1:]:
        command = command.commands[name]  # type: ignore[attr-defined] # likewise
    examples = [line.strip() for line in (command.help or "").splitlines() if line.strip().startswith(group)]

    assert len(examples) > 1
    assert {each.removeprefix(group).split()[0] for each in examples} <= {*command.commands}  # type: ignore[attr-defined] # likewise


def test_there_are_commands() -> None:
    assert len(ALL) > 20


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (["--help"], (*HEAVY, "pydantic", "http.client", "json")),
        (["--version"], (*HEAVY, "pydantic", "typer", "http.client")),
        (["run", "--help"], (*HEAVY, "pydantic")),
        (["lab", "--help"], (*HEAVY, "pydantic")),
        (["watch", "--every", "1h", "--help"], HEAVY),  # Typer itself takes pydantic to read options
    ],
)
def test_nothing_heavy_is_imported_to_help(arguments: list[str], heavy: tuple[str, ...]) -> None:
    program = (
        "import sys\nfrom ostf_dual.__main__ import main\n"
        f"sys.argv = ['ostf-dual', *{arguments}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print('imported:', *(name for name in {heavy} if name in sys.modules))\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.rstrip().endswith("imported:")


@pytest.mark.parametrize(
    "command", [pytest.param(each, id=name) for name, each in commands() if name in {"run", "watch"}]
)
def test_profiles_that_are_not_for_a_command_are_told_by_it(command: typer.core.TyperCommand) -> None:
    (profile,) = (each for each in command.params if each.name == "profile")

    assert "system is asked for by `ostf-dual scenario`" in str(getattr(profile, "help", ""))
