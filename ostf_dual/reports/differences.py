"""What differs between two runs, as lines to read and as plain values."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.text import Text

from ostf_dual.reports.comparison import Change, Comparison
from ostf_dual.reports.kept import KeptCheck


def print_comparison(console: Console, compared: Comparison) -> None:
    """Print what is worse, what is better and what is slower, and the conclusion."""
    before, after = compared.before, compared.after
    console.print(
        Text(f"{before.run_id} ({before.cloud}) → {after.run_id} ({after.cloud})", style="bold"),
        soft_wrap=True,
    )
    if before.cloud != after.cloud:
        console.print(Text("  these are runs of two clouds", style="yellow"))
    for style, line in _lines(compared):
        console.print(Text(line, style=style), soft_wrap=True)
    style, verdict = ("bold red", "worse") if compared.is_worse else ("bold green", "no worse")
    console.print(Text(verdict, style=style))


def as_values(compared: Comparison) -> dict[str, Any]:
    """The same, ready for JSON."""
    return {
        "before": compared.before.run_id,
        "after": compared.after.run_id,
        "worse": compared.is_worse,
        "newly_failed": [_values(each) for each in compared.failed],
        "newly_missing": [_values(each) for each in compared.missing],
        "newly_missing_zones": list(compared.missing_zones),
        "recovered": [_values(each) for each in compared.recovered],
        "still_failed": [_values(each) for each in compared.still],
        "slower": [_values(each) for each in compared.slower],
    }


def _lines(compared: Comparison) -> Iterator[tuple[str, str]]:
    for each in compared.failed:
        yield "red", f"  newly {_outcome(each.after)}: {each.subject}: {_cause(each.after)}"
    for zone in compared.missing_zones:
        yield "red", f"  newly missing: zone {zone}"
    for each in compared.missing:
        now = f"{_outcome(each.after)}: {_cause(each.after)}" if each.after else "not asked"
        yield "red", f"  newly missing: {each.subject} ({_outcome(each.before)} before, now {now})"
    for each in compared.recovered:
        yield "green", f"  recovered: {each.subject} ({_outcome(each.before)} before)"
    for each in compared.still:
        yield "yellow", f"  still {_outcome(each.after)}: {each.subject}: {_cause(each.after)}"
    for each in compared.slower:
        if each.before and each.after:
            yield (
                "yellow",
                f"  slower: {each.subject}: {each.before.duration_s:.1f} s → {each.after.duration_s:.1f} s",
            )


def _outcome(check: KeptCheck | None) -> str:
    return check.outcome.value.replace("_", " ") if check else "not asked"


def _cause(check: KeptCheck | None) -> str:
    return (check.message if check else "").partition("\n")[0] or "no reason given"


def _values(change: Change) -> dict[str, Any]:
    known = change.after or change.before
    return {
        "check": known.id if known else None,
        "case": known.case if known else None,
        "zone": known.zone if known else None,
        "title": known.title if known else None,
        "before": _side(change.before),
        "after": _side(change.after),
    }


def _side(check: KeptCheck | None) -> dict[str, Any] | None:
    if check is None:
        return None
    return {"outcome": check.outcome.value, "duration_s": check.duration_s, "message": check.message}
