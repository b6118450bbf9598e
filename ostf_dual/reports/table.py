"""The run on a terminal: checks down, zones across; then what is wrong, and what to do next."""

from collections.abc import Iterator

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ostf_dual.reports.summary import totals
from ostf_dual.runs.result import Outcome, Result, RunResult, ZoneState
from ostf_dual.runs.verdict import Verdict

CLOUD = "cloud"

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


def print_run(console: Console, run: RunResult, judged: Verdict) -> None:
    """Print the table, everything that is wrong with it, and the verdict."""
    if run.results:
        console.print(_table(run))
    for result in run.results:
        if result.outcome.is_fault:
            _print_fault(console, result)
    _print_unasked(console, run)
    for title, lines in (("removed", run.removed), ("LEFT", run.leftovers)):
        if lines:
            console.print(Text(f"{title}: {', '.join(lines)}", style="bold red" if title == "LEFT" else ""))
    if run.leftovers:
        console.print(Text(f"  to remove them:  ostf-dual cleanup {run.run_id}"))
    _print_verdict(console, run, judged)


def _table(run: RunResult) -> Table:
    columns = [zone.label for zone in run.zones]
    if any(result.zone is None for result in run.results):
        columns.append(CLOUD)
    table = Table(show_footer=True, header_style="bold")
    table.add_column("check", "total", no_wrap=True)
    table.add_column("question", overflow="fold", ratio=1)
    zones = {zone.label: zone for zone in run.zones}
    for label in columns:
        zone = zones.get(label)
        table.add_column(_heading(label, zone), _footer(run, label if zone else None), no_wrap=False)
    for (subject, title), cells in _rows(run).items():
        table.add_row(subject, title, *(cells.get(label, Text("·", style="dim")) for label in columns))
    return table


def _rows(run: RunResult) -> dict[tuple[str, str], dict[str, Text]]:
    rows: dict[tuple[str, str], dict[str, Text]] = {}
    for result in run.results:
        cells = rows.setdefault((result.subject, result.title), {})
        cells[result.zone or CLOUD] = words(result.outcome).append(f" {result.duration_s:.1f} s", style="dim")
    return rows


def _heading(label: str, zone: ZoneState | None) -> Text:
    if zone is None:
        return Text(label)
    heading = Text(f"{label}\n{zone.hypervisor.value}")
    if zone.witness_missing:
        heading.append("\nOpenStack's word only", style="yellow")
    return heading


def _footer(run: RunResult, zone: str | None) -> Text:
    counted = [(Outcome(name), count) for name, count in totals(run, zone).items() if count]
    return Text("\n").join(Text(f"{count} ").append_text(words(outcome)) for outcome, count in counted)


def _print_fault(console: Console, result: Result) -> None:
    place = result.zone or CLOUD
    console.print()
    console.print(
        Text(f"{result.subject} {place} ").append_text(words(result.outcome)).append(f": {result.title}")
    )
    told = [f"in step {step.number}: {step.title}" for step in result.steps if not step.passed]
    told.append(result.message)
    console.print(Padding(Text("\n".join(told)), (0, 0, 0, 2)))
    selection = result.check if result.zone is None else f"{result.check} and {result.zone}"
    console.print(Text(f"  to ask this alone again, add:  -- -k '{selection}'", style="dim"))


def _print_unasked(console: Console, run: RunResult) -> None:
    """Each distinct reason once, with the checks that it kept from being asked."""
    reasons: dict[tuple[Outcome, str], list[str]] = {}
    for result in run.results:
        if not result.outcome.is_answer:
            place = f"{result.subject} {result.zone or CLOUD}"
            reasons.setdefault((result.outcome, result.message), []).append(place)
    if reasons:
        console.print()
    for (outcome, message), places in reasons.items():
        console.print(
            words(outcome)
            .append(f": {message or 'no reason given'} ")
            .append(f"({', '.join(places)})", style="dim")
        )


def _print_verdict(console: Console, run: RunResult, judged: Verdict) -> None:
    console.print()
    style = "bold green" if judged.code == 0 else "bold red"
    console.print(Text(f"{run.cloud}: {judged.code.meaning}", style=style))
    if judged.reasons:
        console.print(Padding(Text("\n".join(judged.reasons)), (0, 0, 0, 2)))
    console.print(Text(" · ".join(_facts(run, judged)), style="dim"))


def _facts(run: RunResult, judged: Verdict) -> Iterator[str]:
    yield f"run {run.run_id}"
    yield f"{len(run.results)} results"
    yield f"{run.wall_s:.1f} s"
    yield f"exit code {int(judged.code)}"
