"""A run as it was, read back from its ``summary.json``: without evidence and traces, which that does not hold."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ostf_dual.environment.model import Hypervisor
from ostf_dual.reports.kept import read_summary
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.result import Cause, Outcome, Problem, Result, RunResult, Step, ZoneState


def restore(path: Path) -> RunResult:
    """Read a run back, to be told again.

    Raises:
        InputError: There is no such file, or it is no summary.
    """
    kept = read_summary(path)
    content = json.loads(path.read_text(encoding="utf-8"))
    return RunResult(
        run_id=kept.run_id,
        cloud=kept.cloud,
        started_at=kept.started_at,
        wall_s=kept.wall_s,
        zones=tuple(_zone(each) for each in content["zones"]),
        missing=kept.missing_zones,
        results=tuple(_result(each) for each in content["checks"]),
        removed=tuple(content["removed"]),
        leftovers=kept.leftovers,
        interrupted=content["interrupted"],
        openstack_only=kept.asked.openstack_only,
        of_scenarios=kept.asked.profile == "system",
        problem=_problem(content),
        facts=tuple(content.get("facts", {}).items()),
        asked=kept.asked,
    )


def _problem(content: Mapping[str, Any]) -> Problem | None:
    told = content["problem"]
    return Problem(code=ExitCode(content["exit_code"]), message=told) if told else None


def _zone(content: Mapping[str, Any]) -> ZoneState:
    return ZoneState(
        label=content["label"],
        name=content["name"],
        hypervisor=Hypervisor(content["hypervisor"]),
        expected=content["expected"],
        witness_missing=content["witness_missing"],
        facts=tuple(content.get("facts", {}).items()),
    )


def _result(content: Mapping[str, Any]) -> Result:
    started_at = datetime.fromisoformat(content["started_at"])
    return Result(
        check=content["id"],
        case=content["case"],
        name=content["name"],
        title=content["title"],
        profile=content["profile"],
        layer=content["layer"],
        zone=content["zone"],
        hypervisor=Hypervisor(content["hypervisor"]) if content["hypervisor"] else None,
        outcome=Outcome(content["outcome"]),
        started_at=started_at,
        duration_s=content["duration_s"],
        message=content["message"],
        steps=tuple(Step(started_at=started_at, **each) for each in content["steps"]),
        cause=Cause(**content["cause"]) if content.get("cause") else None,
    )
