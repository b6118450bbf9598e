"""What is new from run to run: told once, when it begins and when it is over."""

from dataclasses import replace
from pathlib import Path

import pytest

from ostf_dual.environment.model import Hypervisor
from ostf_dual.reports.archive import keep, kept_runs
from ostf_dual.reports.changes import Changes
from ostf_dual.reports.kept import KeptRun
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.result import Asked, Outcome, Problem, Result, RunResult, ZoneState
from tests.unit.reports.conftest import NOW, make_result

ESX = ZoneState(label="esx-a", name="esx-a", hypervisor=Hypervisor.VCENTER)
KVM = ZoneState(label="kvm", name="kvm", hypervisor=Hypervisor.KVM, expected=False)


@pytest.fixture
def kept(tmp_path: Path) -> "Kept":
    return Kept(tmp_path)


class Kept:
    """Runs as a watch reads them."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0

    def run(self, *results: Result, **other: object) -> KeptRun:
        self._count += 1
        run = RunResult(
            run_id=f"26112{self._count:07}-ab",
            cloud="prod",
            started_at=NOW,
            wall_s=1,
            zones=(ESX,),
            results=results,
        )
        keep(replace(run, **other), self._folder)  # type: ignore[arg-type] # a free hand
        return kept_runs(self._folder)[-1]


def told(changes: Changes, run: KeptRun) -> list[str]:
    return [f"{'!' if news.is_worse else '+'} {news}" for news in changes.add(run)]


FAILED, PASSED = make_result(Outcome.FAILED, message="no valid host\nmore"), make_result(Outcome.PASSED)


def test_a_fault_of_the_first_run_is_news_and_the_same_one_later_is_not(kept: Kept) -> None:
    changes = Changes()

    assert told(changes, kept.run(FAILED)) == ["! BOOT-01 esx-a: newly failed: no valid host"]
    assert told(changes, kept.run(FAILED)) == []
    assert told(changes, kept.run(replace(FAILED, outcome=Outcome.BROKEN))) == []
    assert [str(fault) for fault in changes.faults] == ["BOOT-01 esx-a"]


def test_what_passes_again_has_recovered_and_flapping_is_counted(kept: Kept) -> None:
    changes = Changes()

    first, _, third, fourth = (told(changes, kept.run(each)) for each in (PASSED, FAILED, PASSED, FAILED))

    assert first == []
    assert third == ["+ BOOT-01 esx-a: recovered (change 2 of its state)"]
    assert fourth == ["! BOOT-01 esx-a: newly failed: no valid host (change 3 of its state)"]


@pytest.mark.parametrize("outcome", [Outcome.SKIPPED, Outcome.NOT_CONFIGURED, Outcome.UNSUPPORTED])
@pytest.mark.parametrize("first", [PASSED, FAILED])
def test_what_is_not_answered_any_more_is_news_once_and_so_is_its_next_answer(
    kept: Kept, outcome: Outcome, first: Result
) -> None:
    changes = Changes()
    other = make_result(Outcome.PASSED, check="API-01")
    silent = make_result(outcome, check="VOL-01", message="vcenters: none serves esx-a")
    told(changes, kept.run(replace(first, check="VOL-01"), other))

    assert [each.partition(" (")[0] for each in told(changes, kept.run(silent, other))] == [
        f"! VOL-01 esx-a: not answered any more: {outcome}: vcenters: none serves esx-a"
    ]
    assert told(changes, kept.run(silent, other)) == []
    (back,) = told(changes, kept.run(replace(PASSED, check="VOL-01"), other))
    assert back.startswith(f"+ VOL-01 esx-a: {'recovered' if first is FAILED else 'answered again: passed'}")


def test_a_boot_that_is_not_answered_any_more_leaves_its_zone_unproven_until_it_is(kept: Kept) -> None:
    changes = Changes()
    other = make_result(Outcome.PASSED, check="SVC-01")
    silent = make_result(Outcome.NOT_DEPLOYED, message="there is no image")
    told(changes, kept.run(PASSED, other))

    check, zone = told(changes, kept.run(silent, other))

    assert check.startswith("! BOOT-01 esx-a: not answered any more: not_deployed: there is no image")
    assert zone.startswith("! cloud prod: not proven: zone esx-a: no server was seen to boot there: BOOT-01")
    assert told(changes, kept.run(silent, other)) == []
    assert "+ cloud prod: proven again" in told(changes, kept.run(PASSED, other))


def test_what_a_run_leaves_out_is_news_where_it_was_to_ask_it(kept: Kept) -> None:
    changes = Changes()
    other = make_result(Outcome.PASSED, check="API-01", profile="quick")
    told(changes, kept.run(FAILED, other))

    assert told(changes, kept.run(other, asked=Asked(profile="quick"))) == []
    assert [str(fault) for fault in changes.faults] == ["BOOT-01 esx-a"]
    assert told(changes, kept.run(other, interrupted=True)) == ["! cloud prod: not proven: interrupted"]
    assert told(changes, kept.run(other)) == [
        "! BOOT-01 esx-a: not asked any more (change 2 of its state)",
        "+ cloud prod: proven again",
    ]


def test_a_zone_that_leaves_is_news_though_nobody_expects_it(kept: Kept) -> None:
    changes = Changes()
    in_kvm = replace(PASSED, zone="kvm")
    told(changes, kept.run(PASSED, in_kvm, zones=(ESX, KVM)))

    assert told(changes, kept.run(PASSED)) == ["! zone kvm: not there any more"]
    assert told(changes, kept.run(PASSED)) == []
    assert told(changes, kept.run(PASSED, in_kvm, zones=(ESX, KVM))) == [
        "+ zone kvm: there again (change 2 of its state)"
    ]


def test_what_keeps_a_cloud_from_being_proven_is_news_and_so_is_its_end(kept: Kept) -> None:
    changes = Changes()
    hearsay = replace(ESX, witness_missing="vcenters: none serves esx-a")
    told(changes, kept.run(PASSED))

    (worse,) = told(changes, kept.run(PASSED, zones=(hearsay,)))

    assert worse.startswith("! cloud prod: not proven: zone esx-a: OpenStack's word only")
    assert told(changes, kept.run(PASSED, zones=(hearsay,))) == []
    assert told(changes, kept.run(PASSED)) == ["+ cloud prod: proven again"]


def test_the_same_check_elsewhere_is_another(kept: Kept) -> None:
    changes = Changes()
    told(changes, kept.run(FAILED))

    assert told(changes, kept.run(FAILED, replace(FAILED, zone="kvm"))) == [
        "! BOOT-01 kvm: newly failed: no valid host"
    ]


def test_a_cloud_that_cannot_be_asked_is_news_once_and_so_is_its_return(kept: Kept) -> None:
    changes, down = Changes(), Problem(code=ExitCode.BROKEN, message="Keystone does not answer")
    told(changes, kept.run(PASSED))

    assert told(changes, kept.run(problem=down)) == ["! cloud prod: not checked: Keystone does not answer"]
    assert told(changes, kept.run(problem=down)) == []
    assert told(changes, kept.run(PASSED)) == ["+ cloud prod: checked again (change 2 of its state)"]


def test_a_zone_that_goes_missing_and_comes_back_is_news_and_the_worse_comes_first(kept: Kept) -> None:
    changes = Changes()
    told(changes, kept.run(FAILED))

    gone = told(changes, kept.run(PASSED, missing=("esx-b",), leftovers=("volume x: in use",)))
    back = told(changes, kept.run(PASSED))

    assert gone == [
        "! zone esx-b: expected, and not there",
        "! left: volume x: in use",
        "+ BOOT-01 esx-a: recovered (change 2 of its state)",
    ]
    assert back == ["+ zone esx-b: there again (change 2 of its state)"]
