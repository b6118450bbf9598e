"""``summary.json``: the run for other programs; ``summary.schema.json`` here is its contract."""

import json
from collections import Counter
from importlib.resources import files
from typing import Any

from ostf_dual.runs.result import Asked, Cause, Outcome, Result, RunResult, ZoneState
from ostf_dual.runs.verdict import verdict

SCHEMA_VERSION = 1
"""Grows when a reader of the old form would be misled; new keys alone do not count."""


def schema() -> dict[str, Any]:
    """The JSON Schema of the summary."""
    loaded: dict[str, Any] = json.loads(files(__package__).joinpath("summary.schema.json").read_text("utf-8"))
    return loaded


def summary(run: RunResult) -> dict[str, Any]:
    """The run as plain values, ready for JSON."""
    judged = verdict(run)
    return {
        "schema_version": SCHEMA_VERSION,
        "run_id": run.run_id,
        "cloud": run.cloud,
        "started_at": run.started_at.isoformat(timespec="seconds"),
        "wall_s": round(run.wall_s, 3),
        "exit_code": int(judged.code),
        "reasons": list(judged.reasons),
        "asked": _asked(run.asked),
        "interrupted": run.interrupted,
        "problem": run.problem.message if run.problem else None,
        "zones": [_zone(zone, run) for zone in run.zones],
        "missing_zones": list(run.missing),
        "facts": dict(run.facts),
        "unverified": list(run.unverified),
        "checks": [check_as_values(result) for result in run.results],
        "removed": list(run.removed),
        "leftovers": list(run.leftovers),
    }


def totals(run: RunResult, zone: str | None) -> dict[str, int]:
    """How many results of the zone (None: of the whole cloud) have each outcome; every outcome is named."""
    counted = Counter(result.outcome for result in run.results if result.zone == zone)
    return {outcome.value: counted[outcome] for outcome in Outcome}


def _asked(asked: Asked) -> dict[str, Any]:
    return {
        "profile": asked.profile,
        "environment": str(asked.environment) if asked.environment else None,
        "expect": None if asked.expect is None else list(asked.expect),
        "openstack_only": asked.openstack_only,
        "paths": list(asked.paths),
        "selection": asked.selection,
        "rerun_of": asked.rerun_of,
    }


def _zone(zone: ZoneState, run: RunResult) -> dict[str, Any]:
    return {
        "label": zone.label,
        "name": zone.name,
        "hypervisor": zone.hypervisor.value,
        "expected": zone.expected,
        "witness_missing": zone.witness_missing,
        "facts": dict(zone.facts),
        "totals": totals(run, zone.label),
    }


def check_as_values(result: Result) -> dict[str, Any]:
    """A result, ready for JSON."""
    return {
        "id": result.check,
        "case": result.case,
        "name": result.name,
        "title": result.title,
        "profile": result.profile,
        "layer": result.layer,
        "zone": result.zone,
        "hypervisor": result.hypervisor.value if result.hypervisor else None,
        "outcome": result.outcome.value,
        "started_at": result.started_at.isoformat(timespec="milliseconds"),
        "duration_s": round(result.duration_s, 3),
        "message": result.message,
        "cause": _cause(result.cause),
        "steps": [
            {
                "number": step.number,
                "title": step.title,
                "passed": step.passed,
                "duration_s": round(step.duration_s, 3),
            }
            for step in result.steps
        ],
        "evidence": [{"name": each.name, "media_type": each.media_type} for each in result.evidence],
    }


def _cause(cause: Cause | None) -> dict[str, str] | None:
    if cause is None:
        return None
    return {
        "kind": cause.kind,
        "text": cause.text,
        "next_command": cause.next_command,
        "source": cause.source,
    }
