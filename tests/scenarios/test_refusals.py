"""The scenario of refusals, by every deployer that can be had here; the Fuel master's has a test of its own.

Nothing is deployed by it, so that it takes seconds; `existing` compares with the tests' lab.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.proofs.scenarios import DEFINITIONS, ScenarioItem

if TYPE_CHECKING:
    from ostf_dual.deployers.lab.embedded import Lab

INSTALLER = Path(__file__).resolve().parents[1] / "contract" / "deployers" / "installer.py"
Given = dict[str, Any]


def on_lab(_: pytest.FixtureRequest, definition: Given) -> Given:
    return definition


def by_command(request: pytest.FixtureRequest, definition: Given) -> Given:
    folder: Path = request.getfixturevalue("tmp_path")
    calls = {
        name: [sys.executable, str(INSTALLER), name]
        for name in ("deploy", "plan", "add", "destroy", "access")
    }
    vcenter = definition["vmware"]["zones"][0]["vcenter"]
    vcenter["password"] = {"env": "HOME"}
    return {**definition, "deployer": "command", "commands": {**calls, "cwd": str(folder), "timeout_s": 60}}


def of_an_existing_cloud(request: pytest.FixtureRequest, definition: Given) -> Given:
    lab: Lab = request.getfixturevalue("lab")
    access = yaml.safe_load(lab.layout.environment_file.read_text())
    return {**definition, "deployer": "existing", "access": access}


@pytest.mark.parametrize("by", [on_lab, by_command, of_an_existing_cloud], ids=lambda by: by.__name__)
def test_what_is_forbidden_is_refused_before_anything_is_touched(
    request: pytest.FixtureRequest, tmp_path: Path, by: Callable[[pytest.FixtureRequest, Given], Given]
) -> None:
    usual = yaml.safe_load((DEFINITIONS / "qemu-and-vcenter.yaml").read_text())
    definition = tmp_path / "definition.yaml"
    definition.write_text(yaml.safe_dump(by(request, usual)))

    assert ScenarioItem("refusals", definition).tried() == []
    assert list(tmp_path.iterdir()) == [definition]
