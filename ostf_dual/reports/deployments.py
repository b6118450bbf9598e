"""Plans and what is remembered of deployments: as people read them, and as plain values for JSON."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ostf_dual.deployers.base import Action, Plan
from ostf_dual.deployers.memory import Memory
from ostf_dual.environment.definition import Environment

_SIGNS = {
    Action.ADD: "[green]+ add[/green]",
    Action.CHANGE: "[yellow]~ change[/yellow]",
    Action.REMOVE: "[red]- remove[/red]",
    Action.NOTE: "[dim]  note[/dim]",
}


def print_plan(console: Console, environment: Environment, plan: Plan) -> None:
    """Print what would change, and why it would be refused."""
    title = f"{environment.name}, by {environment.deployer}"
    if plan.changes:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for heading in ("", "what", "detail"):
            table.add_column(heading, overflow="fold")
        for each in plan.changes:
            table.add_row(_SIGNS[each.action], escape(each.what), escape(each.detail))
        console.print(table)
    for refusal in plan.refusals:
        console.print(f"[red]refused:[/red] {escape(refusal)}", soft_wrap=True)
    console.print(escape(f"{title}: {_summed_up(plan)}"), soft_wrap=True)


def plan_as_values(environment: Environment, plan: Plan) -> dict[str, Any]:
    """A plan, ready for JSON."""
    return {
        "environment": environment.name,
        "deployer": environment.deployer.value,
        "is_empty": plan.is_empty,
        "changes": [asdict(each) for each in plan.changes],
        "refusals": list(plan.refusals),
    }


def print_deployments(console: Console, every: Sequence[Memory]) -> None:
    """Print what is remembered, a row for each name."""
    if not every:
        console.print("No deployment is remembered on this machine: `ostf-dual deploy ENV.yaml` makes one.")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("environment", "deployer", "state", "since (UTC)", "access"):
        table.add_column(heading, overflow="fold")
    for each in map(deployment_as_values, every):
        table.add_row(*(escape(value or "-") for value in each.values()))
    console.print(table)


def deployment_as_values(memory: Memory) -> dict[str, str | None]:
    """What is remembered of a name, ready for JSON; `broken off`: what was going on has no process any more."""
    state = memory.state
    broken_off = state is not None and state.status.is_going_on and not memory.is_held
    return {
        "environment": memory.name,
        "deployer": state.deployer.value if state else None,
        "state": f"{state.status}{', broken off' if broken_off else ''}" if state else None,
        "since": f"{state.since:%Y-%m-%d %H:%M:%S}" if state else None,
        "access_file": str(memory.access_file) if memory.access_file.is_file() else None,
    }


def _summed_up(plan: Plan) -> str:
    if plan.refusals:
        return "refused, nothing would be touched"
    if plan.is_empty:
        return "the cloud is as defined, nothing would be changed"
    counted = Counter(each.action for each in plan.changes)
    told = (f"{counted[action]} to {action}" for action in (Action.ADD, Action.CHANGE, Action.REMOVE))
    return ", ".join(told)
