"""One exit code from many results, and the reasons for it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ostf_dual.environment.model import Hypervisor
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.result import Outcome, Problem, Result, RunResult, ZoneState
from ostf_dual.runs.verdict import verdict

NOW = datetime(2026, 11, 22, tzinfo=UTC)
KVM = ZoneState(label="kvm", name="kvm", hypervisor=Hypervisor.KVM)
VCENTER = ZoneState(label="esx-a", name="esx-a", hypervisor=Hypervisor.VCENTER)


def result(outcome: Outcome, zone: str | None) -> Result:
    return Result(
        check="BOOT-01",
        name="test_boot",
        title="A server boots",
        profile="smoke",
        layer="compute",
        zone=zone,
        hypervisor=None,
        outcome=outcome,
        started_at=NOW,
        duration_s=1,
    )


def run(*outcomes: Outcome, zones: tuple[ZoneState, ...] = (KVM,)) -> RunResult:
    results = tuple(result(outcome, "kvm") for outcome in outcomes)
    return RunResult(run_id="r", cloud="c", started_at=NOW, wall_s=1, zones=zones, results=results)


def test_all_well_is_zero_and_needs_no_reason() -> None:
    judged = verdict(run(Outcome.PASSED, Outcome.UNSUPPORTED, Outcome.SKIPPED))

    assert (judged.code, judged.reasons) == (ExitCode.OK, ())


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ((Outcome.PASSED, Outcome.FAILED), ExitCode.FAILED),
        ((Outcome.PASSED, Outcome.BROKEN), ExitCode.BROKEN),
        ((Outcome.PASSED, Outcome.LEAKED), ExitCode.LEAKED),
        ((Outcome.FAILED, Outcome.LEAKED, Outcome.BROKEN), ExitCode.FAILED),
        ((Outcome.LEAKED, Outcome.BROKEN), ExitCode.LEAKED),
        ((Outcome.SKIPPED,), ExitCode.UNPROVEN),
        ((Outcome.UNSUPPORTED, Outcome.NOT_CONFIGURED, Outcome.NOT_DEPLOYED), ExitCode.UNPROVEN),
        ((), ExitCode.UNPROVEN),
    ],
)
def test_where_several_hold_the_first_in_precedence_is_told(
    outcomes: tuple[Outcome, ...], code: ExitCode
) -> None:
    assert verdict(run(*outcomes)).code is code


def test_an_interrupt_goes_before_everything_and_an_internal_error_before_a_failure() -> None:
    failed = run(Outcome.FAILED)
    crashed = replace(failed, problem=Problem(code=ExitCode.INTERNAL_ERROR, message="a bug"))

    assert verdict(crashed).code is ExitCode.INTERNAL_ERROR
    assert verdict(replace(crashed, interrupted=True)).code is ExitCode.INTERRUPTED


def test_a_zone_in_which_no_check_ran_is_unproven_unless_nobody_expects_it() -> None:
    silent = run(Outcome.PASSED, zones=(KVM, VCENTER))
    unexpected = run(Outcome.PASSED, zones=(KVM, replace(VCENTER, expected=False)))

    assert verdict(silent).code is ExitCode.UNPROVEN
    assert verdict(silent).reasons == ("zone esx-a: no check ran there",)
    assert verdict(unexpected).code is ExitCode.OK


def test_openstacks_word_alone_is_unproven_unless_the_user_accepts_it() -> None:
    alone = run(Outcome.PASSED, zones=(replace(KVM, witness_missing="libvirt: no entry for host c1"),))

    assert verdict(alone).code is ExitCode.UNPROVEN
    assert "libvirt: no entry for host c1" in verdict(alone).reasons[0]
    assert verdict(replace(alone, openstack_only=True)).code is ExitCode.OK


def test_an_expected_zone_that_the_cloud_does_not_have_is_unproven_even_by_openstack_only() -> None:
    missing = replace(run(Outcome.PASSED), missing=("esx-b",), openstack_only=True)

    assert verdict(missing).code is ExitCode.UNPROVEN
    assert "esx-b" in verdict(missing).reasons[0]


def test_questions_about_the_cloud_alone_prove_no_zone() -> None:
    whole = replace(run(zones=()), results=(result(Outcome.PASSED, None),))

    assert verdict(whole).code is ExitCode.UNPROVEN


def test_leftovers_are_a_leak() -> None:
    assert verdict(replace(run(Outcome.PASSED), leftovers=("server x",))).code is ExitCode.LEAKED
