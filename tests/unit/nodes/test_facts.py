"""What testinfra tells of the machine that a shell leads to: of this one."""

from ostf_dual.nodes.facts import running
from ostf_dual.nodes.shell import CommandShell, Completed


class Mute:
    """A node on which no program works."""

    def run(self, *argv: str, timeout_s: float = 30.0) -> Completed:  # noqa: ARG002
        return Completed(stdout="", stderr="not found", exit_status=127)


def test_programs_that_run_are_told_from_those_that_do_not() -> None:
    assert running(CommandShell(["env"]), ("sh", "no-such-daemon")) == ("sh",)


def test_a_node_without_ps_does_not_tell() -> None:
    assert running(Mute(), ("libvirtd",)) is None
