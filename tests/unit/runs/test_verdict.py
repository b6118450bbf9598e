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


def result(outcome: Outcome, zone: str | None, check: str = "BOOT-01", message: str = "") -> Result:
    return Result(
        check=check,
        name="test_boot",
        title="A server boots",
        profile="smoke",
        layer="compute",
        zone=zone,
        hypervisor=None,
        outcome=outcome,
        started_at=NOW,
        duration_s=1,
        message=message,
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


@pytest.mark.parametrize(
    "outcome", [Outcome.NOT_DEPLOYED, Outcome.NOT_CONFIGURED, Outcome.UNSUPPORTED, Outcome.SKIPPED]
)
def test_a_zone_whose_boot_was_to_be_asked_and_has_no_answer_is_unproven_whatever_else_is_well_there(
    outcome: Outcome,
) -> None:
    read = result(Outcome.PASSED, "kvm", "SVC-01")
    silent = tuple(
        result(outcome, "kvm", check, "no image\nmore of it") for check in ("BOOT-01", "BOOT-02", "VOL-01")
    )

    judged = verdict(replace(run(), results=(read, *silent), openstack_only=True))

    assert judged.code is ExitCode.UNPROVEN
    assert judged.reasons == (
        f"zone kvm: no server was seen to boot there: BOOT-01 has no answer ({outcome}): no image",
    )


def test_a_zone_of_which_no_boot_was_to_be_asked_is_proven_by_what_was_read() -> None:
    quick = replace(
        run(),
        results=(
            result(Outcome.PASSED, "kvm", "SVC-01"),
            result(Outcome.NOT_DEPLOYED, "kvm", "IMG-01", "none"),
        ),
    )

    assert verdict(quick).code is ExitCode.OK


def test_a_guest_that_cannot_be_heard_leaves_a_server_that_its_hypervisor_runs_proven() -> None:
    heard = (result(Outcome.PASSED, "kvm"), result(Outcome.NOT_CONFIGURED, "kvm", "BOOT-02", "vantage: none"))

    assert verdict(replace(run(), results=heard)).code is ExitCode.OK


def test_a_boot_in_one_zone_does_not_stand_for_one_in_another_and_an_unexpected_zone_owes_none() -> None:
    results = (
        result(Outcome.PASSED, "kvm"),
        result(Outcome.PASSED, "esx-a", "SVC-01"),
        result(Outcome.NOT_DEPLOYED, "esx-a"),
    )
    expected = replace(run(zones=(KVM, VCENTER)), results=results)
    unexpected = replace(expected, zones=(KVM, replace(VCENTER, expected=False)))

    assert verdict(expected).reasons == (
        "zone esx-a: no server was seen to boot there: BOOT-01 has no answer (not_deployed)",
    )
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
