"""The end of a node's log. Reads only."""

from collections.abc import Callable, Sequence

from ostf_dual.environment.model import LogAccess
from ostf_dual.errors import OstfError
from ostf_dual.nodes.shell import CommandShell, Shell

_LINES = "200"
_LONGEST_S = 15.0

# $1: lines. Where distributions, Kolla and DevStack have nova-compute's log; the journal where there is no file.
_SEARCH = """
for log in /var/log/nova/nova-compute.log /var/log/kolla/nova/nova-compute.log /opt/stack/logs/n-cpu.log; do
    if [ -r "$log" ]; then tail -n "$1" "$log"; exit; fi
done
journalctl --quiet --no-pager --lines "$1" --unit '*nova-compute*' --unit 'devstack@n-cpu*'
"""


def end_of(access: LogAccess, shell_of: Callable[[Sequence[str]], Shell] = CommandShell) -> str:
    """The last lines of nova-compute's log.

    Raises:
        OstfError: The node is not reached, or the log is not there.
    """
    shell = shell_of(access.command)
    if access.file is None:
        done = shell.run("sh", "-c", _SEARCH, "sh", _LINES, timeout_s=_LONGEST_S)
    else:
        done = shell.run("tail", "-n", _LINES, access.file.as_posix(), timeout_s=_LONGEST_S)
    if done.exit_status != 0:
        raise OstfError(f"the log of nova-compute on {access.host} through {shell!r}: {done.stderr.strip()}")
    return done.stdout.strip()
