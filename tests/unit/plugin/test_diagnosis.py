"""A check that fails is looked at while what it failed on is still there; its cause is told wherever the failure is."""

from collections.abc import Callable
from typing import Any

CHECKS = """
import pytest
from pathlib import Path

@pytest.fixture
def thing():
    yield
    Path("examined").open("a").write("the thing is gone\\n")

@pytest.mark.check("BOOT-01", profile="smoke", layer="compute")
def test_boot(zone, thing):
    assert zone.label == "kvm", "it did not boot"
"""


def test_the_cause_and_the_next_command_stand_beside_the_message(health: Callable[..., Any]) -> None:
    done = health(CHECKS, diagnosis="works")

    kvm, vcenter = done.summary["checks"]
    assert kvm["cause"] is None
    assert vcenter["cause"] == {
        "kind": "service", "text": "it is down", "next_command": "look at it", "source": "a fake"
    }  # fmt: skip
    assert vcenter["message"] == "it did not boot"
    assert {"name": "log", "media_type": "text/plain"} in vcenter["evidence"]
    assert "most likely (service): it is down" in done.output
    assert "next: look at it" in done.output


def test_only_failures_are_looked_at_and_before_anything_is_cleaned_up(health: Callable[..., Any]) -> None:
    done = health(CHECKS, diagnosis="works")

    assert (done.folder / "examined").read_text().splitlines() == [
        "the thing is gone",
        "BOOT-01 vcenter it did not boot",
        "the thing is gone",
    ]


def test_a_diagnosis_that_fails_costs_nothing_but_itself(health: Callable[..., Any]) -> None:
    done = health(CHECKS, diagnosis="fails")

    assert done.code == 1
    assert done.outcomes() == {"BOOT-01 kvm": "passed", "BOOT-01 vcenter": "failed"}
    assert done.message("BOOT-01", "vcenter") == "it did not boot"
    evidence = [each["name"] for each in done.summary["checks"][1]["evidence"]]
    assert evidence == ["diagnosis failed"]
