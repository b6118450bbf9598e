from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ostf_dual.environment.definition import Environment
from ostf_dual.environment.load import load_environment
from ostf_dual.environment.rules import problems

FIXTURES = Path(__file__).parents[4] / "fixtures" / "environments"


@pytest.fixture
def definition() -> Callable[..., Environment]:
    """A shipped definition, with changes."""

    def load(name: str, **changes: Any) -> Environment:
        return replace(load_environment(FIXTURES / f"{name}.yaml"), **changes)

    return load


@pytest.fixture
def told() -> Callable[[Environment], list[str]]:
    """The problems that keep a definition from being deployed, a line each."""

    def tell(environment: Environment) -> list[str]:
        return [f"{each.path}: {each.message}" for each in problems(environment) if not each.is_warning]

    return tell
