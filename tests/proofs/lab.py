"""The lab that items are tried on: brought up when the first of them wants it."""

from collections.abc import Callable
from functools import cache

from rich.console import Console

from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.progress import Progress
from tests.conftest import LAB


def tests_lab(console: Console) -> Callable[[], Lab]:
    """What brings it up, and gives it to all who ask."""

    @cache
    def lab() -> Lab:
        found, progress = Lab(LAB), Progress(console)
        found.up(progress)
        progress.close()
        # A proof that was killed may have left its disturbance behind.
        for each in found.supervisor.states():
            found.supervisor.start(each.name)
        return found

    return lab
