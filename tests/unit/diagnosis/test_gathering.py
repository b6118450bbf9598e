"""Sources are asked at once and for a bounded time; what one of them does is not the others' loss."""

from threading import Event
from time import monotonic
from typing import Any, cast

from ostf_dual.cloud.symptoms import VolumeFacts
from ostf_dual.diagnosis.findings import Findings
from ostf_dual.diagnosis.gathering import gather
from ostf_dual.diagnosis.subject import Collect, Collected, Collector, Subject
from ostf_dual.errors import NotConfiguredError

VOLUME = VolumeFacts(id="v", name="v", status="error", backend=None)
SUBJECT = cast("Subject", None)


def source(name: str, collect: Collect) -> Collector:
    return Collector(name=name, collect=collect, families=frozenset({"BOOT"}))


def brings(**found: Any) -> Collect:
    def collect(_: Subject) -> Collected:
        return Collected(findings=Findings(**found), evidence=dict.fromkeys(found, "told"))

    return collect


def fails(error: Exception) -> Collect:
    def collect(_: Subject) -> Collected:
        raise error

    return collect


def test_what_every_source_found_is_put_together() -> None:
    gathered = gather(
        SUBJECT, [source("a", brings(volumes=(VOLUME,))), source("b", brings(lint=("odd",)))], budget_s=5
    )

    assert gathered.findings == Findings(volumes=(VOLUME,), lint=("odd",))
    assert gathered.evidence == (("volumes", "told"), ("lint", "told"))
    assert not gathered.hung


def test_a_source_that_cannot_be_asked_says_so_and_costs_nobody_else() -> None:
    gathered = gather(
        SUBJECT,
        [
            source("a", fails(NotConfiguredError("admin_cloud: no admin rights"))),
            source("b", fails(KeyError("host"))),
            source("c", brings(lint=("odd",))),
        ],
        budget_s=5,
    )

    assert gathered.findings.lint == ("odd",)
    assert gathered.findings.unasked == {"a": "admin_cloud: no admin rights", "b": "KeyError: 'host'"}
    assert gathered.evidence[-1] == (
        "could not be asked",
        "a: admin_cloud: no admin rights\nb: KeyError: 'host'",
    )


def test_a_source_that_hangs_is_left_when_the_time_is_over() -> None:
    release = Event()

    def hang(_: Subject) -> Collected:
        release.wait(60)
        return Collected()

    begun = monotonic()
    gathered = gather(SUBJECT, [source("a", hang), source("b", brings(lint=("odd",)))], budget_s=0.1)
    took_s = monotonic() - begun
    release.set()

    assert took_s < 10
    assert gathered.hung
    assert gathered.findings.unasked == {"a": "no answer within 0.1 s"}
    assert gathered.findings.lint == ("odd",)
