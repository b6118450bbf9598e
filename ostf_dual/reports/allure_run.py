"""What Allure is told of a run besides its results: where, on what, by whom, and how faults fall into categories."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from ostf_dual.runs.data import data_folder
from ostf_dual.runs.result import RunResult, ZoneState

CLOUD = "cloud"
"""Where a question about the whole cloud stands, beside the zones."""

ZONES = "zones.json"
"""Ours, not Allure's: what the report's configuration needs to know of the run."""

# By the variable that a CI service always sets: its type and name, then its variables for job, number and address.
_SERVICES = {
    "GITHUB_ACTIONS": ("github", "GitHub Actions", "GITHUB_WORKFLOW", "GITHUB_RUN_NUMBER", ""),
    "GITLAB_CI": ("gitlab", "GitLab CI", "CI_JOB_NAME", "CI_PIPELINE_IID", "CI_JOB_URL"),
    "JENKINS_URL": ("jenkins", "Jenkins", "JOB_NAME", "BUILD_NUMBER", "BUILD_URL"),
    "TF_BUILD": ("azure", "Azure Pipelines", "BUILD_DEFINITIONNAME", "BUILD_BUILDID", ""),
}


def write_run(run: RunResult, folder: Path, environment: Mapping[str, str] = os.environ) -> None:
    """Write ``environment.properties``, ``executor.json``, ``categories.json`` and ``zones.json``."""
    _write(folder / ZONES, _described(run))
    (folder / "environment.properties").write_text(_properties(run), encoding="utf-8")
    _write(folder / "executor.json", executor(run, environment))
    shutil.copyfile(data_folder("reports") / "categories.json", folder / "categories.json")


def executor(run: RunResult, environment: Mapping[str, str]) -> dict[str, str | int]:
    """Who made the run: the CI job by its variables, else this program."""
    for mark, (kind, name, job, number, address) in _SERVICES.items():
        if environment.get(mark):
            build = environment.get(number, "")
            told: dict[str, str | int] = {
                "type": kind,
                "name": name,
                "buildName": f"{environment.get(job, name)} #{build}".removesuffix(" #"),
                "reportName": f"Health of {run.cloud}",
            }
            if build.isdecimal():
                told["buildOrder"] = int(build)
            url = _github_url(environment) if kind == "github" else environment.get(address, "")
            return {**told, "buildUrl": url} if url else told
    return {
        "type": "ostf-dual",
        "name": "ostf-dual",
        "buildName": f"run {run.run_id}",
        "buildOrder": round(run.started_at.timestamp()),  # what trends are ordered by
        "reportName": f"Health of {run.cloud}",
    }


def _github_url(environment: Mapping[str, str]) -> str:
    parts = [environment.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID")]
    return f"{parts[0]}/{parts[1]}/actions/runs/{parts[2]}" if all(parts) else ""


def _described(run: RunResult) -> dict[str, object]:
    cloud = {"label": CLOUD, "hypervisor": CLOUD, "expected": False, "facts": {}}
    return {
        "cloud": run.cloud,
        "run": run.run_id,
        "zones": [*map(_zone, run.zones), cloud],
    }


def _zone(zone: ZoneState) -> dict[str, object]:
    return {
        "label": zone.label,
        "hypervisor": zone.hypervisor.value,
        "expected": zone.expected,
        "facts": dict(zone.facts),
    }


def _properties(run: RunResult) -> str:
    return "".join(f"{_escaped(key, '= :')}={_escaped(value)}\n" for key, value in _facts(run))


def _facts(run: RunResult) -> Iterator[tuple[str, str]]:
    yield "cloud", run.cloud
    yield "run", run.run_id
    yield "profile", run.asked.profile
    yield from run.facts
    if run.unverified:
        yield "certificates NOT verified", ", ".join(run.unverified)
    for zone in run.zones:
        yield f"zone {zone.label}", zone.hypervisor.value
        for name, value in zone.facts:
            yield f"{zone.label} {name}", value


def _escaped(text: str, also: str = "") -> str:
    """As java.util.Properties reads it, which is what the file is."""
    for character in f"\\{also}":
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split())


def _write(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, indent=2), encoding="utf-8")
