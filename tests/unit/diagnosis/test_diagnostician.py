"""A zone is looked at once for each kind of question; what hung there is not waited for twice."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from ostf_dual.cloud.zone import Zone
from ostf_dual.diagnosis import diagnostician
from ostf_dual.diagnosis.diagnostician import Diagnostician
from ostf_dual.diagnosis.findings import Findings
from ostf_dual.diagnosis.gathering import Gathered
from ostf_dual.environment.model import Budgets, Hypervisor
from tests.unit.diagnosis.conftest import service

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud


def zone(label: str = "kvm") -> Zone:
    values: Any = SimpleNamespace(
        label=label, name=label, hypervisor=Hypervisor.KVM, hosts=("kvm-1",), volume_services=(), budgets=Budgets()
    )  # fmt: skip
    return cast("Zone", values)


class Sources:
    """In place of the real sources."""

    def __init__(self, *, hung: bool = False) -> None:
        self.asked: list[set[str]] = []
        self.hung = hung

    def gather(self, _subject: object, collectors: Any, *, budget_s: float) -> Gathered:
        assert budget_s == 20
        self.asked.append({collector.name for collector in collectors})
        down = service("nova-compute", "kvm-1", is_up=False)
        return Gathered(findings=Findings(services=(down,)), evidence=(("services", "down"),), hung=self.hung)


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> Sources:
    made = Sources()
    monkeypatch.setattr(diagnostician, "gather", made.gather)
    return made


def look() -> Diagnostician:
    return Diagnostician(cast("Cloud", None), "261122-ab")


def test_the_first_failure_of_a_kind_is_given_the_evidence_and_all_are_given_the_cause(
    sources: Sources,
) -> None:
    who = look()

    first, second = who.examine("BOOT-01", zone(), "x"), who.examine("BOOT-02", zone(), "y")

    assert len(sources.asked) == 1
    assert first.evidence == (("services", "down"),)
    assert second.evidence == ()
    assert first.cause == second.cause
    assert first.cause is not None
    assert "nova-compute on kvm-1 for zone kvm is down" in first.cause.text


def test_another_kind_of_question_and_another_zone_are_looked_at_afresh_with_their_own_sources(
    sources: Sources,
) -> None:
    who = look()

    who.examine("BOOT-01", zone(), "x")
    who.examine("VOL-01", zone(), "x")
    who.examine("BOOT-01", zone("other"), "x")

    assert len(sources.asked) == 3
    assert "volumes" not in sources.asked[0]
    assert "volumes" in sources.asked[1]


def test_a_zone_whose_sources_hang_costs_its_time_once(sources: Sources) -> None:
    who, sources.hung = look(), True

    who.examine("BOOT-01", zone(), "x")
    other = who.examine("VOL-01", zone(), "x")

    assert len(sources.asked) == 1
    assert other.evidence == ()


@pytest.mark.parametrize(
    "message",
    ["zone kvm has no server to ask about: see BOOT-01", "no server: see SCH-03: waited 2 s for it"],
)
def test_what_only_points_to_another_result_is_not_looked_at(sources: Sources, message: str) -> None:
    look().examine("NET-02", zone(), message)

    assert not sources.asked


def test_a_question_about_the_whole_cloud_is_judged_by_its_message(sources: Sources) -> None:
    found = look().examine("API-01", None, "metric: HTTP 503 from GET http://api.example:8041/: x")

    assert not sources.asked
    assert found.cause is not None
    assert found.cause.kind == "service"
