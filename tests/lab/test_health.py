"""The main job: the health check of a dual-hypervisor cloud, run as a user runs it."""

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ostf_dual.cloud.cloud import Cloud
from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.lab.reach import connect
from ostf_dual.environment.load import load_access
from ostf_dual.waiting import wait_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A run of the health check that is over."""

    exit_code: int
    output: str
    reports: Path
    summary: dict[str, Any]
    servers: frozenset[str]
    guests: frozenset[str]


@pytest.fixture(scope="module")
def checked(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """One whole run; while it has servers, OpenStack and both hypervisors are asked for them by us too."""
    reports = tmp_path_factory.mktemp("reports")
    command = [sys.executable, "-m", "ostf_dual", "run", "--environment", str(lab.layout.environment_file),
               "--reports", str(reports)]  # fmt: skip
    with (reports / "output.txt").open("w+") as output:
        run = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, "COLUMNS": "120"}
        )
        servers, guests = _both_sides(lab)
        code = run.wait(600)
        output.seek(0)
        text = output.read()
    summary = json.loads((reports / "summary.json").read_text())
    return Checked(
        exit_code=code, output=text, reports=reports, summary=summary, servers=servers, guests=guests
    )


def test_healthy_lab_is_told_so(checked: Checked) -> None:
    assert checked.exit_code == 0, checked.output


@pytest.mark.parametrize("check", ["BOOT-01", "BOOT-02", "VOL-02", "MET-01", "NET-03", "LIFE-05"])
def test_check_passes_in_both_zones(checked: Checked, check: str) -> None:
    outcomes = {each["zone"]: each["outcome"] for each in checked.summary["checks"] if each["id"] == check}

    assert outcomes == {"kvm": "passed", "vcenter": "passed"}


def test_both_sides_show_the_same_servers(checked: Checked) -> None:
    assert len(checked.servers) >= 2
    assert checked.servers <= checked.guests


def test_nothing_is_left(checked: Checked, lab: Lab) -> None:
    with connect(lab.layout) as cloud:
        left = [each.name for each in cloud.compute.servers(all_projects=True)]
        left += [each.name for each in cloud.block_storage.volumes(all_projects=True)]
        left += [each.name for each in cloud.network.networks() if each.name.startswith("ostf-")]

    assert not checked.summary["leftovers"]
    assert not left


def test_summary_follows_its_schema(checked: Checked) -> None:
    schema = json.loads(files("ostf_dual.reports").joinpath("summary.schema.json").read_text())

    jsonschema.validate(checked.summary, schema)


def test_report_opens_offline(checked: Checked) -> None:
    page = (checked.reports / "html/index.html").read_text()
    # Its program is a data: URL; results and attachments are handed to a function d(name, content).
    written = re.findall(r"""(?:base64,|d\("[^"]+",")([\w+/]+=*)\"""", page)
    embedded = [base64.b64decode(each).decode(errors="replace") for each in written]

    assert len(embedded) > 100
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]*\s(?:src|href)=[\"']?https?:[^\s>]*", page)
    assert not [each for each in (page, *embedded) if re.search("googletagmanager|google-analytics", each)]


def test_absent_by_design_is_neither_passed_nor_failed(checked: Checked) -> None:
    found = {
        each["outcome"]
        for each in checked.summary["checks"]
        if each["id"] == "MET-02" and each["zone"] == "vcenter"
    }

    assert found == {"passed", "unsupported"}


def _both_sides(lab: Lab) -> tuple[frozenset[str], frozenset[str]]:
    with connect(lab.layout) as cloud, _zones(lab) as zones:

        def active() -> frozenset[str]:
            servers = cloud.compute.servers(all_projects=True, status="ACTIVE")
            return frozenset(each.id for each in servers if each.name.startswith("ostf-"))

        servers = wait_until(active, lambda found: len(found) >= 2, what="the run's servers", timeout_s=180)
        return servers, frozenset(guest.id for zone in zones for guest in zone.probe.guests().guests)


@contextmanager
def _zones(lab: Lab) -> Iterator[tuple[Any, ...]]:
    cloud = Cloud.connect(load_access(lab.layout.environment_file))
    try:
        yield cloud.zones()
    finally:
        cloud.close()
