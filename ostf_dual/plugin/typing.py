"""What the fixtures are, for annotations."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from ostf_dual.environment.model import Access
    from ostf_dual.plugin.staying import Stay

Step: TypeAlias = Callable[[str], AbstractContextManager[None]]
"""``with step("attach the volume"):``"""

Evidence: TypeAlias = Callable[[str, object], None]
"""``evidence("domain XML", text)``: text, bytes, or what JSON can hold."""

Staying: TypeAlias = "Callable[[Access], AbstractContextManager[Stay]]"
"""``with staying(access) as stayed:``: a server that is to notice nothing of what a scenario does."""
