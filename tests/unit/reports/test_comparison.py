"""Two runs held against each other, and the news of many."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ostf_dual.reports.changes import Changes
from ostf_dual.reports.comparison import compare
from ostf_dual.reports.console import open_console
from ostf_dual.reports.differences import as_values, print_comparison
from ostf_dual.reports.kept import KeptCheck, KeptRun
from ostf_dual.runs.result import Asked, Outcome
from tests.unit.reports.conftest import NOW

O = Outcome  # noqa: E741 - the tables below are read in columns


def check(
    name: str, outcome: Outcome, duration_s: float = 1.0, profile: str = "smoke", message: str = ""
) -> KeptCheck:
    check_id, _, zone = name.partition(" ")
    return KeptCheck(
        id=check_id,
        case="",
        zone=zone or None,
        title="A question",
        profile=profile,
        outcome=outcome,
        duration_s=duration_s,
        message=message,
    )


def kept(*checks: KeptCheck, run_id: str = "r", **other: Any) -> KeptRun:
    values: dict[str, Any] = {
        "source": Path("/x/summary.json"),
        "run_id": run_id,
        "cloud": "prod",
        "started_at": NOW,
        "wall_s": 1.0,
        "exit_code": 0,
        "reasons": (),
        "zones": (),
        "missing_zones": (),
        "checks": checks,
        "leftovers": (),
        "asked": Asked(),
    }
    return KeptRun(**{**values, **other})


@pytest.mark.parametrize(
    ("before", "after", "asked", "told", "is_worse"),
    [
        ([check("B k", O.PASSED)], [check("B k", O.PASSED)], Asked(), {}, False),
        ([check("B k", O.PASSED)], [check("B k", O.FAILED)], Asked(), {"newly_failed"}, True),
        ([], [check("B k", O.BROKEN)], Asked(), {"newly_failed"}, True),
        ([check("B k", O.FAILED)], [check("B k", O.BROKEN)], Asked(), {"still_failed"}, False),
        ([check("B k", O.LEAKED)], [check("B k", O.PASSED)], Asked(), {"recovered"}, False),
        ([check("B k", O.PASSED)], [], Asked(), {"newly_missing"}, True),
        ([check("B k", O.FAILED)], [check("B k", O.NOT_DEPLOYED)], Asked(), {"newly_missing"}, True),
        ([check("B k", O.SKIPPED)], [], Asked(), {}, False),
        ([check("B k", O.PASSED)], [], Asked(profile="quick"), {}, False),
        ([check("B k", O.PASSED)], [], Asked(selection="-k NET"), {}, False),
        ([check("B k", O.PASSED)], [], Asked(rerun_of="r0"), {}, False),
        ([check("B k", O.PASSED)], [], Asked(paths=("x.py::test_b",)), {}, False),
        ([check("B k", O.PASSED, 5)], [check("B k", O.PASSED, 10)], Asked(), {"slower"}, False),
        ([check("B k", O.PASSED, 5)], [check("B k", O.PASSED, 9.9)], Asked(), {}, False),
        ([check("B k", O.PASSED, 1)], [check("B k", O.PASSED, 5)], Asked(), {}, False),
    ],
)
def test_each_difference_is_told_by_its_name_and_only_some_are_worse(
    before: Any, after: Any, asked: Asked, told: Any, *, is_worse: bool
) -> None:
    compared = compare(kept(*before), kept(*after, asked=asked))
    values = as_values(compared)

    assert {name for name, found in values.items() if isinstance(found, list) and found} == set(told)
    assert values["worse"] is is_worse


def test_a_zone_that_is_gone_is_worse(capsys: pytest.CaptureFixture[str]) -> None:
    compared = compare(
        kept(check("B k", O.FAILED, message="why\nmore"), check("C k", O.PASSED), run_id="r1"),
        kept(check("B k", O.FAILED, message="why\nmore"), run_id="r2", missing_zones=("esx-a",)),
    )

    print_comparison(open_console(), compared)

    assert capsys.readouterr().out.splitlines() == [
        "r1 (prod) → r2 (prod)",
        "  newly missing: zone esx-a",
        "  newly missing: C k (passed before, now not asked)",
        "  still failed: B k: why",
        "worse",
    ]


def test_only_changes_are_news_and_flapping_is_counted() -> None:
    changes = Changes()
    bad, good = kept(check("B k", O.FAILED, message="why")), kept(check("B k", O.PASSED))

    def told(run: KeptRun) -> list[str]:
        return list(map(str, changes.add(run)))

    assert told(good) == []
    assert told(bad) == ["B k: newly failed: why"]
    assert told(bad) == []
    assert told(good) == ["B k: recovered (change 2 of its state)"]
    assert told(bad) == ["B k: newly failed: why (change 3 of its state)"]


def test_what_was_not_asked_keeps_its_last_word_and_a_silent_cloud_is_told_once() -> None:
    changes = Changes()
    bad = kept(check("B k", O.FAILED, message="why"))
    good = kept(check("B k", O.PASSED), check("A", O.PASSED))
    silent = kept(exit_code=6, reasons=("cannot log in",))
    changes.add(bad)

    assert list(map(str, changes.add(silent))) == ["cloud prod: not checked: cannot log in"]
    assert changes.add(silent) == ()
    assert [
        news.told for news in changes.add(kept(check("B k", O.NOT_CONFIGURED), check("A", O.PASSED)))
    ] == [
        "not answered any more: not_configured: ",
        "checked again",
    ]
    assert list(map(str, changes.add(good))) == ["B k: recovered (change 3 of its state)"]


def test_zones_that_go_and_what_is_left_are_news() -> None:
    changes = Changes()
    well = kept(check("B k", O.PASSED))

    gone = changes.add(replace(well, missing_zones=("esx-a",), leftovers=("volume x: in use",)))
    back = changes.add(well)

    assert [(each.is_worse, each.subject) for each in gone] == [(True, "zone esx-a"), (True, "left")]
    assert [(each.is_worse, each.told) for each in back] == [(False, "there again")]
