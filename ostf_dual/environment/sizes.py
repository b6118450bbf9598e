"""Units of size."""

from typing import Final

GIB: Final = 1024**3
"""In bytes."""
