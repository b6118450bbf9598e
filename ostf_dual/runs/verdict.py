"""From results to one exit code and the reasons for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.result import Outcome, Result, RunResult

_PRECEDENCE = (
    ExitCode.INTERRUPTED,
    ExitCode.INTERNAL_ERROR,
    ExitCode.USAGE,
    ExitCode.FAILED,
    ExitCode.LEAKED,
    ExitCode.BROKEN,
    ExitCode.UNPROVEN,
)
_BOOT = "BOOT-"
"""How the ids of the checks begin that see a server run: what was only read of a zone does not stand for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The exit code, and every reason why it is not 0."""

    code: ExitCode
    reasons: tuple[str, ...] = ()


def verdict(run: RunResult) -> Verdict:
    """Judge a run: 0 only if checks ran in every expected zone and none failed, broke or leaked."""
    faults = tuple(_faults(run))
    codes = {code for code, _ in faults}
    code = next((each for each in _PRECEDENCE if each in codes), ExitCode.OK)
    return Verdict(code=code, reasons=tuple(reason for _, reason in faults))


def _faults(run: RunResult) -> Iterator[tuple[ExitCode, str]]:
    if run.interrupted:
        yield ExitCode.INTERRUPTED, "interrupted"
    if run.problem is not None:
        yield run.problem.code, run.problem.message
    for outcome, code in (
        (Outcome.FAILED, ExitCode.FAILED),
        (Outcome.BROKEN, ExitCode.BROKEN),
        (Outcome.LEAKED, ExitCode.LEAKED),
    ):
        count = sum(result.outcome is outcome for result in run.results)
        if count:
            yield code, f"{count} {outcome}"
    if run.leftovers:
        yield ExitCode.LEAKED, f"{len(run.leftovers)} left"
    yield from ((ExitCode.UNPROVEN, reason) for reason in _unproven(run))


def _unproven(run: RunResult) -> Iterator[str]:
    if not any(result.outcome.is_answer for result in run.results):
        if not (run.problem or run.interrupted):
            yield "nothing ran"
        return
    executed = {result.zone for result in run.results if result.outcome.is_answer}
    expected = [zone for zone in run.zones if zone.expected]
    for name in run.missing:
        yield f"zone {name} is expected, and the cloud has none of that name"
    asks_of_the_cloud_alone = run.of_scenarios or run.asked.rerun_of
    if not expected and not run.missing and not asks_of_the_cloud_alone:
        yield "no zone was found to check"
    for zone in expected:
        if zone.label not in executed:
            yield f"zone {zone.label}: no check ran there"
            continue
        if silent := _unanswered_boot(run, zone.label):
            why, _, _ = silent.message.partition("\n")
            told = f"{silent.check} has no answer ({silent.outcome}): {why}".removesuffix(": ")
            yield f"zone {zone.label}: no server was seen to boot there: {told}"
        if zone.witness_missing and not run.openstack_only:
            word = "OpenStack's word only (--openstack-only accepts that)"
            yield f"zone {zone.label}: {word}: {zone.witness_missing}"


def _unanswered_boot(run: RunResult, zone: str) -> Result | None:
    """The first of a zone's checks of the boot where they were to be asked and none has an answer, else None."""
    asked = [each for each in run.results if each.zone == zone and each.check.startswith(_BOOT)]
    return asked[0] if asked and not any(each.outcome.is_answer for each in asked) else None
