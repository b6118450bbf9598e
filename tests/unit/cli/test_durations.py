"""Times as people write them."""

import pytest

from ostf_dual.cli.durations import duration_s
from ostf_dual.errors import InputError


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("15m", 900), ("1h30m", 5400), ("2d", 172800), ("0.5h", 1800)]
)
def test_a_length_of_time_is_read(text: str, seconds: float) -> None:
    assert duration_s(text) == seconds


@pytest.mark.parametrize("text", ["", "15", "m", "15 m", "-1s", "0s", "1h30", "1w", "15m!"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="no length of time"):
        duration_s(text)
