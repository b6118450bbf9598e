"""Tries every fault on the tests' lab, one by one, and keeps what was proven: ``make prove``.

What `reports/prove.json` holds as proven for the present sources is not tried again, so a run that was cut off goes
on where it stopped.
"""

import json
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.lab.faults import Fault
from ostf_dual.deployers.lab.software import key
from ostf_dual.deployers.progress import Progress
from tests.faults.trial import LabFaults, check, selection, verdict

NAME = "tests"
_ROOT = Path(__file__).resolve().parents[1]
_FILE = _ROOT / "reports" / "prove.json"


def main(wanted: list[str]) -> int:
    """Try the faults of these names, or all; 0 where each turned just what it should."""
    console, lab = Console(), Lab(NAME)
    progress = Progress(console)
    lab.up(progress)
    progress.close()
    # A proof that was killed may have left its disturbance behind.
    for each in lab.supervisor.states():
        lab.supervisor.start(each.name)
    faults = LabFaults(lab)
    sources = key(_ROOT / "ostf_dual", _ROOT / "scenarios")
    proven = _known(sources)
    for fault in faults.catalogue():
        if (wanted and fault.name not in wanted) or (
            not wanted and proven.get(fault.name, {}).get("wrong") == []
        ):
            continue
        began = time.monotonic()
        wrong = _try(faults, fault)
        proven[fault.name] = {"wrong": wrong, "took_s": round(time.monotonic() - began, 1)}
        _FILE.write_text(json.dumps({"sources": sources, "faults": proven}, indent=2))
        console.print(f"{fault.name}: {wrong or 'as it should'}", markup=False)
    _show(console, proven)
    return int(any(each["wrong"] for each in proven.values()))


def _known(sources: str) -> dict[str, dict[str, object]]:
    if not _FILE.exists():
        return {}
    found = json.loads(_FILE.read_text())
    return dict(found["faults"]) if found["sources"] == sources else {}


def _try(faults: LabFaults, fault: Fault) -> list[str]:
    try:
        with faults.inject(fault) as environment:
            _, results = check(environment, *selection(fault))
        return verdict(fault, results)
    except Exception as error:  # noqa: BLE001 (one fault that cannot be planted must not end the others)
        return [f"could not be tried: {type(error).__name__}: {error}"[:500]]


def _show(console: Console, proven: dict[str, dict[str, object]]) -> None:
    table = Table("fault", "proven", "seconds")
    for name, each in proven.items():
        table.add_row(
            name, "yes" if not each["wrong"] else f"[red]{each['wrong']}[/red]", str(each["took_s"])
        )
    console.print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
