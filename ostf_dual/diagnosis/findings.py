"""What collectors bring, and what rules are put to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from ostf_dual.cloud.complaints import FailedEvent
from ostf_dual.cloud.flavors import FlavorFacts
from ostf_dual.cloud.images import ImageFacts
from ostf_dual.cloud.networks import Port
from ostf_dual.cloud.placement import ProviderFacts
from ostf_dual.cloud.servers import Server
from ostf_dual.cloud.services import ServiceFacts
from ostf_dual.cloud.symptoms import VolumeFacts
from ostf_dual.environment.model import Hypervisor
from ostf_dual.hypervisors.probe import Guest


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What is known of a zone after something failed there. Each source fills its own fields.

    Attributes:
        services: Nova's, Cinder's and Neutron's, of the whole cloud.
        providers: The zone's nodes, by Placement.
        candidates: Ids of the providers that Placement would offer for the zone's flavor; None: not known.
        lint: What is wrong with image and flavor for the zone's hypervisor.
        servers: The run's, in this zone.
        events: What failed in the course of their actions.
        consoles: The end of each one's console, by server name.
        guests: Their guests, by the hypervisor's word; those that it does not know are not among them.
        cluster_faults: What keeps the vSphere clusters from running servers.
        datastore_faults: What keeps their datastores from holding them.
        tasks: vCenter's tasks that failed lately, newest first.
        logs: The end of each node's log, by host.
        unasked: Sources that could not be asked, and why.
    """

    services: tuple[ServiceFacts, ...] = ()
    providers: tuple[ProviderFacts, ...] = ()
    candidates: frozenset[str] | None = None
    image: ImageFacts | None = None
    flavor: FlavorFacts | None = None
    lint: tuple[str, ...] = ()
    servers: tuple[Server, ...] = ()
    events: tuple[FailedEvent, ...] = ()
    consoles: Mapping[str, str] = field(default_factory=dict)
    guests: tuple[Guest, ...] = ()
    ports: tuple[Port, ...] = ()
    volumes: tuple[VolumeFacts, ...] = ()
    cluster_faults: tuple[str, ...] = ()
    datastore_faults: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    logs: Mapping[str, str] = field(default_factory=dict)
    unasked: Mapping[str, str] = field(default_factory=dict)

    def merged(self, other: "Findings") -> "Findings":
        """Both: what the other has found takes the place of what was not known."""
        empty = Findings()
        news: dict[str, Any] = {
            each.name: getattr(other, each.name)
            for each in fields(other)
            if getattr(other, each.name) != getattr(empty, each.name)
        }
        unasked = {**self.unasked, **other.unasked}
        return replace(self, **{**news, "unasked": unasked})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A check that failed, in a zone, with what was found there.

    Attributes:
        family: Of the check: "BOOT" of BOOT-01.
        zone: Its name; empty for a question about the whole cloud.
        hosts: Of the zone's nova-computes.
        volume_services: Of its cinder-volumes, ``host@backend``.
        vcenter: ``HOST:PORT`` of the zone's vCenter; empty: none.
    """

    check: str
    message: str
    zone: str = ""
    hypervisor: Hypervisor = Hypervisor.UNKNOWN
    hosts: tuple[str, ...] = ()
    volume_services: tuple[str, ...] = ()
    vcenter: str = ""
    findings: Findings = field(default_factory=Findings)

    @property
    def family(self) -> str:
        """What kind of question it is."""
        return self.check.partition("-")[0]

    @property
    def words(self) -> str:
        """All that was said about the fault: by the check, by Nova, by the driver, by Cinder, by vCenter."""
        return "\n".join(self._words())

    def _words(self) -> Iterator[str]:
        yield self.message
        yield from (server.fault for server in self.findings.servers if server.fault)
        for event in self.findings.events:
            yield f"{event.reason}\n{event.traceback}"
        for volume in self.findings.volumes:
            yield from volume.messages
        yield from self.findings.tasks
