"""The run on a terminal: checks down, zones across; then what is wrong, and what to do next."""

from collections.abc import Iterator

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ostf_dual.environment.model import Hypervisor
from ostf_dual.reports.arrangement import (
    by_cause,
    columns_of,
    command_of,
    heading_of,
    place_of,
    rows_of,
    selection_of,
)
from ostf_dual.reports.console import print_text
from ostf_dual.reports.summary import totals
from ostf_dual.runs.profiles import SYSTEM
from ostf_dual.runs.result import Outcome, Result, RunResult, ZoneState
from ostf_dual.runs.verdict import Verdict

_STYLES = {
    Outcome.PASSED: "green",
    Outcome.FAILED: "bold red",
    Outcome.BROKEN: "bold magenta",
    Outcome.LEAKED: "bold red",
    Outcome.UNSUPPORTED: "yellow",
    Outcome.NOT_CONFIGURED: "yellow",
    Outcome.NOT_DEPLOYED: "yellow",
    Outcome.SKIPPED: "dim",
}


def words(outcome: Outcome) -> Text:
    """An outcome in its colour."""
    return Text(outcome.value.replace("_", " "), style=_STYLES[outcome])


def print_run(console: Console, run: RunResult, judged: Verdict, *, brief: bool = False) -> None:
    """Print the table, everything that is wrong with it, and the verdict; if brief, only what is wrong, and that."""
    if run.results and not brief:
        console.print(_table(run))
    faults = [result for result in run.results if result.outcome.is_fault]
    for group in by_cause(faults):
        if len(group) == 1:
            _print_fault(console, group[0])
        else:
            _print_together(console, group)
    if not brief:
        for group in by_cause(result for result in run.results if not result.outcome.is_answer):
            _print_together(console, group)
        _print_absent(console, run)
    _print_clean_up(console, run, brief=brief)
    _print_verdict(console, run, judged)


def _table(run: RunResult) -> Table:
    columns = columns_of(run)
    table = Table(box=box.SIMPLE, show_footer=True, header_style="bold", pad_edge=False)
    table.add_column("check", "total", no_wrap=True)
    table.add_column("question", ratio=1)
    for label, zone in columns.items():
        table.add_column(_heading(label, zone), _footer(run, label if zone else None), no_wrap=True)
    for (check, title), results in rows_of(run).items():
        # A line for each check: the whole question stands at every fault, in the reports, in `ostf-dual list`.
        question = Text(title, no_wrap=True, overflow="ellipsis")
        cells = (_cell(results[label]) if label in results else Text("·", style="dim") for label in columns)
        table.add_row(check, question, *cells)
    return table


def _cell(result: Result) -> Text:
    told = words(result.outcome)
    # Below a second nobody waits: the reports have the milliseconds.
    return (
        told.append(" ").append(f"{result.duration_s:.0f} s", style="dim") if result.duration_s >= 1 else told
    )


def _heading(label: str, zone: ZoneState | None) -> Text:
    heading = Text(heading_of(label, zone))
    if zone and zone.witness_missing:
        heading.append("\nOpenStack's\nword only", style="yellow")
    return heading


def _footer(run: RunResult, zone: str | None) -> Text:
    counted = [(Outcome(name), count) for name, count in totals(run, zone).items() if count]
    return Text("\n").join(Text(f"{count} ").append_text(words(outcome)) for outcome, count in counted)


def _print_fault(console: Console, result: Result) -> None:
    told = [f"in step {step.number}: {step.title}" for step in result.steps if not step.passed]
    told.append(result.told)
    console.print()
    head = Text(f"{place_of(result)} ").append_text(words(result.outcome)).append(f": {result.title}")
    print_text(console, head)
    _print_below(console, "\n".join(told))
    if result.profile == SYSTEM:
        again = f"to play it again:  {command_of([result])}"
    else:
        again = f"to ask this alone again, add:  -- -k '{selection_of(result)}'"
    _print_below(console, again, style="dim")


def _print_together(console: Console, results: list[Result]) -> None:
    first = results[0]
    console.print()
    print_text(
        console, words(first.outcome).append(": ").append(first.told or "no reason given", style="default")
    )
    _print_below(console, ", ".join(map(place_of, results)), style="dim")


def _print_below(console: Console, text: str, style: str = "") -> None:
    print_text(console, Text(text, style=style), indent=2)


def _print_absent(console: Console, run: RunResult) -> None:
    """A cloud with one hypervisor may be well; that nothing was asked of the other must not look like an answer."""
    if run.zones and not any(zone.hypervisor is Hypervisor.VCENTER for zone in run.zones):
        console.print("\nno zone runs its servers on vCenter: no check of vCenter was run", highlight=False)
    elif run.zones and not any(zone.hypervisor.is_libvirt for zone in run.zones):
        console.print("\nno zone runs its servers on libvirt: no check of libvirt was run", highlight=False)


def _print_clean_up(console: Console, run: RunResult, *, brief: bool) -> None:
    if not brief or run.leftovers:
        console.print()
    if run.removed and not brief:
        print_text(console, Text(f"removed: {', '.join(run.removed)}"))
    if run.leftovers:
        console.print(Text("LEFT:", style="bold red"))
        _print_below(console, "\n".join(run.leftovers))
        _print_below(console, f"to remove it:  ostf-dual cleanup {run.run_id}")


def _print_verdict(console: Console, run: RunResult, judged: Verdict) -> None:
    style = "bold green" if judged.code == 0 else "bold red"
    print_text(console, Text(f"{run.cloud}: {judged.code.meaning}", style=style))
    if run.unverified:
        told = f"certificates are not verified: {', '.join(run.unverified)}"
        _print_below(console, told, style="yellow")
    if judged.reasons:
        _print_below(console, "\n".join(judged.reasons))
    print_text(console, Text(" · ".join(_facts(run, judged)), style="dim"))


def _facts(run: RunResult, judged: Verdict) -> Iterator[str]:
    yield f"run {run.run_id}"
    yield f"{len(run.results)} results"
    yield f"{run.wall_s:.1f} s"
    yield f"exit code {int(judged.code)}"
