"""The published JSON Schema is that of the code, and takes what is shipped."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from ostf_dual.environment import schema
from ostf_dual.environment.schema import environment_schema

SHIPPED = sorted((Path(__file__).parents[3] / "fixtures" / "environments").glob("*.yaml"))
PUBLISHED = Path(schema.__file__).with_name("environment.schema.json")
HEAD = "# yaml-language-server: $schema="


def faults(content: object) -> list[str]:
    validator = jsonschema.Draft202012Validator(environment_schema())
    return [each.message for each in validator.iter_errors(content)]


def test_the_published_file_is_what_the_code_says() -> None:
    told = "make it anew: ostf-dual env schema > ostf_dual/environment/environment.schema.json"

    assert json.loads(PUBLISHED.read_text()) == environment_schema(), told


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(environment_schema())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_definition_fits_it_and_leads_an_editor_to_it(path: Path) -> None:
    text = path.read_text()

    assert faults(yaml.safe_load(text)) == []
    named = text.splitlines()[0].removeprefix(HEAD)
    assert (path.parent / named).resolve() == PUBLISHED


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"hypervisr": "kvm"}, "'hypervisr' was unexpected"),
        ({"hypervisor": "xen"}, "not valid under any"),
        ({"nodes": [{"name": "a", "roles": ["comptue"]}]}, "'comptue' is not one of"),
        ({"high_availability": {"mode": "some"}}, "'some' is not one of"),
        ({"network": {"segmentation": "ring"}}, "'ring' is not one of"),
        ({"hypervisor_budgets": {"vcenter": {"boot": 3}}}, "'boot' is not one of"),
        ({"release": 2024.2}, "is not of type 'string'"),
        ({"budgets": {"boot_s": 0}}, "0 is less than or equal to the minimum of 0"),
    ],
)
def test_an_editor_sees_what_is_wrong(change: dict[str, Any], words: str) -> None:
    given = {"name": "a", "release": "2024.2", "deployer": "lab", **change}

    assert any(words in each for each in faults(given)), faults(given)


def test_a_secret_is_a_reference_of_exactly_one_kind() -> None:
    base = yaml.safe_load((SHIPPED[0].parent / "kvm-and-vcenter.yaml").read_text())

    for password in ("hunter2", {}, {"env": "A", "file": "b"}):
        base["fuel"]["password"] = password
        assert faults(base) != []


def test_keys_are_explained_in_the_words_of_the_values() -> None:
    told = environment_schema()["$defs"]["VSphereCluster"]["properties"]["target"]["description"]

    assert told == "Name of the node that runs its nova-compute, or `controllers`."
