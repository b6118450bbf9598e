"""The catalogue of checks, as the scenarios themselves tell it: marker, docstring, place in the file.

A docstring's first line is the question. Below it stand paragraphs that begin with one of ``SECTIONS``.
"""

import inspect
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import pytest

from ostf_dual.environment.model import Budgets
from ostf_dual.plugin.checks import Check, check_of, scenario_named, title_of
from ostf_dual.runs.profiles import SYSTEM

SECTIONS = ("Why", "Witnesses", "Makes", "On failure", "Source")
_MADE = {
    "network": "the run's network with a security group (a router and floating IPs where a vantage needs them)",
    "server": "a server in each zone, shared by all checks that only read",
    "spare": "another server of each zone's image, asked for without a zone",
    "volume": "a volume of each zone's type, shared likewise",
}
_SECTION = re.compile(rf"^({'|'.join(SECTIONS)}): +", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A check as the catalogue tells it; an id may have several, each with a question of its own.

    Attributes:
        is_per_zone: Whether the question is put to each zone by itself.
        sections: By name, each a paragraph without line breaks.
        source: File and line of the test function.
    """

    check: Check
    is_per_zone: bool
    name: str
    title: str
    sections: Mapping[str, str]
    source: str

    @property
    def scenario(self) -> str | None:
        """What a person calls a system scenario; None: it is none."""
        return scenario_named(self.name) if self.check.profile == SYSTEM else None

    @property
    def asked_of(self) -> str:
        """Whom the question is put to."""
        if self.scenario:
            return "a cloud of its own"
        if not self.is_per_zone:
            return "the cloud"
        return ", ".join(f"{kind} zones" for kind in self.check.hypervisors) or "every zone"

    @property
    def makes(self) -> tuple[str, ...]:
        """What the run makes in the cloud for it, beside what it makes itself."""
        own = [f"the cloud sys-{self.scenario}, which ends with it"] if self.scenario else []
        if told := self.sections.get("Makes"):
            own.append(told)
        return (*(_MADE.get(need, need) for need in self.check.needs), *own)

    @property
    def command(self) -> str:
        """How it is asked alone."""
        if self.scenario:
            return f"ostf-dual scenario {self.scenario} --environment ENV.yaml"
        return f"ostf-dual run --os-cloud NAME -- -k {self.check.id}"

    @property
    def budgets_s(self) -> dict[str, float]:
        """The budgets that bound its waiting, by their names in the environment file, as they are by default."""
        defaults = {field.name: field.default for field in fields(Budgets)}
        return {name: float(str(defaults[name])) for name in self.check.budgets}

    def as_values(self) -> dict[str, Any]:
        """The same, ready for JSON."""
        told = {name.lower().replace(" ", "_"): self.sections.get(name) for name in SECTIONS}
        return {
            **asdict(self.check),
            "name": self.name,
            "title": self.title,
            **told,
            "makes": list(self.makes),
            "budgets": self.budgets_s,
            "file": self.source,
        }


def entry_of(item: pytest.Item) -> Entry | None:
    """What the catalogue says of a test; None for a test that is no check.

    Raises:
        pytest.UsageError: The marker is not as declared.
    """
    check = check_of(item)
    if check is None or not isinstance(item, pytest.Function):
        return None
    title, rest = title_of(item)
    unknown = set(check.budgets) - {field.name for field in fields(Budgets)}
    if unknown:
        raise pytest.UsageError(f"{item.nodeid}: there is no budget {', '.join(sorted(unknown))}")
    return Entry(
        check=check,
        is_per_zone="zone" in item.fixturenames,
        name=item.originalname,
        title=title,
        sections=sections_of(rest),
        source=f"{item.path}:{inspect.getsourcelines(item.function)[1]}",
    )


def description_of(item: pytest.Function) -> str:
    """What stands below the question in the reports, as Markdown."""
    _, rest = title_of(item)
    return "\n\n".join(f"**{name}:** {told}" for name, told in sections_of(rest).items()) or rest


def sections_of(text: str) -> dict[str, str]:
    """The paragraphs of a docstring below its first line, by the word that each begins with."""
    _, *parts = _SECTION.split(text)
    return {name: " ".join(told.split()) for name, told in zip(parts[::2], parts[1::2], strict=True)}
