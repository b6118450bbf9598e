"""What a libvirt host can show after something failed: definitions and logs. Reads only."""

from collections.abc import Callable, Sequence

from ostf_dual.environment.model import LibvirtAccess
from ostf_dual.nodes.shell import CommandShell, Shell

_LINES = "200"
_LONGEST_S = 15.0

# $1: the domain's UUID, $2: libvirt's URI, $3: lines. libvirt calls the log by the domain's name.
_DOMAIN_LOG = """
name=$(virsh --connect "$2" domname "$1" 2>/dev/null) || exit 0
tail -n "$3" "/var/log/libvirt/qemu/$name.log" 2>/dev/null
"""


def domain_xml(
    access: LibvirtAccess, server_id: str, shell_of: Callable[[Sequence[str]], Shell] = CommandShell
) -> str:
    """A domain's definition, without its passwords, which virsh shows only when asked; empty: no such domain."""
    done = shell_of(access.command).run(
        "virsh", "--connect", access.uri, "dumpxml", server_id, timeout_s=_LONGEST_S
    )
    return done.stdout if done.exit_status == 0 else ""


def domain_log(
    access: LibvirtAccess, server_id: str, shell_of: Callable[[Sequence[str]], Shell] = CommandShell
) -> str:
    """The end of what QEMU printed for a domain; empty: it is not there, or not to be read."""
    return _run(shell_of(access.command), _DOMAIN_LOG, server_id, access.uri)


def _run(shell: Shell, script: str, *arguments: str) -> str:
    return shell.run("sh", "-c", script, "sh", *arguments, _LINES, timeout_s=_LONGEST_S).stdout.strip()
