from typing import Any

import pytest

from ostf_dual.tls import LEAST_DAYS, Certificate, expiry_fault


@pytest.mark.parametrize(
    ("days_left", "words"), [(LEAST_DAYS, None), (LEAST_DAYS - 0.1, "6.9 days left"), (-1, "-1")]
)
def test_a_certificate_that_ends_soon_is_at_fault(days_left: float, words: Any) -> None:
    shown = Certificate(server="c:5000", not_after="Jan 1 00:00:00 2030 GMT", days_left=days_left)

    fault = expiry_fault(shown)

    assert (fault is None) if words is None else (words in (fault or ""))
