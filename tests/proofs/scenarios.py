"""The system scenarios, played as a user does: each ends with 0."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.proofs.item import Item

_ROOT = Path(__file__).resolve().parents[2]
DEFINITIONS = _ROOT / "fixtures" / "environments"
_LONGEST_S = 2400


class ScenarioItem:
    """One scenario, on the definition that it is played with."""

    kind = "scenario"

    def __init__(self, name: str, definition: Path) -> None:
        """Take its name as ``ostf-dual scenario`` has it, and the definition's file."""
        self._definition = definition
        self.name = name

    def tried(self) -> list[str]:
        """See ``Item.tried``."""
        with tempfile.TemporaryDirectory() as reports:
            command = [sys.executable, "-m", "ostf_dual", "scenario", self.name,
                       "--environment", str(self._definition), "--reports", reports, "--no-html"]  # fmt: skip
            code = subprocess.run(command, check=False, timeout=_LONGEST_S).returncode
            summary = Path(reports, "summary.json")
            told = json.loads(summary.read_text()) if summary.exists() else {"checks": []}
        red = [
            f"{each['outcome']}: {each['message']}" for each in told["checks"] if each["outcome"] != "passed"
        ]
        if not told["checks"]:
            red.append("it was not played")
        return red or ([f"it ended with {code}"] if code else [])


PLAYED = (
    ("add-vcenter", "qemu-and-vcenter.yaml"),
    ("deploy-both", "qemu-and-vcenter.yaml"),
    ("mixed-zone", "qemu-and-vcenter.yaml"),
    ("several-vcenters", "two-vcenter-zones.yaml"),
    ("refusals", "qemu-and-vcenter.yaml"),
    ("wrong-settings", "qemu-and-vcenter.yaml"),
    ("lose-vcenter-compute", "qemu-and-vcenter.yaml"),
    ("remove-vcenter", "qemu-and-vcenter.yaml"),
    ("redeploy", "qemu-and-vcenter.yaml"),
    ("convert-kvm-only", "qemu-and-vcenter.yaml"),
    ("convert-vcenter-only", "qemu-and-vcenter.yaml"),
)
"""Each scenario, and the definition that it is played with."""


def scenarios() -> tuple[Item, ...]:
    """All of them."""
    return tuple(ScenarioItem(name, DEFINITIONS / file) for name, file in PLAYED)
