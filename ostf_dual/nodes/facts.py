"""Facts about a node, by testinfra: it knows how each kind of system tells them. Takes 0.2 s to import."""

from collections.abc import Collection
from typing import Any

from testinfra.backend.base import BaseBackend
from testinfra.host import Host

from ostf_dual.errors import OstfError
from ostf_dual.nodes.shell import Shell


class ShellBackend(BaseBackend):  # type: ignore[misc] # testinfra has no type information
    """Has testinfra ask where our shell leads: through a jump host, a container or the lab's namespaces."""

    NAME = "shell"

    def __init__(self, shell: Shell) -> None:
        super().__init__(repr(shell))
        self._shell = shell

    def run(self, command: str, *args: str, **_: object) -> Any:
        """See ``BaseBackend.run``."""
        line = self.get_command(command, *args)
        done = self._shell.run("sh", "-c", line)
        return self.result(done.exit_status, line.encode(), done.stdout, done.stderr)


def running(shell: Shell, names: Collection[str]) -> tuple[str, ...] | None:
    """Which of these programs run on a node, by name; None: it does not tell."""
    try:
        found = Host(ShellBackend(shell)).process.filter()
    except (OstfError, AssertionError, RuntimeError, NotImplementedError, ValueError, LookupError):
        return None  # no ps, or one of a kind of its own: testinfra asserts that a command has worked
    return tuple(sorted({str(each.comm) for each in found} & set(names)))
