"""What is on the hosts, and how a command gets there."""

from ostf_dual.nodes.shell import CommandShell, Completed, Shell

__all__ = ["CommandShell", "Completed", "Shell"]
