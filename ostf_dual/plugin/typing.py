"""What the fixtures are, for annotations."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeAlias

Step: TypeAlias = Callable[[str], AbstractContextManager[None]]
"""``with step("attach the volume"):``"""

Evidence: TypeAlias = Callable[[str, object], None]
"""``evidence("domain XML", text)``: text, bytes, or what JSON can hold."""
