"""Tries every fault, harm, scenario and shape for real, and keeps what was proven: ``make prove``.

What `reports/prove.json` holds as proven for the present sources is not tried again, so a run that was cut off goes
on where it stopped. Another kind of item is another line in ``tests/proofs/one.py``.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from ostf_dual.deployers.lab.software import key
from ostf_dual.files import state_folder
from tests.conftest import LAB
from tests.proofs.item import Item
from tests.proofs.lab import TestsLab
from tests.proofs.one import items

_ROOT = Path(__file__).resolve().parents[1]
_FILE = _ROOT / "reports" / "prove.json"
_LOGS = _ROOT / "reports" / "prove"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What became of one item."""

    kind: str
    wrong: list[str]
    took_s: float


Names = Annotated[
    list[str] | None, typer.Argument(help="Items, tried again also if proven, or kinds; all, unless given.")
]
Labs = Annotated[
    int, typer.Option(min=1, help="How many items are tried at the same time, each on a lab of its own.")
]


def main(wanted: Names = None, labs: Labs = 1) -> None:
    """Try what is not proven yet; ends with 0 where nothing is wrong with anything."""
    console = Console()
    known = {each.name: each for each in items(TestsLab(console))}
    if unknown := set(wanted or ()) - {word for each in known.values() for word in (each.kind, each.name)}:
        console.print(f"there is no {', '.join(sorted(unknown))}", markup=False)
        raise typer.Exit(2)
    sources = key(_ROOT / "ostf_dual", _ROOT / "scenarios", _ROOT / "fixtures")
    proven = _kept(sources)
    todo = [each for each in known.values() if _is_due(each, wanted, proven)]
    for item, proof in _tried(todo, labs):
        proven[item.name] = proof
        kept = {name: asdict(each) for name, each in proven.items()}
        _FILE.write_text(json.dumps({"sources": sources, "items": kept}, indent=2))
        told = f"{proof.wrong}; see {_log(item)}" if proof.wrong else "as it should"
        console.print(f"{item.kind} {item.name}: {told} ({proof.took_s:.0f} s)", markup=False)
    console.print(_table(proven))
    raise typer.Exit(int(any(each.wrong for each in proven.values())))


def _is_due(item: Item, wanted: list[str] | None, proven: dict[str, Proof]) -> bool:
    if item.name in (wanted or ()):
        return True
    is_proven = item.name in proven and not proven[item.name].wrong
    return not is_proven and (not wanted or item.kind in wanted)


def _kept(sources: str) -> dict[str, Proof]:
    if not _FILE.exists():
        return {}
    found = json.loads(_FILE.read_text())
    if found["sources"] != sources:
        return {}
    return {name: Proof(**each) for name, each in found["items"].items()}


def _tried(todo: list[Item], labs: int) -> Iterator[tuple[Item, Proof]]:
    """Each item with its proof, as they come."""
    _LOGS.mkdir(parents=True, exist_ok=True)
    with _states(labs) as states, ThreadPoolExecutor(labs) as pool:
        asked = {pool.submit(_try, each, states): each for each in todo}
        try:
            for each in as_completed(asked):
                yield asked[each], each.result()
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _states(labs: int) -> Iterator["SimpleQueue[dict[str, str]]"]:
    """An environment for each lab: the first one's is ours, the others' have a state folder apart."""
    apart = [state_folder() / "prove" / str(number) for number in range(2, labs + 1)]
    surroundings = [dict(os.environ), *({**os.environ, "XDG_STATE_HOME": str(each)} for each in apart)]
    states: SimpleQueue[dict[str, str]] = SimpleQueue()
    for each in surroundings:
        states.put(each)
    try:
        yield states
    finally:
        for each in surroundings[1:]:
            command = [sys.executable, "-m", "ostf_dual", "lab", "down", "--name", LAB]
            subprocess.run(command, env=each, check=False, stdout=subprocess.DEVNULL)


def _try(item: Item, states: "SimpleQueue[dict[str, str]]") -> Proof:
    began, state = time.monotonic(), states.get()
    try:
        with _log(item).open("w") as log, tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "wrong.json")
            command = [sys.executable, "-m", "tests.proofs.one", item.name, str(file)]
            code = subprocess.run(command, env=state, check=False, stdout=log, stderr=log).returncode
            wrong = json.loads(file.read_text()) if file.exists() else [f"its process ended with {code}"]
    finally:
        states.put(state)
    return Proof(kind=item.kind, wrong=wrong, took_s=round(time.monotonic() - began, 1))


def _log(item: Item) -> Path:
    return _LOGS / f"{item.name}.log"


def _table(proven: dict[str, Proof]) -> Table:
    table = Table("kind", "item", "proven", "seconds")
    for name, each in proven.items():
        told = "yes" if not each.wrong else f"[red]{each.wrong}[/red]"
        table.add_row(each.kind, name, told, str(each.took_s))
    return table


if __name__ == "__main__":
    typer.run(main)
