from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ostf_dual.cloud.services import VMWARE_DISABLED, ServiceFacts, fault, missing

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def service(**changes: Any) -> ServiceFacts:
    facts = {
        "project": "nova",
        "binary": "nova-compute",
        "host": "c1",
        "zone": "z",
        "is_up": True,
        "is_enabled": True,
    }
    return ServiceFacts(**{**facts, **changes})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, None),
        ({"is_up": False, "heartbeat": NOW - timedelta(seconds=132)}, "c1 is down, last heartbeat 132 s"),
        ({"is_up": False}, "last heartbeat never"),
        ({"is_enabled": False, "disabled_reason": VMWARE_DISABLED}, "vCenter does not answer it; see VC-01"),
        ({"is_enabled": False, "disabled_reason": "new disks"}, "up but disabled (new disks)"),
        # Down outweighs disabled: it would not serve if it were enabled.
        ({"is_up": False, "is_enabled": False, "disabled_reason": VMWARE_DISABLED}, "is down"),
    ],
)  # fmt: skip
def test_faults_name_the_cause(changes: Any, words: Any) -> None:
    found = fault(service(**changes), NOW)

    assert (found is None) if words is None else (words in (found or ""))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("nova-compute@c1", None),
        ("cinder-volume@v1", None),
        ("cinder-volume@v1@lvm", None),
        ("nova-compute@c2", "no such service; nova-compute is on: c1"),
        ("nova-scheduler@c1", "no such service; nova-scheduler is on: nowhere"),
    ],
)
def test_a_service_that_must_be_there_is_missed(wanted: str, found: str | None) -> None:
    there = (service(), service(project="cinder", binary="cinder-volume", host="v1@lvm"))

    assert missing(wanted, there) == found
