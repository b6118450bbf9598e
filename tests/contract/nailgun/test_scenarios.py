"""Scenarios that a Fuel master's cloud cannot play: they say so, before anything is deployed."""

import json
from pathlib import Path

import pytest

from ostf_dual.environment.written import environment_to_json
from ostf_dual.plugin import command
from tests.contract.nailgun.bench import Bench


@pytest.mark.parametrize("scenario", ["convert-kvm-only", "convert-vcenter-only"])
def test_a_conversion_that_leaves_steps_to_the_operator_is_unsupported(
    bench: Bench, tmp_path: Path, scenario: str
) -> None:
    definition = tmp_path / "dual.json"
    definition.write_text(environment_to_json(bench.dual))
    reports = tmp_path / "reports"

    ended = command.run(
        ["scenario", scenario, "--environment", str(definition), "--reports", str(reports), "--no-html"],
        hear=lambda _: None,
    )

    (told,) = json.loads((reports / "summary.json").read_text())["checks"]
    assert told["outcome"] == "unsupported", ended.output
    assert (
        "deployer nailgun leaves to the operator what this scenario has it do: image TestVM"
        in told["message"]
    )
    assert bench.writes() == []
