"""The lab that items are tried on: brought up when one of them wants it."""

from rich.console import Console

from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.progress import Progress
from tests.conftest import LAB


class TestsLab:
    """The lab of the tests, as items take it."""

    __test__ = False

    def __init__(self, console: Console) -> None:
        """Take where its progress is told."""
        self._lab, self._console = Lab(LAB), console

    def up(self) -> Lab:
        """The lab, up and whole."""
        progress = Progress(self._console)
        self._lab.up(progress)
        progress.close()
        # A proof that was killed may have left its disturbance behind.
        for each in self._lab.supervisor.states():
            self._lab.supervisor.start(each.name)
        return self._lab

    def down(self) -> None:
        """Make room: two labs at once want twice the memory."""
        progress = Progress(self._console)
        self._lab.down(progress)
        progress.close()
