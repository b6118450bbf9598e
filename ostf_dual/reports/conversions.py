"""The plan of a conversion: as people read it, and as plain values for JSON."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from ostf_dual.environment.conversion import Actor, Conversion
from ostf_dual.environment.written import environment_to_values

_BY = {Actor.DEPLOY: "[green]deploy[/green]", Actor.OPERATOR: "[yellow]you[/yellow]   "}


def print_conversion(console: Console, old: Path, found: Conversion, written: Path | None) -> None:
    """Print steps, consequences and what is not converted; or why nothing can be."""

    def line(text: str) -> None:
        console.print(text, soft_wrap=True)

    if found.refusals:
        for each in found.refusals:
            line(f"[red]refused[/red] {escape(each)}")
        line(escape(f"{old} cannot be converted; nothing is written"))
        return
    line(
        "[bold]Steps[/bold] (deploy: `ostf-dual deploy` of the new definition does it; you: it is done by hand)"
    )
    for number, step in enumerate(found.steps, 1):
        line(f"{number:3} {_BY[step.by]} {escape(f'{step.what}: {step.detail}')}")
        for command in step.commands:
            line(f"             {escape(command)}")
    _print_list(console, "What it means", found.consequences)
    _print_list(console, "What is not converted", found.impossibilities)
    if written is None:
        line("\nNothing is written: -o NEW.yaml writes the new definition.")
    else:
        line(escape(f"\n{written} is written. The comments of {old} are not in it."))
        line(escape(f"See first what would be done:  ostf-dual deploy {written} --plan"))


def conversion_as_values(found: Conversion, written: Path | None) -> dict[str, Any]:
    """The same, ready for JSON."""
    return {
        "is_convertible": found.environment is not None,
        "refusals": list(found.refusals),
        "steps": [asdict(each) for each in found.steps],
        "consequences": list(found.consequences),
        "impossibilities": list(found.impossibilities),
        "environment": environment_to_values(found.environment) if found.environment else None,
        "written": str(written) if written else None,
    }


def _print_list(console: Console, title: str, lines: Iterable[str]) -> None:
    console.print(f"\n[bold]{title}[/bold]")
    for each in lines:
        console.print(f"  - {escape(each)}", soft_wrap=True)
