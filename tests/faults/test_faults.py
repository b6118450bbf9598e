"""Each check is proven able to fail: a real disturbance of the lab turns it red, names the cause, and heals."""

import pytest

from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.lab.faults import CATALOGUE, Fault
from tests.faults.trial import LabFaults, check, selection, verdict

SAMPLE = (
    "gnocchi-api-stopped",
    "volume-service-disabled-vcenter",
    "stale-disk-inventory-vcenter",
    "no-hypervisor-type-kvm",
    "no-disktype",
    "datastore-regex-matches-nothing",
    "vm-off-behind-nova-vcenter",
    "volume-unseen-vcenter",
    "vcenter-down",
)
"""What `make test` tries; `make prove` tries them all."""


@pytest.mark.parametrize(
    "fault", [each for each in CATALOGUE if each.name in SAMPLE], ids=lambda fault: fault.name
)
def test_fault_turns_its_checks_red_and_nothing_else(lab: Lab, fault: Fault) -> None:
    with LabFaults(lab).inject(fault) as environment:
        code, results = check(environment, *selection(fault))

    assert not verdict(fault, results)
    assert code == 1


def test_sample_is_part_of_the_catalogue() -> None:
    assert set(SAMPLE) <= {each.name for each in CATALOGUE}


def test_fault_names_are_unique() -> None:
    names = [each.name for each in CATALOGUE]

    assert len(names) == len(set(names))
