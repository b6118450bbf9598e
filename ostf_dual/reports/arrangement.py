"""How every report that people read arranges a run: checks down, zones across; one cause told once."""

from collections.abc import Collection, Iterable, Sequence

from ostf_dual.runs.profiles import SYSTEM
from ostf_dual.runs.result import Outcome, Result, RunResult, ZoneState

CLOUD = "cloud"
"""The column of questions about the whole cloud."""


def columns_of(run: RunResult) -> dict[str, ZoneState | None]:
    """The zones of the run by label, then the cloud, which is None, where something was asked about it."""
    columns: dict[str, ZoneState | None] = {zone.label: zone for zone in run.zones}
    if any(result.zone is None for result in run.results):
        columns.setdefault(CLOUD, None)
    return columns


def rows_of(run: RunResult) -> dict[tuple[str, str], dict[str, Result]]:
    """By check and question: families (IMG, BOOT ...) in the order of the run, the checks of each by number."""
    families = list(dict.fromkeys(map(_family, run.results)))
    rows: dict[tuple[str, str], dict[str, Result]] = {}
    for result in sorted(run.results, key=lambda each: (families.index(_family(each)), each.check)):
        question = f"{result.case}: {result.title}" if result.case else result.title
        rows.setdefault((result.check, question), {})[result.zone or CLOUD] = result
    return rows


def by_cause(results: Iterable[Result]) -> Collection[list[Result]]:
    """Results of one outcome and message together: one cause is one thing to read, however many it hit."""
    groups: dict[tuple[Outcome, str], list[Result]] = {}
    for result in results:
        groups.setdefault((result.outcome, result.message), []).append(result)
    return groups.values()


def place_of(result: Result) -> str:
    """What names a result on a line of text."""
    return f"{result.subject} {result.zone or CLOUD}"


def heading_of(label: str, zone: ZoneState | None) -> str:
    """A column's heading: the zone, and its hypervisor where its name does not say so."""
    return label if zone is None or label == zone.hypervisor.value else f"{label} ({zone.hypervisor.value})"


def selection_of(result: Result) -> str:
    """What pytest's ``-k`` wants to ask this alone again."""
    return result.check if result.zone is None else f"{result.check} and {result.zone}"


def command_of(results: Sequence[Result]) -> str:
    """What asks these alone again; a scenario makes its own cloud of a definition."""
    first = results[0]
    if first.profile == SYSTEM:
        return f"ostf-dual scenario {first.check} --environment ENV.yaml"
    selections = [selection_of(each) for each in results]
    wanted = " or ".join(f"({each})" for each in selections) if selections[1:] else selections[0]
    return f"ostf-dual run -- -k '{wanted}'"


def _family(result: Result) -> str:
    return result.check.partition("-")[0]
