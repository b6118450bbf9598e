"""Where something failed, and what a source that is asked about it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from ostf_dual.cloud.symptoms import servers_of_run
from ostf_dual.diagnosis.findings import Findings

if TYPE_CHECKING:
    from openstack.connection import Connection

    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.servers import Server
    from ostf_dual.cloud.zone import Zone


class Subject:
    """A zone of a cloud, and what a run has made there."""

    def __init__(self, cloud: "Cloud", zone: "Zone", run_id: str) -> None:
        self.cloud, self.zone, self.run_id = cloud, zone, run_id

    @property
    def admin(self) -> "Connection":
        """Admin rights.

        Raises:
            NotConfiguredError: There are none.
        """
        return self.cloud.required_admin()

    @cached_property
    def servers(self) -> "tuple[Server, ...]":
        """The run's servers in the zone; asked once, by whoever needs them first."""
        return servers_of_run(self.cloud, self.run_id, self.zone.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one source said: for the rules as values, for people as evidence, a name to text, bytes or plain values."""

    findings: Findings = field(default_factory=Findings)
    evidence: Mapping[str, object] = field(default_factory=dict)


class Collect(Protocol):
    """Asks one source."""

    def __call__(self, subject: Subject, /) -> Collected:
        """Ask it; reads only.

        Raises:
            OstfError: It cannot be asked; the message says why.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Collector:
    """A source of evidence.

    Attributes:
        name: As it is called where it could not be asked.
        families: The kinds of checks whose failure it may explain.
    """

    name: str
    collect: Collect
    families: frozenset[str]
