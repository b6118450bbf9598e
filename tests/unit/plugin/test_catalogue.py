"""The scenarios tell their own catalogue, and each tells all of it."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ostf_dual.plugin.catalogue import SECTIONS, sections_of

COMMAND = str(Path(sys.executable).with_name("ostf-dual"))


@cache
def listed() -> list[dict[str, Any]]:
    told = subprocess.run([COMMAND, "list", "--json"], capture_output=True, text=True, check=True).stdout
    return list(json.loads(told))


def test_every_check_says_why_it_matters_who_answers_what_failure_means_and_where_it_is_from() -> None:
    lacking = {
        each["name"]: [key for key in ("why", "witnesses", "on_failure", "source") if not each[key]]
        for each in listed()
    }

    assert len(lacking) > 30
    assert not {name: keys for name, keys in lacking.items() if keys}


def test_every_check_that_waits_for_the_cloud_has_a_budget() -> None:
    without = {each["id"] for each in listed() if each["needs"] and not each["budgets"]}

    assert without == {"MET-01", "MET-02", "MET-03"}  # the polling interval decides


def test_the_volume_that_checks_share_is_deleted_by_the_last_of_them() -> None:
    smoke = [each for each in listed() if each["profile"] == "smoke" and "volume" in each["needs"]]

    # pytest takes files by their names, and a file from top to bottom.
    in_turn = sorted(smoke, key=lambda each: _place(each["file"]))

    assert [each["id"] for each in in_turn if each["id"].startswith("VOL")] == [
        "VOL-01",
        "VOL-02",
        "VOL-03",
        "VOL-06",
    ]


def _place(source: str) -> tuple[str, int]:
    file, _, line = source.rpartition(":")
    return file, int(line)


def test_a_check_is_explained_whatever_the_case_of_its_id() -> None:
    told = subprocess.run([COMMAND, "explain", "svc-01"], capture_output=True, text=True, check=True).stdout

    assert told.count("SVC-01  The services that serve") == 2
    assert "Why it matters" in told
    assert "nothing: it only reads" in told


@pytest.mark.parametrize(
    ("check", "asked_of"),
    [("API-01", "the cloud"), ("BOOT-01", "every zone"), ("add-vcenter", "a cloud of its own")],
)
def test_whom_a_check_is_put_to_is_told_also_of_the_cloud_and_of_a_scenario_by_name(
    check: str, asked_of: str
) -> None:
    told = subprocess.run([COMMAND, "explain", check], capture_output=True, text=True, check=True).stdout

    assert f"; asked of {asked_of}\n" in told


def test_a_cache_folder_that_cannot_be_written_leaves_the_json_alone(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    done = subprocess.run(
        [COMMAND, "explain", "API-01", "--json"],
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "file")},
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout)[0]["id"] == "API-01"


@pytest.mark.parametrize(
    ("wanted", "hint"),
    [("BOOT-99", "did you mean BOOT-01, BOOT-02"), ("BOTO-01", "BOOT-01"), ("xyzzy", "`ostf-dual list`")],
)
def test_an_unknown_check_is_answered_with_those_alike(wanted: str, hint: str) -> None:
    done = subprocess.run([COMMAND, "explain", wanted], capture_output=True, text=True, check=False)

    assert done.returncode == 4
    assert f"there is no check {wanted!r}" in done.stderr
    assert hint in done.stderr
    assert done.stdout.strip() == ""


def test_sections_are_whole_paragraphs_in_any_number() -> None:
    text = "Free words.\n\nWhy: because\n    of this.\nOn failure: look:\n    there."

    assert sections_of(text) == {"Why": "because of this.", "On failure": "look: there."}
    assert sections_of("Only free words.") == {}
    assert set(sections_of(text)) <= set(SECTIONS)
