"""What pytest is started with."""

import pytest

from ostf_dual.cli import child


@pytest.mark.parametrize(
    ("arguments", "paths"),
    [
        (("-k", "vcenter", "-x"), []),
        (("-m", "check", "--deselect", "scenarios/test_a.py", "--ostf-reports", "reports"), []),
        (
            ("-kvcenter", "--profile=quick", "scenarios/test_a.py::test_one"),
            ["scenarios/test_a.py::test_one"],
        ),
        (("scenarios", "-x", "more"), ["scenarios", "more"]),
    ],
)
def test_the_value_of_an_option_is_no_place_to_look_for_checks(
    arguments: tuple[str, ...], paths: list[str]
) -> None:
    assert child._positional(arguments) == paths
