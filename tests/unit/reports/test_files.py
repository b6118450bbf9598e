"""The files of a run keep their contracts."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import xmlschema

from ostf_dual.reports.files import clear, write_files
from ostf_dual.reports.summary import schema, summary
from ostf_dual.runs.result import Outcome, RunResult

JUNIT_SCHEMA = Path(__file__).with_name("junit.xsd")


def written(run: RunResult, folder: Path) -> list[dict[str, Any]]:
    write_files(run, folder)
    return [json.loads(path.read_text()) for path in sorted((folder / "results").glob("*-result.json"))]


def test_the_summary_is_as_its_schema_says_whatever_the_run_was(run: RunResult) -> None:
    nothing = replace(run, zones=(), results=(), leftovers=(), missing=())
    validator = jsonschema.Draft202012Validator(
        schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )

    jsonschema.Draft202012Validator.check_schema(schema())
    validator.validate(summary(run))
    validator.validate(summary(nothing))


def test_the_schema_knows_every_outcome_and_refuses_what_it_does_not_know(run: RunResult) -> None:
    wrong = summary(run)
    wrong["checks"][0]["outcome"] = "fine"

    assert set(schema()["$defs"]["outcome"]["enum"]) == {outcome.value for outcome in Outcome}
    assert not jsonschema.Draft202012Validator(schema()).is_valid(wrong)


def test_what_a_run_writes_is_its_owners_alone_in_a_folder_that_is_open_too(
    run: RunResult, tmp_path: Path
) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o755)

    for reports in (folder, tmp_path / "made/new"):
        write_files(run, reports)

        assert list(reports.glob("results/*-attachment*")), "there is evidence among it"
        assert [each for each in reports.rglob("*") if each.stat().st_mode & 0o077] == []
    assert (tmp_path / "made").stat().st_mode & 0o077 == 0


def test_the_summary_counts_each_zone_by_itself(run: RunResult) -> None:
    kvm, vcenter = summary(run)["zones"]

    assert (kvm["totals"]["passed"], kvm["totals"]["failed"]) == (2, 0)
    assert set(vcenter["totals"].values()) == {1}


def test_junit_is_valid_and_counts_right(run: RunResult, tmp_path: Path) -> None:
    write_files(run, tmp_path)

    read: Any = xmlschema.XMLSchema(JUNIT_SCHEMA).to_dict(str(tmp_path / "junit.xml"))
    suites = read["testsuite"]
    vcenter = next(suite for suite in suites if suite["@name"] == "esx-a")
    assert [suite["@name"] for suite in suites] == ["kvm", "esx-a", "cloud"]
    assert (vcenter["@tests"], vcenter["@failures"], vcenter["@errors"], vcenter["@skipped"]) == (8, 2, 1, 4)
    assert {"@name": "hypervisor", "@value": "vcenter"} in vcenter["properties"]["property"]


def test_allure_sees_one_question_in_two_zones_as_one_test_with_two_histories(
    run: RunResult, tmp_path: Path
) -> None:
    results = written(run, tmp_path)

    twins = [each for each in results if each["fullName"].startswith("ALL-02.")]
    assert len({each["testCaseId"] for each in twins}) == 1
    assert len({each["historyId"] for each in twins}) == 2
    assert {each["name"] for each in twins} == {"ALL-02 · A server boots"}


def test_allure_history_is_the_same_over_runs(run: RunResult, tmp_path: Path) -> None:
    first = {each["historyId"] for each in written(run, tmp_path)}
    second = {each["historyId"] for each in written(replace(run, run_id="other"), tmp_path)}

    assert first == second
    assert len(first) == len(run.results)


def test_allure_has_labels_steps_and_evidence(run: RunResult, tmp_path: Path) -> None:
    (failed,) = (each for each in written(run, tmp_path) if each["status"] == "broken")

    labels = {label["name"]: label["value"] for label in failed["labels"]}
    assert labels["hypervisor"] == labels["parentSuite"] == "vcenter"
    assert labels["zone"] == labels["suite"] == "esx-a"
    assert (labels["feature"], labels["severity"]) == ("Compute", "critical")
    assert failed["steps"][0]["name"] == "ask"
    attachment = failed["attachments"][0]
    assert (tmp_path / "results" / attachment["source"]).read_text() == "TESTVM-READY"


def test_allure_shows_a_steps_evidence_in_the_step(run: RunResult, tmp_path: Path) -> None:
    (kept,) = run.results[0].evidence
    own = replace(run.results[0], evidence=(kept, replace(kept, name="plan", step=1)))
    (result,) = written(replace(run, results=(own,)), tmp_path)

    assert [each["name"] for each in result["attachments"]] == ["guest"]
    assert [each["name"] for each in result["steps"][0]["attachments"]] == ["plan"]


def test_allure_2_finds_all_that_it_groups_orders_and_remembers_by(run: RunResult, tmp_path: Path) -> None:
    for each in written(run, tmp_path):
        names = [label["name"] for label in each["labels"]]
        assert {"parentSuite", "suite", "subSuite", "epic", "feature", "story", "severity", "host"} <= set(
            names
        )
        assert len(names) == len(set(names))
        assert each["stage"] == "finished"
        assert all(step["stage"] == "finished" for step in each["steps"])
        assert all(re.fullmatch("[0-9a-f]{32}", each[key]) for key in ("historyId", "testCaseId"))
        assert each["start"] <= each["stop"]
        assert all(label["value"] for label in each["labels"])
        assert (tmp_path / "results" / each["attachments"][0]["source"]).exists()


def test_allure_tells_the_cause_and_what_to_do_next(run: RunResult, tmp_path: Path) -> None:
    (failed,) = (each for each in written(run, tmp_path) if "**Most likely:**" in each.get("description", ""))

    assert failed["statusDetails"]["message"].endswith(
        "\nmost likely (service): nova-compute on esx-1 is down\nnext: openstack compute service list"
    )
    assert "```\nopenstack compute service list\n```" in failed["description"]
    assert {"name": "cause", "value": "service"} in failed["labels"]


def test_clearing_keeps_the_history_and_what_is_not_ours(run: RunResult, tmp_path: Path) -> None:
    write_files(run, tmp_path)
    (tmp_path / "history.jsonl").write_text("{}\n")
    (tmp_path / "README.md").write_text("mine\n")

    clear(tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {"history.jsonl", "README.md"}
