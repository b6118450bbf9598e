"""What a run will take: for a terminal, and as plain values."""

import json
import sys
from dataclasses import asdict, dataclass, fields
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from ostf_dual.cloud.amounts import Amounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A zone's part of a run, or what belongs to none.

    Attributes:
        name: The zone's label.
        expected_s: How long its checks took in past runs, those that were asked there already.
        unknown: So many of its checks no past run tells of.
        bound_s: The budgets of its checks, added up: none of them waits longer.
    """

    name: str
    checks: int
    amounts: Amounts
    expected_s: float
    unknown: int
    bound_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A run before it begins.

    Attributes:
        ground: Why it works in the given project; None: it gets one of its own.
        unfit: Why it would be refused, a line each.
        past: So many past runs the times are from.
    """

    cloud: str
    profile: str
    parts: tuple[Part, ...]
    ground: str | None
    unfit: tuple[str, ...]
    past: int

    @property
    def total(self) -> Part:
        """All of it."""
        amounts = sum((part.amounts for part in self.parts), Amounts())
        return Part(
            name="total",
            amounts=amounts,
            checks=sum(part.checks for part in self.parts),
            expected_s=sum(part.expected_s for part in self.parts),
            unknown=sum(part.unknown for part in self.parts),
            bound_s=sum(part.bound_s for part in self.parts),
        )


def show_plan(console: Console, plan: Plan, *, as_json: bool) -> None:
    """Print it, for people or for programs."""
    if as_json:
        sys.stdout.write(json.dumps(plan_as_values(plan), indent=2) + "\n")
    else:
        print_plan(console, plan)


def print_plan(console: Console, plan: Plan) -> None:
    """A column for each zone."""
    title = f"{plan.cloud}: what a run of profile {plan.profile} takes"
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=title, title_justify="left")
    columns = (*plan.parts, plan.total)
    table.add_column("")
    for part in columns:
        table.add_column(part.name, justify="right")
    table.add_row("checks", *(str(part.checks) for part in columns))
    for field in fields(Amounts):
        values = [getattr(part.amounts, field.name) for part in columns]
        if any(values):
            table.add_row(_words(field.name), *map(str, values))
    table.add_row("seconds, expected", *map(_expected, columns))
    table.add_row("seconds, by budgets", *(f"{part.bound_s:.0f}" for part in columns))
    console.print(table)
    console.print(
        f"expected: by {plan.past} past runs; ? counts checks that none of them tells of", markup=False
    )
    where = (
        "in a project and as a user of its own"
        if plan.ground is None
        else f"in the given project: {plan.ground}"
    )
    console.print(f"it works {where}", markup=False, soft_wrap=True)
    for line in plan.unfit:
        console.print(f"it would be refused: {line}", markup=False, soft_wrap=True)


def plan_as_values(plan: Plan) -> dict[str, Any]:
    """The same, ready for JSON."""
    return {**asdict(plan), "total": asdict(plan.total)}


def _words(name: str) -> str:
    return {"ram_mib": "RAM (MiB)", "volume_gib": "volumes (GiB)", "vcpus": "vCPUs"}.get(
        name, name.replace("_", " ")
    )


def _expected(part: Part) -> str:
    known = f"{part.expected_s:.0f}" if part.unknown < part.checks else ""
    return " + ".join(filter(None, (known, f"{part.unknown} ?" if part.unknown else ""))) or "0"
