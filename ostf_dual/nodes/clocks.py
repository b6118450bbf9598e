"""Clocks of the cloud's machines, held against ours."""

from typing import Final

LONGEST_SKEW_S: Final = 60.0
"""How far a clock may be off: tokens and samples bear it, and whoever reads two logs side by side."""
