"""Asking every source at once, for no longer than there is time."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread
from time import monotonic

from ostf_dual.diagnosis.findings import Findings
from ostf_dual.diagnosis.subject import Collected, Collector, Subject
from ostf_dual.errors import OstfError


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What all sources said.

    Attributes:
        hung: Whether one of them had not answered in time.
    """

    findings: Findings
    evidence: tuple[tuple[str, object], ...]
    hung: bool


def gather(subject: Subject, collectors: Sequence[Collector], *, budget_s: float) -> Gathered:
    """Ask all sources at the same time; who has not answered when the time is over is named, and left alone."""
    begun = monotonic()
    asked = [(collector, _start(collector, subject)) for collector in collectors]
    findings, evidence, hung = Findings(), [], False
    for collector, future in asked:
        try:
            collected = future.result(timeout=max(0.0, budget_s - (monotonic() - begun)))
        except TimeoutError:
            hung = True
            why = f"no answer within {budget_s:g} s"
        except OstfError as error:
            why = str(error)
        except Exception as error:  # noqa: BLE001 - a source that fails must not cost the check its own result
            why = f"{type(error).__name__}: {error}"
        else:
            findings = findings.merged(collected.findings)
            evidence += list(collected.evidence.items())
            continue
        findings = findings.merged(Findings(unasked={collector.name: why}))
    if findings.unasked:
        evidence.append(
            ("could not be asked", "\n".join(f"{name}: {why}" for name, why in findings.unasked.items()))
        )
    return Gathered(findings=findings, evidence=tuple(evidence), hung=hung)


def _start(collector: Collector, subject: Subject) -> "Future[Collected]":
    """In a thread that the end of the process does not wait for, as it would for an executor's."""
    future: Future[Collected] = Future()

    def ask() -> None:
        try:
            future.set_result(collector.collect(subject))
        except Exception as error:  # noqa: BLE001 - it is raised again where the answer is awaited
            future.set_exception(error)

    Thread(target=ask, name=f"diagnosis {collector.name}", daemon=True).start()
    return future
