"""Tries every fault, scenario and shape for real, one by one, and keeps what was proven: ``make prove``.

What `reports/prove.json` holds as proven for the present sources is not tried again, so a run that was cut off goes
on where it stopped. Another kind of item is another line in ``_items``.
"""

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ostf_dual.deployers.lab.software import key
from tests.proofs.faults import faults
from tests.proofs.harms import harms
from tests.proofs.item import Item
from tests.proofs.lab import tests_lab
from tests.proofs.scenarios import scenarios
from tests.proofs.shapes import shapes

_ROOT = Path(__file__).resolve().parents[1]
_FILE = _ROOT / "reports" / "prove.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What became of one item."""

    kind: str
    wrong: list[str]
    took_s: float


def main(wanted: list[str]) -> int:
    """Try the items of these names or kinds, or all; 0 where nothing is wrong with any."""
    console = Console()
    items = _items(console)
    if unknown := set(wanted) - {word for each in items for word in (each.kind, each.name)}:
        console.print(f"there is no {', '.join(sorted(unknown))}", markup=False)
        return 2
    sources = key(_ROOT / "ostf_dual", _ROOT / "scenarios", _ROOT / "fixtures")
    proven = _known(sources)
    for each in items:
        is_proven = each.name in proven and not proven[each.name].wrong
        if (wanted and not {each.name, each.kind} & set(wanted)) or (each.name not in wanted and is_proven):
            continue
        proven[each.name] = _try(each)
        kept = {name: asdict(proof) for name, proof in proven.items()}
        _FILE.write_text(json.dumps({"sources": sources, "items": kept}, indent=2))
        console.print(f"{each.kind} {each.name}: {proven[each.name].wrong or 'as it should'}", markup=False)
    _show(console, proven)
    return int(any(each.wrong for each in proven.values()))


def _items(console: Console) -> tuple[Item, ...]:
    lab = tests_lab(console)
    return (*faults(lab), *harms(lab), *scenarios(), *shapes())


def _known(sources: str) -> dict[str, Proof]:
    if not _FILE.exists():
        return {}
    found = json.loads(_FILE.read_text())
    if found["sources"] != sources or "items" not in found:
        return {}
    return {name: Proof(**each) for name, each in found["items"].items()}


def _try(item: Item) -> Proof:
    began = time.monotonic()
    try:
        wrong = item.tried()
    except Exception as error:  # noqa: BLE001 (one item that cannot be tried must not end the others)
        wrong = [f"could not be tried: {type(error).__name__}: {error}"[:500]]
    return Proof(kind=item.kind, wrong=wrong, took_s=round(time.monotonic() - began, 1))


def _show(console: Console, proven: dict[str, Proof]) -> None:
    table = Table("kind", "item", "proven", "seconds")
    for name, each in proven.items():
        told = "yes" if not each.wrong else f"[red]{each.wrong}[/red]"
        table.add_row(each.kind, name, told, str(each.took_s))
    console.print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
