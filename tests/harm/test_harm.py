"""A run that comes to grief harms nobody: a sample of what `make prove` tries."""

import pytest

from ostf_dual.deployers.lab.embedded import Lab
from tests.harm.mishaps import HARMS, KILLS, Harm
from tests.harm.proof import proven

SAMPLE = ("killed-03", "killed-11", "killed-19", "answers-503", "interrupted-twice", "disk-full")
"""What `make test` tries; `make prove` tries them all."""


@pytest.mark.parametrize("harm", [each for each in HARMS if each.name in SAMPLE], ids=lambda harm: harm.name)
def test_clean_up_leaves_nothing_of_the_run_and_everything_of_others(lab: Lab, harm: Harm) -> None:
    assert not proven(lab, harm)


def test_sample_is_part_of_what_is_tried() -> None:
    names = [each.name for each in HARMS]

    assert set(SAMPLE) <= set(names)
    assert len(set(names)) == len(names)
    assert sum(name.startswith("killed-") for name in names) == KILLS
