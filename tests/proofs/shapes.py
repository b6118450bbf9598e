"""Definitions of every shape, on a lab of their own: `tests/scenarios/test_shapes.py` as one item."""

import subprocess
import sys
from pathlib import Path

from tests.proofs.item import Item

_FILE = Path(__file__).resolve().parents[1] / "scenarios" / "test_shapes.py"
_LONGEST_S = 3600


class Shapes:
    """Each shape is deployed from the one before, so they are tried together."""

    kind, name = "shapes", "shapes"

    def tried(self) -> list[str]:
        """See ``Item.tried``."""
        command = [sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=no", str(_FILE)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, timeout=_LONGEST_S)
        red = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return red or ([f"pytest ended with {done.returncode}"] if done.returncode else [])


def shapes() -> tuple[Item, ...]:
    """All of them."""
    return (Shapes(),)
