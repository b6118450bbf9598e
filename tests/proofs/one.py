"""Tries one item in a process of its own: ``python -m tests.proofs.one NAME FILE``; FILE gets what is wrong, as JSON.

A process of its own, because a lab is found by the XDG folders of the environment, and several items may be tried at
the same time, each on a lab of its own.
"""

import json
import sys
from pathlib import Path

from rich.console import Console

from tests.proofs.faults import faults
from tests.proofs.harms import harms
from tests.proofs.item import Item
from tests.proofs.lab import TestsLab
from tests.proofs.scenarios import scenarios
from tests.proofs.shapes import shapes

ON_THE_LAB = {"fault", "harm"}
"""Kinds that are tried on the tests' lab. The others bring one of their own, and there is memory for one."""


def items(lab: TestsLab) -> tuple[Item, ...]:
    """All there are: first those on the tests' lab, then those that bring labs of their own."""
    return (*faults(lab.up), *harms(lab.up), *scenarios(), *shapes())


def main(name: str, file: Path) -> None:
    """Write a list of what is wrong, empty: nothing."""
    lab = TestsLab(Console())
    item = next(each for each in items(lab) if each.name == name)
    try:
        if item.kind not in ON_THE_LAB:
            lab.down()
        wrong = item.tried()
    except Exception as error:  # noqa: BLE001 (one item that cannot be tried must not end the others)
        wrong = [f"could not be tried: {type(error).__name__}: {error}"[:500]]
    file.write_text(json.dumps(wrong))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
