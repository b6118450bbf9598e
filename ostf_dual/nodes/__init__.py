"""What is on the hosts, and how a command gets there."""

from ostf_dual.nodes.shell import CommandShell, Completed, Shell, TimedOutError

__all__ = ["CommandShell", "Completed", "Shell", "TimedOutError"]
