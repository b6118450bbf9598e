"""Tries one fault: disturb, check, compare what turned red with what should have, heal."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.lab.faults import CATALOGUE, Fault, Scene
from ostf_dual.deployers.lab.reach import connect

Key = tuple[str, str | None]
IMPATIENT = {"guest_up_s": 120.0, "attach_s": 75.0, "volume_s": 60.0}
"""Seconds: what never happens need not be awaited for as long as on a loaded cloud."""


class LabFaults:
    """The faults of a lab that is up."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def catalogue(self) -> tuple[Fault, ...]:
        """Every fault of the embedded lab."""
        return CATALOGUE

    @contextmanager
    def inject(self, fault: Fault) -> Iterator[dict[str, Any]]:
        """Disturb, give the environment to check with, and heal."""
        environment = yaml.safe_load(self._lab.layout.environment_file.read_text())
        with connect(self._lab.layout) as cloud, connect(self._lab.layout, admin=False) as user:
            environment["budgets"] = dict(IMPATIENT)
            scene = Scene(lab=self._lab, cloud=cloud, user=user, environment=environment)
            with fault.disturb(scene):
                yield scene.environment


def check(environment: dict[str, Any], *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    """Run the health check as a user does; its exit code, and the results of summary.json."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "environment.yaml")
        file.write_text(yaml.safe_dump(environment))
        reports = Path(folder, "reports")
        command = [sys.executable, "-m", "ostf_dual", "run", "--environment", str(file), "--reports", str(reports),
                   "--no-html", *arguments]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        summary = reports / "summary.json"
        assert summary.exists(), (
            f"no summary; exit code {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-2000:]}"
        )
        results: list[dict[str, Any]] = json.loads(summary.read_text())["checks"]
        return done.returncode, results


def selection(fault: Fault) -> tuple[str, ...]:
    """How the health check is asked for just what the fault is about."""
    return ("--", "-k", fault.select) if fault.select else ("--profile", "quick")


def verdict(fault: Fault, results: list[dict[str, Any]]) -> list[str]:
    """What is wrong with how the health check told the fault; empty: nothing."""
    red = {_key(each): each for each in results if each["outcome"] in {"failed", "broken", "leaked"}}
    wrong = []
    for wanted in fault.red:
        found = red.get((wanted.check, wanted.zone))
        if found is None:
            wrong.append(f"{wanted.check} in {wanted.zone or 'the cloud'} did not notice")
        elif found["outcome"] != wanted.outcome:
            wrong.append(
                f"{wanted.check} in {wanted.zone}: {found['outcome']}, wanted {wanted.outcome}: {found['message']}"
            )
        elif wanted.words not in found["message"]:
            wrong.append(f"{wanted.check} in {wanted.zone} does not say {wanted.words!r}: {found['message']}")
    excused = {(each.check, each.zone) for each in fault.red} | set(fault.also)
    wrong.extend(
        f"{key} turned red too: {each['message'][:300]}" for key, each in red.items() if key not in excused
    )
    return wrong


def _key(result: dict[str, Any]) -> Key:
    return result["id"], result["zone"]
