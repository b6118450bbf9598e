"""`ostf-dual convert`: the plan, and the new definition where there is one."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ostf_dual.cli.app import app
from ostf_dual.environment.checking import check
from ostf_dual.environment.load import load_environment
from ostf_dual.errors import InputError

FIXTURES = Path(__file__).parents[3] / "fixtures" / "conversions"
OLD, VCENTER = str(FIXTURES / "kvm-only.yaml"), str(FIXTURES / "vcenter.yaml")


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["convert", *arguments], catch_exceptions=False)


@pytest.mark.parametrize(
    ("old", "option", "part"), [("kvm-only", "--vcenter", "vcenter"), ("vcenter-only", "--kvm", "kvm")]
)
def test_the_shipped_conversions_are_written_and_can_be_used(
    tmp_path: Path, old: str, option: str, part: str
) -> None:
    new = tmp_path / "new.yaml"

    done = call(str(FIXTURES / f"{old}.yaml"), option, str(FIXTURES / f"{part}.yaml"), "-o", str(new))

    assert done.exit_code == 0
    for title in (
        "Steps",
        "What it means",
        "What is not converted",
        "The comments of",
        "is renamed to TestVM-",
    ):
        assert title in done.output
    assert [each for each in check(new) if not each.is_warning] == []
    assert load_environment(new).vmware is not None


def test_without_a_place_for_it_nothing_is_written() -> None:
    done = call(OLD, "--vcenter", VCENTER)

    assert done.exit_code == 0
    assert "Nothing is written" in done.output


def test_the_plan_is_there_for_programs(tmp_path: Path) -> None:
    new = tmp_path / "new.yaml"

    told = json.loads(call(OLD, "--vcenter", VCENTER, "-o", str(new), "--json").output)

    assert told["is_convertible"]
    assert told["written"] == str(new)
    assert told["steps"][0]["what"] == "image TestVM"
    assert told["environment"]["name"] == "was-kvm-only"


def test_a_file_that_is_there_is_kept_unless_it_is_forced(tmp_path: Path) -> None:
    new = tmp_path / "new.yaml"
    new.write_text("mine")

    with pytest.raises(InputError, match="give --force"):
        call(OLD, "--vcenter", VCENTER, "-o", str(new))
    assert new.read_text() == "mine"

    assert call(OLD, "--vcenter", VCENTER, "-o", str(new), "--force").exit_code == 0
    assert new.read_text() != "mine"


def test_what_cannot_be_converted_ends_with_4_and_is_not_written(tmp_path: Path) -> None:
    new = tmp_path / "new.yaml"

    done = call(OLD, "--kvm", str(FIXTURES / "kvm.yaml"), "-o", str(new))

    assert done.exit_code == 4
    assert "refused the cloud lacks vCenter" in done.output
    assert not new.exists()


@pytest.mark.parametrize("options", [(), ("--vcenter", VCENTER, "--kvm", VCENTER)])
def test_exactly_one_part_is_taken(options: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="one of the two"):
        call(OLD, *options)


def test_a_part_with_a_misspelt_key_is_refused_with_its_line(tmp_path: Path) -> None:
    part = tmp_path / "part.yaml"
    part.write_text("vmwaer: {zones: []}")

    with pytest.raises(InputError, match="line 1, vmwaer: no such key; did you mean vmware"):
        call(OLD, "--vcenter", str(part))
