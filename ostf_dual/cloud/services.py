"""The services behind the APIs: who is up, who is enabled, and what keeps the others from it."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ostf_dual.cloud.asking import asking

if TYPE_CHECKING:
    from collections.abc import Collection

    from openstack.connection import Connection

COMPUTE = "nova-compute"
VMWARE_DISABLED = "set by vmwareapi host_state"
"""The reason that Nova's vmwareapi driver gives when it disables its own service: vCenter is silent."""
AUTO_DISABLED = "AUTO: "
"""Begins the reason of Nova's libvirt driver likewise (nova.virt.libvirt.driver.DISABLE_PREFIX)."""

_CONTROL = frozenset(
    {
        "nova-conductor",
        "nova-scheduler",
        "nova-consoleauth",
        "neutron-dhcp-agent",
        "neutron-l3-agent",
        "neutron-metadata-agent",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFacts:
    """A Nova service, a Cinder service or a Neutron agent.

    Attributes:
        project: nova, cinder or neutron.
        host: As the service calls itself; a cinder-volume is ``host@backend``.
        heartbeat: When it was last heard of, in UTC; None: never.
        cell_is_down: Nova knows nothing of it but its host: the database of its cell does not answer.
    """

    project: str
    binary: str
    host: str
    zone: str | None
    is_up: bool
    is_enabled: bool
    disabled_reason: str | None = None
    heartbeat: datetime | None = None
    cell_is_down: bool = False

    @property
    def is_well(self) -> bool:
        """Whether it is up and enabled."""
        return self.is_up and self.is_enabled

    @property
    def kind(self) -> tuple[str, str]:
        """Project and binary: others of the same may stand in for it."""
        return self.project, self.binary

    @property
    def is_control(self) -> bool:
        """Whether it serves every zone, even where it shares a machine with a compute service."""
        return self.binary in _CONTROL

    @property
    def is_taken_out(self) -> bool:
        """Whether somebody disabled it: no driver of its own did."""
        reason = self.disabled_reason or ""
        by_driver = reason == VMWARE_DISABLED or reason.startswith(AUTO_DISABLED)
        return not (self.is_enabled or by_driver or self.cell_is_down)

    @property
    def node(self) -> str:
        """The machine: the host without its backend."""
        return self.host.partition("@")[0]


def fault(service: ServiceFacts, now: datetime) -> str | None:
    """Why a service does not serve, and what to look at next; None: it does."""
    name = f"{service.binary} on {service.host}"
    if service.cell_is_down:
        return (
            f"{name} is in a cell that is down, so that Nova knows nothing of it: look at that cell's database"
            " (`nova-manage cell_v2 list_hosts` names the cell)"
        )
    if not service.is_up:
        return (
            f"{name} is down, last heartbeat {_ago(service.heartbeat, now)}: look at the service and its log"
        )
    if service.is_enabled:
        return None
    if service.disabled_reason == VMWARE_DISABLED:
        return (
            f"{name} is up but disabled by its own driver ({VMWARE_DISABLED!r}): "
            "vCenter does not answer it; see VC-01, then its log"
        )
    if (service.disabled_reason or "").startswith(AUTO_DISABLED):
        return (
            f"{name} is up but disabled by its own driver ({service.disabled_reason!r}): look at libvirtd"
            " there, and at the service's log"
        )
    reason = service.disabled_reason or "no reason given"
    return f"{name} is up but disabled ({reason}): enable it when its work is done"


def in_repair(services: "Collection[ServiceFacts]") -> frozenset[ServiceFacts]:
    """Those that somebody took out of service while half and more of their kind serve: of 300 hosts some always are.

    With a compute goes what else of Nova and Neutron is on its host: that is switched off next. An agent that is taken
    out where a compute goes on is a fault: servers get no port there.
    """
    serving = Counter(each.kind for each in services if each.is_well)
    away = Counter(each.kind for each in services if each.is_taken_out)
    out = {each for each in services if each.is_taken_out and away[each.kind] <= serving[each.kind]}
    hosts = {each.host for each in out if each.binary == COMPUTE}
    going_on = {each.host for each in services if each.binary == COMPUTE} - hosts
    beside = {each for each in services if each.host in hosts and not each.is_well and serving[each.kind]}
    return frozenset(
        {each for each in out if each.project != "neutron" or each.host not in going_on}
        | {each for each in beside if each.project != "cinder"}
    )


def missing(wanted: str, services: "Collection[ServiceFacts]") -> str | None:
    """Where a service that must be there, ``binary@host``, is instead; None: it is there."""
    binary, _, host = wanted.partition("@")
    hosts = [each.host for each in services if each.binary == binary]
    if any(host in {each, each.partition("@")[0]} for each in hosts):
        return None
    return f"no such service; {binary} is on: {', '.join(sorted(hosts)) or 'nowhere'}"


def _ago(heartbeat: datetime | None, now: datetime) -> str:
    return (
        "never"
        if heartbeat is None
        else f"{(now - heartbeat).total_seconds():.0f} s ago ({heartbeat:%H:%M:%S} UTC)"
    )


def compute_services(admin: "Connection") -> tuple[ServiceFacts, ...]:
    """Nova's services, down and disabled ones included. Needs admin rights."""
    with asking("the compute services"):
        return tuple(_service("nova", each) for each in admin.compute.services())


def volume_services(admin: "Connection") -> tuple[ServiceFacts, ...]:
    """Cinder's services. Needs admin rights."""
    with asking("the volume services"):
        return tuple(_service("cinder", each) for each in admin.block_storage.services())


def _service(project: str, service: Any) -> ServiceFacts:
    """Nova's and Cinder's records of a service look the same."""
    return ServiceFacts(
        project=project,
        binary=service.binary,
        host=service.host,
        zone=service.availability_zone,
        is_up=service.state == "up",
        is_enabled=service.status == "enabled",
        disabled_reason=service.disabled_reason,
        heartbeat=_utc(service.updated_at),
        cell_is_down=service.status == "UNKNOWN",  # nova.api.openstack.compute.services, from 2.69 on
    )


def network_agents(admin: "Connection") -> tuple[ServiceFacts, ...]:
    """Neutron's agents. Needs admin rights."""
    with asking("the network agents"):
        return tuple(
            ServiceFacts(
                project="neutron",
                binary=agent.binary,
                host=agent.host,
                zone=agent.availability_zone,
                is_up=bool(agent.is_alive),
                is_enabled=bool(agent.is_admin_state_up),
                heartbeat=_utc(agent.last_heartbeat_at),
            )
            for agent in admin.network.agents()
        )


def _utc(text: str | None) -> datetime | None:
    """A time of OpenStack, which writes UTC with a "T" or a blank and without a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None
