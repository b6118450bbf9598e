"""Allure is told on what a run was made, by whom, and into which categories its faults fall."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ostf_dual.reports.allure_run import executor
from ostf_dual.reports.files import write_files
from ostf_dual.runs.data import data_folder
from ostf_dual.runs.result import Outcome, RunResult


def test_the_environment_names_releases_drivers_and_zones_as_java_reads_them(
    run: RunResult, tmp_path: Path
) -> None:
    write_files(run, tmp_path)

    lines = (tmp_path / "results/environment.properties").read_text().splitlines()
    assert "openstack=2024.1 or 2024.2" in lines
    assert "zone\\ kvm=kvm" in lines
    assert "kvm\\ driver=libvirt.LibvirtDriver" in lines
    assert all(re.fullmatch(r"([^\s=:\\]|\\.)+=.+", line) for line in lines)


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        (
            {
                "GITHUB_ACTIONS": "true", "GITHUB_WORKFLOW": "health", "GITHUB_RUN_NUMBER": "12",
                "GITHUB_SERVER_URL": "https://github.example", "GITHUB_REPOSITORY": "a/b", "GITHUB_RUN_ID": "77",
            },
            ("github", "health #12", 12, "https://github.example/a/b/actions/runs/77"),
        ),
        (
            {"GITLAB_CI": "true", "CI_JOB_NAME": "health", "CI_PIPELINE_IID": "3", "CI_JOB_URL": "https://gitlab/j/9"},
            ("gitlab", "health #3", 3, "https://gitlab/j/9"),
        ),
        (
            {"JENKINS_URL": "https://j/", "JOB_NAME": "health", "BUILD_NUMBER": "8", "BUILD_URL": "https://j/health/8/"},
            ("jenkins", "health #8", 8, "https://j/health/8/"),
        ),
        ({"JENKINS_URL": "https://j/"}, ("jenkins", "Jenkins", None, None)),
        ({}, ("ostf-dual", "run 261122-ab", 1795341600, None)),
    ],
)  # fmt: skip
def test_the_executor_is_the_ci_job_that_its_variables_tell_of(
    run: RunResult, variables: dict[str, str], told: tuple[object, ...]
) -> None:
    found = executor(run, variables)

    assert tuple(found.get(key) for key in ("type", "buildName", "buildOrder", "buildUrl")) == told


def test_every_outcome_but_a_pass_falls_into_a_category_and_a_cause_into_its_own(
    run: RunResult, tmp_path: Path
) -> None:
    write_files(run, tmp_path)

    results = [json.loads(path.read_text()) for path in (tmp_path / "results").glob("*-result.json")]
    found = {label_of(each, "outcome"): first_category(each) for each in results}
    assert found == {
        Outcome.PASSED: None,
        Outcome.FAILED: "A service is down, disabled or silent",
        Outcome.BROKEN: "Broken: it could not be asked",
        Outcome.LEAKED: "Leaked: something that the run made is left",
        Outcome.UNSUPPORTED: "Unsupported by this driver or release",
        Outcome.NOT_CONFIGURED: "Not configured: no access to the second witness",
        Outcome.NOT_DEPLOYED: "Not deployed: the cloud has no such service",
        Outcome.SKIPPED: "Skipped by the user",
    }


def test_the_categories_that_allure_2_reads_are_those_that_are_shipped(
    run: RunResult, tmp_path: Path
) -> None:
    write_files(run, tmp_path)

    written, shipped = tmp_path / "results/categories.json", data_folder("reports") / "categories.json"
    assert written.read_bytes() == shipped.read_bytes()


def label_of(result: dict[str, Any], name: str) -> str:
    return next(str(label["value"]) for label in result["labels"] if label["name"] == name)


def first_category(result: dict[str, Any]) -> str | None:
    """The rules as Allure 2 applies them: the whole message has to match."""
    message = result.get("statusDetails", {}).get("message", "")
    for rule in json.loads((data_folder("reports") / "categories.json").read_text()):
        if result["status"] in rule["matchedStatuses"] and re.fullmatch(
            rule.get("messageRegex", "[\\s\\S]*"), message
        ):
            return str(rule["name"])
    return None
