"""Allure result files, made from our own results: titles, labels and history ids are ours to keep stable."""

import hashlib
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import (
    Attachment,
    Label,
    Parameter,
    Status,
    StatusDetails,
    TestResult,
    TestStepResult,
)

from ostf_dual.reports.allure_run import CLOUD, write_run
from ostf_dual.runs.result import Evidence, Outcome, Result, RunResult, Step

_STATUS = {
    Outcome.PASSED: Status.PASSED,
    Outcome.FAILED: Status.FAILED,
    Outcome.LEAKED: Status.FAILED,
    Outcome.BROKEN: Status.BROKEN,
}
# What users notice first weighs most.
_SEVERITY = {
    **dict.fromkeys(("api", "services"), "blocker"),
    **dict.fromkeys(("compute", "network", "volume", "vcenter", "libvirt"), "critical"),
    "hygiene": "minor",
}
_FEATURES = {"api": "API", "vcenter": "vCenter"}
_SUFFIXES = {"text/plain": "txt", "application/json": "json", "image/png": "png"}


def write_allure(run: RunResult, folder: Path) -> None:
    """Write the run's result files into the folder, and remove what an earlier run left there."""
    logger = AllureFileLogger(str(folder), clean=True)
    write_run(run, folder)  # first, so that the folder is known for ours though we are killed
    for result in run.results:
        logger.report_result(_test(result, run, logger))


def _test(result: Result, run: RunResult, logger: AllureFileLogger) -> TestResult:
    zone = result.zone or CLOUD
    name = f"{result.name}[{result.case}]" if result.case else result.name
    start, stop = _span(result.started_at, result.duration_s)
    parameters = [Parameter(name="zone", value=zone)]
    if result.case:
        parameters.append(Parameter(name="case", value=result.case))
    return TestResult(
        uuid=str(uuid4()),
        # The same question in another zone is the same test case with a history of its own.
        testCaseId=_digest(result.check, name),
        historyId=_digest(result.check, name, zone),
        fullName=f"{result.check}.{name}",
        name=f"{result.subject} · {result.title}",
        description=_description(result) or None,
        status=_STATUS.get(result.outcome, Status.SKIPPED),
        statusDetails=_details(result),
        stage="finished",
        titlePath=[zone, _feature(result), result.check],
        steps=[_step(step, result, logger) for step in result.steps],
        attachments=_attached(result, None, logger),
        parameters=parameters,
        labels=[Label(name=key, value=value) for key, value in _labels(result, zone, run)],
        start=start,
        stop=stop,
    )


def _labels(result: Result, zone: str, run: RunResult) -> tuple[tuple[str, str], ...]:
    hypervisor = result.hypervisor.value if result.hypervisor else CLOUD
    return (
        ("epic", f"Health of {run.cloud}"),
        ("feature", _feature(result)),
        ("story", result.check),
        ("severity", _SEVERITY.get(result.layer, "normal")),
        ("layer", result.layer),
        ("hypervisor", hypervisor),
        ("zone", zone),
        ("outcome", result.outcome.value),
        ("tag", result.profile),
        *((("cause", result.cause.kind),) if result.cause else ()),
        # What Allure 2 groups by, so that it shows these files well too.
        ("parentSuite", hypervisor),
        ("suite", zone),
        ("subSuite", _feature(result)),
        # What time lines are drawn by: a lane for each zone.
        ("host", run.cloud),
        ("thread", zone),
        ("framework", "ostf-dual"),
        ("language", "python"),
    )


def _feature(result: Result) -> str:
    return _FEATURES.get(result.layer, result.layer.capitalize())


def _description(result: Result) -> str:
    """Why the question is asked; before it, as Markdown, what diagnosis makes of a fault."""
    if result.cause is None:
        return result.description
    cause = result.cause
    told = f"**Most likely:** {cause.text}\n\n**Next:**\n\n```\n{cause.next_command}\n```\n\n*Source: {cause.source}*"
    return f"{told}\n\n{result.description}".strip()


def _details(result: Result) -> StatusDetails | None:
    if result.outcome is Outcome.PASSED:
        return None
    prefix = "" if result.outcome in {Outcome.FAILED, Outcome.BROKEN} else f"{result.outcome.value}: "
    return StatusDetails(message=f"{prefix}{result.told}", trace=result.trace or None)


def _step(step: Step, result: Result, logger: AllureFileLogger) -> TestStepResult:
    start, stop = _span(step.started_at, step.duration_s)
    status = Status.PASSED if step.passed else _STATUS.get(result.outcome, Status.SKIPPED)
    return TestStepResult(
        id=str(uuid4()),
        name=step.title,  # Allure numbers them
        status=status,
        stage="finished",
        attachments=_attached(result, step.number, logger),
        start=start,
        stop=stop,
    )


def _attached(result: Result, step: int | None, logger: AllureFileLogger) -> list[Attachment]:
    """The evidence of a step; None: what belongs to none."""
    return [_attach(each, logger) for each in result.evidence if each.step == step]


def _attach(evidence: Evidence, logger: AllureFileLogger) -> Attachment:
    source = f"{uuid4()}-attachment.{_SUFFIXES.get(evidence.media_type, 'bin')}"
    logger.report_attached_data(evidence.content, source)
    return Attachment(name=evidence.name, source=source, type=evidence.media_type)


def _span(started_at: datetime, duration_s: float) -> tuple[int, int]:
    """Start and stop in milliseconds since the epoch."""
    start_ms = round(started_at.timestamp() * 1000)
    return start_ms, start_ms + round(duration_s * 1000)


def _digest(*parts: str) -> str:
    # Allure wants a name that stays the same, not a secret.
    return hashlib.md5("\0".join(parts).encode(), usedforsecurity=False).hexdigest()
