"""``summary.md``: the run for a merge request, or for the summary of a job on GitHub."""

import re
from collections.abc import Iterator, Sequence

from ostf_dual.reports.arrangement import by_cause, columns_of, command_of, heading_of, place_of, rows_of
from ostf_dual.reports.summary import totals
from ostf_dual.runs.result import Outcome, Result, RunResult, ZoneState
from ostf_dual.runs.verdict import Verdict

_WELL, _NOT_WELL, _OTHER = "✅", "❌", "⚪"
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>&#|~])")


def markdown(run: RunResult, judged: Verdict) -> str:
    """The verdict, the counts, everything that is wrong with its cause, and all results folded away."""
    mark = _WELL if judged.code == 0 else _NOT_WELL
    blocks = [f"## {mark} {_plain(run.cloud)}: {judged.code.meaning}"]
    if judged.reasons:
        blocks.append("\n".join(f"- {_plain(reason)}" for reason in judged.reasons))
    if run.results:
        blocks.append(_table(*_counts(run)))
    blocks += (_fault(group) for group in by_cause(each for each in run.results if each.outcome.is_fault))
    if run.leftovers:
        blocks.append(_left(run))
    if run.results:
        blocks.append(_all(run))
    facts = (
        f"run `{run.run_id}` · {len(run.results)} results · {run.wall_s:.1f} s · exit code {int(judged.code)}"
    )
    return "\n\n".join([*blocks, facts]) + "\n"


def _counts(run: RunResult) -> tuple[Sequence[str], Iterator[Sequence[str]]]:
    zones = columns_of(run)
    counted = {label: totals(run, None if zone is None else label) for label, zone in zones.items()}
    there = [outcome for outcome in Outcome if any(counts[outcome] for counts in counted.values())]
    lines = ((_named(outcome), *(str(counts[outcome]) for counts in counted.values())) for outcome in there)
    return ("", *map(_heading, zones, zones.values())), lines


def _heading(label: str, zone: ZoneState | None) -> str:
    told = _plain(heading_of(label, zone))
    return f"{told}, OpenStack's word only" if zone and zone.witness_missing else told


def _fault(group: Sequence[Result]) -> str:
    first = group[0]
    told = [f"### {_NOT_WELL} {_plain(', '.join(map(place_of, group)))} {first.outcome.value}"]
    if len(group) == 1:
        told.append(_plain(first.title))
    steps = [f"in step {step.number}: {step.title}" for step in first.steps if not step.passed]
    told.append(_fenced("\n".join((*steps, first.told)) if len(group) == 1 else first.told))
    told.append(_fenced(command_of(group)))
    return "\n\n".join(told)


def _left(run: RunResult) -> str:
    left = "\n".join(run.leftovers)
    return f"### Left\n\n{_fenced(left)}\n\n{_fenced(f'ostf-dual cleanup {run.run_id}')}"


def _all(run: RunResult) -> str:
    columns = columns_of(run)
    lines = (
        (
            check,
            _plain(question),
            *(_cell(cells[label]) if label in cells else "·" for label in columns),
        )
        for (check, question), cells in rows_of(run).items()
    )
    table = _table(("check", "question", *map(_heading, columns, columns.values())), lines)
    return f"<details><summary>All results</summary>\n\n{table}\n\n</details>"


def _cell(result: Result) -> str:
    took = f" {result.duration_s:.0f} s" if result.duration_s >= 1 else ""
    return f"{_named(result.outcome)}{took}"


def _named(outcome: Outcome) -> str:
    mark = _WELL if outcome is Outcome.PASSED else _NOT_WELL if outcome.is_fault else _OTHER
    return f"{mark} {outcome.value.replace('_', ' ')}"


def _table(headings: Sequence[str], lines: Iterator[Sequence[str]]) -> str:
    rule = ["---"] * len(headings)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (headings, rule, *lines))


def _plain(text: str) -> str:
    """Text that Markdown and HTML take for nothing but text, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _fenced(text: str) -> str:
    """Text as it is, behind a fence that is longer than any in it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"
