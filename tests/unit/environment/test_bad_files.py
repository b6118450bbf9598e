"""Whatever stands in an environment file: the answer is messages, never a traceback."""

import copy
import io
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ostf_dual.cli.definitions import check
from ostf_dual.environment.checking import check as faults_of
from ostf_dual.environment.definition import Environment
from ostf_dual.environment.load import is_access, load_environment
from ostf_dual.environment.model import BudgetName, Budgets
from ostf_dual.environment.overview import overview
from ostf_dual.environment.written import environment_from_json, environment_to_json

SHIPPED = sorted((Path(__file__).parents[3] / "fixtures" / "environments").glob("*.yaml"))
CONTENTS = [yaml.safe_load(path.read_text()) for path in SHIPPED]
REPEATABLE = settings(derandomize=True, deadline=None, database=None)
MANY, FEWER = settings(REPEATABLE, max_examples=200), settings(REPEATABLE, max_examples=100)

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.dates()
wild = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = tuple(field.name for field in fields(Environment))


def places(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a content, the inner ones too."""
    pairs = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in pairs:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


def at(content: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        content = content[part]
    return content


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    """A shipped definition with one thing in it that cannot be right, and others that may not be."""
    content = copy.deepcopy(draw(st.sampled_from(CONTENTS)))
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from(list(places(content))))
        at(content, path[:-1])[path[-1]] = draw(wild)
    every = list(places(content))
    way = draw(st.sampled_from(["unknown key", "wrong kind", "missing", "no YAML", "twice", "no release"]))
    if way == "unknown key":
        content[draw(st.text(min_size=1).filter(lambda key: key not in KEYS))] = draw(wild)
    elif way == "wrong kind":
        # Nothing in a definition is a mapping with this key.
        path = draw(st.sampled_from(every))
        at(content, path[:-1])[path[-1]] = {"colour": draw(scalars)}
    elif way == "missing":
        del content[draw(st.sampled_from(["name", "release", "deployer"]))]
    elif way == "no release":
        content["release"] = draw(st.text(alphabet="abc.", max_size=5))
    written = yaml.safe_dump(content, allow_unicode=draw(st.booleans()))
    return written + {"no YAML": "\n: ][", "twice": "name: again\nname: and again\n"}.get(way, "")


@st.composite
def strange(draw: st.DrawFn) -> str:
    """YAML of any kind, some of it with the keys of a definition, or text that is none."""
    content = draw(wild | st.dictionaries(st.sampled_from(KEYS), wild, max_size=6))
    return draw(st.just(yaml.safe_dump(content)) | st.text(max_size=60))


@MANY
@given(text=spoilt())
def test_a_spoilt_definition_gives_messages(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(io.StringIO()) as told:
        path = Path(folder) / "env.yaml"
        path.write_text(text, encoding="utf-8")

        assert check([path], as_json=False) == 4

        faults = [each for each in faults_of(path) if not each.is_warning]
        assert faults
        assert all(each.message for each in faults)
        assert told.getvalue().count("  fault   ") == len(faults)


@FEWER
@given(text=strange())
def test_whatever_a_file_holds_it_is_refused_or_can_be_shown(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "env.yaml"
        path.write_text(text, encoding="utf-8", errors="replace")

        if all(each.is_warning for each in faults_of(path)) and not is_access(path):
            environment = load_environment(path)
            assert overview(environment).environment == environment
            assert environment_from_json(environment_to_json(environment), "itself") == environment


def test_the_names_of_budgets_are_those_of_the_budgets() -> None:
    assert set(get_args(BudgetName)) == {field.name for field in fields(Budgets)}
