"""Which meters a server is to have, by hypervisor and release: data, each row with its source."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ostf_dual.environment.model import Hypervisor

POLLED = (
    "cpu",
    "memory.usage",
    "disk.device.read.bytes",
    "disk.device.read.requests",
    "network.incoming.bytes",
    "network.outgoing.bytes",
)
"""What Ceilometer's own polling.yaml polls of every server, as far as a quiet guest moves it."""

_RESOURCES = {"disk": "instance_disk", "network": "instance_network_interface"}


def resource_type(meter: str) -> str:
    """The Gnocchi resource that carries a meter (ceilometer: publisher/data/gnocchi_resources.yaml)."""
    return _RESOURCES.get(meter.partition(".")[0], "instance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Meters that cannot be there.

    Attributes:
        since: First release that it holds for.
    """

    meters: frozenset[str]
    since: str
    reason: str
    source: str

    def __str__(self) -> str:
        return f"{self.reason} (source: {self.source})"


_INSPECTOR = "ceilometer 23.0.2: compute/virt/vmware/inspector.py, publisher/data/gnocchi_resources.yaml"
_VCENTER = (
    Absence(
        meters=frozenset(POLLED),
        since="2025.1",
        reason="Ceilometer has no vSphere inspector any more: nothing polls servers on vCenter",
        source="release notes of ceilometer 24.0.0",
    ),
    Absence(
        meters=frozenset({"cpu"}),
        since="",
        reason="the vSphere inspector gives cpu_util instead, which Ceilometer keeps from Gnocchi",
        source=_INSPECTOR,
    ),
    Absence(
        meters=frozenset({"network.incoming.bytes", "network.outgoing.bytes"}),
        since="",
        reason="the vSphere inspector gives network.*.bytes.rate, which Ceilometer keeps from Gnocchi",
        source=_INSPECTOR,
    ),
    Absence(
        meters=frozenset({"disk.device.read.bytes", "disk.device.read.requests"}),
        since="",
        reason="the vSphere inspector has no disk counters, and the pollsters of its disk rates are gone",
        source="ceilometer 23.0.2, compute/virt/vmware/inspector.py and its entry points",
    ),
)


def is_polled(meter: str, told: Sequence[str] | None) -> bool:
    """Whether a polling.yaml has it, by its `meters` (ceilometer.agent.Source.is_supported).

    Args:
        meter: Its name.
        told: What the environment says: names and wildcards, with ``!`` before what is left out; None: the file is
            Ceilometer's own.
    """
    if told is None:
        return True
    if any(fnmatchcase(meter, each[1:]) for each in told if each.startswith("!")):
        return False
    wanted = [each for each in told if not each.startswith("!")]
    return any(fnmatchcase(meter, each) for each in wanted) or bool(told and not wanted)


def absence(meter: str, hypervisor: Hypervisor, releases: Sequence[str]) -> Absence | None:
    """Why a meter cannot be there; None where it must be.

    Args:
        meter: Its name.
        hypervisor: Of the zone.
        releases: That Ceilometer may be of; a row must hold for all of them. Empty: unknown, and only what
            holds for every release counts.
    """
    rows = () if hypervisor.is_libvirt else _VCENTER
    oldest = min(releases, default="")
    return next((row for row in rows if meter in row.meters and row.since <= oldest), None)
