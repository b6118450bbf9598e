"""Times as people write them."""

import re

from ostf_dual.errors import InputError

_UNITS_S = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhd])")


def duration_s(text: str) -> float:
    """Seconds of "90s", "15m", "1h30m", "2d".

    Raises:
        InputError: It is no such thing, or no time at all.
    """
    parts = _PART.findall(text)
    seconds = sum(float(number) * _UNITS_S[unit] for number, unit in parts)
    if "".join(number + unit for number, unit in parts) != text or seconds <= 0:
        raise InputError(
            f"{text!r} is no length of time: wanted a number and s, m, h or d, as in 90s, 15m, 1h30m"
        )
    return seconds
