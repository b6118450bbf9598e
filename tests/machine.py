"""What of the machine a contained lab must leave alone."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The machine's own namespaces, as they are at one moment; each a text that can be compared."""

    links: str
    addresses: str
    routes: str
    firewall: str
    namespaces: str
    mounts: str
    switches: str

    @classmethod
    def now(cls) -> "Machine":
        """Look at it."""
        links = json.loads(_output("ip", "-json", "link") or "[]")
        switches = ("net/ipv4/ip_forward", "net/ipv4/conf/all/forwarding", "net/ipv6/conf/all/forwarding")
        return cls(
            links="\n".join(sorted(f"{each['ifname']} {each['flags']}" for each in links)),
            addresses=_output("ip", "-brief", "address"),
            routes=_output("ip", "route", "show", "table", "all"),
            firewall="\n".join(
                line for line in _output("iptables-save").splitlines() if not line.startswith(("#", ":"))
            ),
            namespaces=_output("ip", "netns", "list"),
            mounts="\n".join(
                sorted(line.split()[1] for line in Path("/proc/mounts").read_text().splitlines())
            ),
            switches=" ".join(Path("/proc/sys", each).read_text().strip() for each in switches),
        )

    def differences(self, other: "Machine") -> list[str]:
        """What another moment differs in."""
        names = ("links", "addresses", "routes", "firewall", "namespaces", "mounts", "switches")
        return [
            f"{name}: {getattr(self, name)!r} became {getattr(other, name)!r}"
            for name in names
            if getattr(self, name) != getattr(other, name)
        ]


def listeners() -> dict[str, frozenset[int]]:
    """Where the machine listens, as ``127.0.0.1:80``, and the processes that do."""
    found: dict[str, frozenset[int]] = {}
    for line in _output("ss", "-Hlntup").splitlines():
        place, processes = line.split()[4], re.findall(r"pid=(\d+)", line)
        found[place] = found.get(place, frozenset()) | {int(each) for each in processes}
    return found


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
