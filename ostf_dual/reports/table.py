"""The run on a terminal: checks down, zones across; then what is wrong, and what to do next."""

from collections.abc import Iterable, Iterator

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ostf_dual.environment.model import Hypervisor
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
    faults = [result for result in run.results if result.outcome.is_fault]
    for group in _by_cause(faults):
        if len(group) == 1:
            _print_fault(console, group[0])
        else:
            _print_together(console, group)
    for group in _by_cause(result for result in run.results if not result.outcome.is_answer):
        _print_together(console, group)
    _print_absent(console, run)
    _print_clean_up(console, run)
    _print_verdict(console, run, judged)


def _table(run: RunResult) -> Table:
    columns = [zone.label for zone in run.zones]
    if any(result.zone is None for result in run.results):
        columns.append(CLOUD)
    table = Table(box=box.SIMPLE, show_footer=True, header_style="bold", pad_edge=False)
    table.add_column("check", "total", no_wrap=True)
    table.add_column("question", ratio=1)
    zones = {zone.label: zone for zone in run.zones}
    for label in columns:
        zone = zones.get(label)
        table.add_column(_heading(label, zone), _footer(run, label if zone else None), no_wrap=True)
    for (check, title), cells in _rows(run).items():
        # A line for each check: the whole question stands at every fault, in the reports, in `ostf-dual list`.
        question = Text(title, no_wrap=True, overflow="ellipsis")
        table.add_row(check, question, *(cells.get(label, Text("·", style="dim")) for label in columns))
    return table


def _rows(run: RunResult) -> dict[tuple[str, str], dict[str, Text]]:
    """Cells by row: families (IMG, BOOT ...) in the order of the run, the checks of each by number."""
    families = list(dict.fromkeys(map(_family, run.results)))
    rows: dict[tuple[str, str], dict[str, Text]] = {}
    for result in sorted(run.results, key=lambda each: (families.index(_family(each)), each.check)):
        question = f"{result.case}: {result.title}" if result.case else result.title
        rows.setdefault((result.check, question), {})[result.zone or CLOUD] = _cell(result)
    return rows


def _family(result: Result) -> str:
    return result.check.partition("-")[0]


def _cell(result: Result) -> Text:
    told = words(result.outcome)
    # Below a second nobody waits: the reports have the milliseconds.
    return told.append(f" {result.duration_s:.0f} s", style="dim") if result.duration_s >= 1 else told


def _heading(label: str, zone: ZoneState | None) -> Text:
    if zone is None or label == zone.hypervisor.value:
        heading = Text(label)
    else:
        heading = Text(f"{label} ({zone.hypervisor.value})")
    if zone and zone.witness_missing:
        heading.append("\nOpenStack's\nword only", style="yellow")
    return heading


def _footer(run: RunResult, zone: str | None) -> Text:
    counted = [(Outcome(name), count) for name, count in totals(run, zone).items() if count]
    return Text("\n").join(Text(f"{count} ").append_text(words(outcome)) for outcome, count in counted)


def _by_cause(results: Iterable[Result]) -> Iterable[list[Result]]:
    """Results of one outcome and message together: one cause is one thing to read, however many it hit."""
    groups: dict[tuple[Outcome, str], list[Result]] = {}
    for result in results:
        groups.setdefault((result.outcome, result.message), []).append(result)
    return groups.values()


def _print_fault(console: Console, result: Result) -> None:
    told = [f"in step {step.number}: {step.title}" for step in result.steps if not step.passed]
    told.append(result.message)
    selection = result.check if result.zone is None else f"{result.check} and {result.zone}"
    console.print()
    console.print(Text(f"{_place(result)} ").append_text(words(result.outcome)).append(f": {result.title}"))
    console.print(_indented("\n".join(told)))
    console.print(_indented(f"to ask this alone again, add:  -- -k '{selection}'", style="dim"))


def _print_together(console: Console, results: list[Result]) -> None:
    first = results[0]
    console.print()
    console.print(
        words(first.outcome).append(": ").append(first.message or "no reason given", style="default")
    )
    console.print(_indented(", ".join(map(_place, results)), style="dim"))


def _place(result: Result) -> str:
    return f"{result.subject} {result.zone or CLOUD}"


def _indented(text: str, style: str = "") -> Padding:
    return Padding(Text(text, style=style), (0, 0, 0, 2), expand=False)


def _print_absent(console: Console, run: RunResult) -> None:
    """A cloud with one hypervisor may be well; that nothing was asked of the other must not look like an answer."""
    if run.zones and not any(zone.hypervisor is Hypervisor.VCENTER for zone in run.zones):
        console.print("\nno zone runs its servers on vCenter: no check of vCenter was run", highlight=False)
    elif run.zones and not any(zone.hypervisor.is_libvirt for zone in run.zones):
        console.print("\nno zone runs its servers on libvirt: no check of libvirt was run", highlight=False)


def _print_clean_up(console: Console, run: RunResult) -> None:
    console.print()
    if run.removed:
        console.print(Text(f"removed: {', '.join(run.removed)}"))
    if run.leftovers:
        console.print(Text("LEFT:", style="bold red"))
        console.print(_indented("\n".join(run.leftovers)))
        console.print(_indented(f"to remove it:  ostf-dual cleanup {run.run_id}"))


def _print_verdict(console: Console, run: RunResult, judged: Verdict) -> None:
    style = "bold green" if judged.code == 0 else "bold red"
    console.print(Text(f"{run.cloud}: {judged.code.meaning}", style=style))
    if run.unverified:
        told = f"certificates are not verified: {', '.join(run.unverified)}"
        console.print(_indented(told, style="yellow"))
    if judged.reasons:
        console.print(_indented("\n".join(judged.reasons)))
    console.print(Text(" · ".join(_facts(run, judged)), style="dim"))


def _facts(run: RunResult, judged: Verdict) -> Iterator[str]:
    yield f"run {run.run_id}"
    yield f"{len(run.results)} results"
    yield f"{run.wall_s:.1f} s"
    yield f"exit code {int(judged.code)}"
