"""A run is read back from its summary as it was told, and drawn."""

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ostf_dual.cli.commands import draw_run
from ostf_dual.errors import InputError
from ostf_dual.reports.files import SUMMARY, write_files
from ostf_dual.reports.picture import draw
from ostf_dual.reports.restored import restore
from ostf_dual.reports.summary import summary
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.result import Asked, Problem, RunResult


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"asked": Asked(profile="smoke", openstack_only=True), "openstack_only": True},
        {"results": (), "zones": (), "problem": Problem(code=ExitCode.BROKEN, message="no route")},
        {"interrupted": True},
    ],
)
def test_what_was_told_is_told_again(run: RunResult, tmp_path: Path, other: dict[str, object]) -> None:
    wanted = replace(run, **other)  # type: ignore[arg-type] # a free hand
    write_files(wanted, tmp_path)

    again = summary(restore(tmp_path / SUMMARY))

    told = json.loads((tmp_path / SUMMARY).read_text())
    for check in (*again["checks"], *told["checks"]):
        check.pop("evidence")  # stays with Allure's results
    assert again == told


def test_what_is_no_summary_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        restore(tmp_path / SUMMARY)


def test_a_picture_has_the_table_and_needs_no_network(run: RunResult, tmp_path: Path) -> None:
    picture = tmp_path / "run.svg"
    hit = replace(run, results=tuple(replace(each, message="why") for each in run.results))

    draw(hit, picture)

    drawn = picture.read_text()
    texts = "".join(ET.fromstring(drawn).itertext()).replace("\xa0", " ")  # noqa: S314 - it is our own
    assert "ALL-02" in texts
    assert "exit code 1" in texts
    assert "@font-face" not in drawn
    assert {url for url in re.findall(r"https?://[^\"<\s]+", drawn) if "w3.org" not in url} <= {
        "https://www.textualize.io"
    }


def test_where_a_picture_was_written_is_said(
    run: RunResult, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / SUMMARY).write_text(json.dumps(summary(run)))

    draw_run(tmp_path, tmp_path / "run.svg")

    assert capsys.readouterr().out == f"written: {tmp_path / 'run.svg'}\n"
    assert (tmp_path / "run.svg").is_file()
