"""A run with every outcome in it."""

from datetime import UTC, datetime

import pytest

from ostf_dual.environment.model import Hypervisor
from ostf_dual.runs.result import Cause, Evidence, Outcome, Result, RunResult, Step, ZoneState

CAUSE = Cause(
    kind="service",
    text="nova-compute on esx-1 is down",
    next_command="openstack compute service list",
    source="field",
)
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def make_result(outcome: Outcome, zone: str | None = "esx-a", **other: object) -> Result:
    values: dict[str, object] = {
        "check": "BOOT-01",
        "name": "test_boot",
        "title": "A server boots",
        "profile": "smoke",
        "layer": "compute",
        "zone": zone,
        "hypervisor": Hypervisor.VCENTER if zone else None,
        "outcome": outcome,
        "started_at": NOW,
        "duration_s": 1.5,
        "message": "" if outcome is Outcome.PASSED else "why <not> & \x00 how",
        "trace": "test_boot.py:1: in test_boot" if outcome.is_fault else "",
        "steps": (
            Step(
                number=1,
                title="ask",
                passed=outcome is Outcome.PASSED,
                started_at=NOW,
                duration_s=0.5,
            ),
        ),
        "evidence": (Evidence(name="guest", media_type="text/plain", content=b"TESTVM-READY"),),
        **other,
    }
    return Result(**values)  # type: ignore[arg-type] # a fixture's free hand


@pytest.fixture
def run() -> RunResult:
    results = [
        make_result(outcome, check=f"ALL-{n:02}", cause=CAUSE if outcome is Outcome.FAILED else None)
        for n, outcome in enumerate(Outcome, start=1)
    ]
    results.append(make_result(Outcome.PASSED, "kvm", check="ALL-02"))
    results.append(make_result(Outcome.PASSED, None, check="API-01"))
    results.append(make_result(Outcome.PASSED, "kvm", check="MET-02", case="cpu"))
    return RunResult(
        run_id="261122-ab",
        cloud="prod",
        started_at=NOW,
        wall_s=12.3,
        zones=(
            ZoneState(
                label="kvm",
                name="kvm",
                hypervisor=Hypervisor.KVM,
                facts=(("driver", "libvirt.LibvirtDriver"), ("hosts", "a, b")),
            ),
            ZoneState(
                label="esx-a",
                name="esx-a",
                hypervisor=Hypervisor.VCENTER,
                witness_missing="vcenters: none serves zone esx-a",
            ),
        ),
        missing=("esx-b",),
        results=tuple(results),
        removed=("2 server",),
        leftovers=("volume ostf-261122-ab-v: in use",),
        facts=(("openstack", "2024.1 or 2024.2"),),
    )
