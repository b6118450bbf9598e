"""Services that are down, disabled or silent."""

import re
from collections.abc import Callable

from ostf_dual.cloud.services import AUTO_DISABLED, VMWARE_DISABLED, ServiceFacts, in_repair
from ostf_dual.diagnosis.findings import Case
from ostf_dual.diagnosis.rules.model import Rule, When, Words, said

_COMPUTE = "nova-compute"
_URL = re.compile(r"https?://[^\s,;'\"()]+(?<![:.])")
_NOBODY = re.compile(
    r"HTTP 50[234]|connection refused|timed out|connection aborted|ConnectFailure", re.IGNORECASE
)
_SERVED = frozenset({"SVC", "BOOT", "SCH", "LIFE", "NET", "VOL", "MET", "CON", "VC"})


Belongs = Callable[[Case, ServiceFacts], bool]


def _first(belongs: Belongs, state: Callable[[ServiceFacts], bool]) -> When:
    """Holds where a service of the zone is in a state, and that explains the fault; names the first."""

    def when(case: Case) -> Words | None:
        serving = [service for service in case.findings.services if belongs(case, service)]
        well = {service.binary for service in serving if service.is_well}
        resting = in_repair(serving)
        for service in serving:
            asked_of = case.family == "SVC" and service not in resting
            if state(service) and (service.binary not in well or asked_of or _concerns(case, service)):
                return {
                    "binary": service.binary,
                    "host": service.host,
                    "node": service.node,
                    "reason": service.disabled_reason or "no reason given",
                    "heard": f"{service.heartbeat:%H:%M:%S} UTC" if service.heartbeat else "never",
                }
        return None

    return when


def _concerns(case: Case, service: ServiceFacts) -> bool:
    """Whether a fault is this service's though others of its kind serve: of hundreds, some are always in repair."""
    found = case.findings
    return (
        any(server.host == service.host for server in found.servers)
        or any((volume.backend or "").partition("#")[0] == service.host for volume in found.volumes)
        or _is_named(case.message, service)
    )


def _is_named(message: str, service: ServiceFacts) -> bool:
    """Whether a message speaks of a service. A host alone does not name it where it is called as much else is."""
    if not re.search(rf"(?<![\w.-]){re.escape(service.host)}(?![\w-])", message):
        return False
    return service.binary == _COMPUTE or "@" in service.host or service.binary in message


def _computes(case: Case, service: ServiceFacts) -> bool:
    return service.binary == _COMPUTE and service.host in case.hosts


def _volumes(case: Case, service: ServiceFacts) -> bool:
    known = not case.volume_services or service.host in case.volume_services
    return service.binary == "cinder-volume" and known


def _control(_: Case, service: ServiceFacts) -> bool:
    return service.binary in {"nova-conductor", "nova-scheduler", "cinder-scheduler"}


def _agents(case: Case, service: ServiceFacts) -> bool:
    everybodys = service.binary in {"neutron-dhcp-agent", "neutron-l3-agent", "neutron-metadata-agent"}
    return service.project == "neutron" and (everybodys or service.host in case.hosts)


def _disabled_by_driver(service: ServiceFacts) -> bool:
    return service.is_up and not service.is_enabled and service.disabled_reason == VMWARE_DISABLED


def _disabled_by_libvirt(service: ServiceFacts) -> bool:
    return (
        service.is_up and not service.is_enabled and (service.disabled_reason or "").startswith(AUTO_DISABLED)
    )


def _down(service: ServiceFacts) -> bool:
    return not service.is_up


def _disabled(service: ServiceFacts) -> bool:
    return not service.is_enabled


def _dead(case: Case) -> Words | None:
    """An address that nobody serves."""
    for line in case.message.splitlines():
        url, why = _URL.search(line), _NOBODY.search(line)
        if url and why:
            return {"url": url[0], "why": why[0]}
    return None


SERVICES = (
    Rule(
        name="compute-disabled-by-driver",
        kind="vcenter",
        when=_first(_computes, _disabled_by_driver),
        text="nova-compute on {host} for zone {zone} is up but disabled: {reason}: vCenter does not answer it",
        command="openstack compute service list --service nova-compute --host {host} --long",
        source="nova.virt.vmwareapi.host.VCState (_set_host_enabled)",
        families=_SERVED,
    ),
    Rule(
        name="compute-without-libvirt",
        kind="service",
        when=_first(_computes, _disabled_by_libvirt),
        text="nova-compute on {host} for zone {zone} is up but disabled: {reason}: its libvirtd does not serve it",
        command='ssh {node} "systemctl status libvirtd virtqemud; journalctl -n 100 -u libvirtd -u virtqemud"',
        source="nova.virt.libvirt.driver (_set_host_enabled, DISABLE_PREFIX)",
        families=_SERVED,
    ),
    Rule(
        name="compute-down",
        kind="service",
        when=_first(_computes, _down),
        text="nova-compute on {host} for zone {zone} is down; last heard of: {heard}",
        command="ssh {node} \"systemctl status '*nova-compute*'; journalctl -n 100 -u '*nova-compute*'\"",
        source="Nova's service group: a service whose report is older than service_down_time",
        families=_SERVED,
    ),
    Rule(
        name="compute-disabled",
        kind="service",
        when=_first(_computes, _disabled),
        text="nova-compute on {host} for zone {zone} is up but disabled ({reason}): the scheduler passes it by",
        command="openstack compute service set --enable {host} nova-compute   # once that work is done",
        source="nova.scheduler.filters.compute_filter",
        families=_SERVED,
    ),
    Rule(
        name="volume-service-down",
        kind="service",
        when=_first(_volumes, _down),
        text="cinder-volume of {host} is down; last heard of: {heard}: it makes, attaches and deletes no volume",
        command="openstack volume service list --service cinder-volume --long",
        source="Cinder's service list; SAP's alerts on backends",
        families=frozenset({"VOL", "SVC", "MET"}),
    ),
    Rule(
        name="volume-service-disabled",
        kind="service",
        when=_first(_volumes, _disabled),
        text="cinder-volume of {host} is disabled ({reason}): Cinder's scheduler passes it by",
        command="openstack volume service set --enable {host} cinder-volume   # once that work is done",
        source="cinder.scheduler.host_manager",
        families=frozenset({"VOL", "SVC", "MET"}),
    ),
    Rule(
        name="control-service-down",
        kind="service",
        when=_first(_control, _down),
        text="{binary} on {host} is down; last heard of: {heard}: what it hands out goes nowhere",
        command="ssh {node} \"systemctl status '*{binary}*'; journalctl -n 100 -u '*{binary}*'\"",
        source="Nova's and Cinder's service lists",
        families=_SERVED,
    ),
    Rule(
        name="agent-down",
        kind="network",
        when=_first(_agents, _down),
        text="{binary} on {host} is down; last heard of: {heard}: it binds no port and gives no address",
        command="openstack network agent list --host {node}",
        source="Neutron's agent list (agent_down_time)",
        families=frozenset({"NET", "BOOT", "SVC"}),
    ),
    Rule(
        name="agent-disabled",
        kind="network",
        when=_first(_agents, _disabled),
        text="{binary} on {host} is administratively down",
        command="openstack network agent list --host {node}",
        source="Neutron's agent list (admin_state_up)",
        families=frozenset({"NET", "BOOT", "SVC"}),
    ),
    Rule(
        name="endpoint-dead",
        kind="service",
        when=_dead,
        text="{url} does not answer ({why}): its service, or the proxy before it, is down or overloaded",
        command="curl --silent --show-error --include --max-time 10 {url}",
        source="the service catalogue against what answers; a dead endpoint is the commonest of API-01's failures",
    ),
    Rule(
        name="polling-silent",
        kind="metering",
        when=said(r"look at ceilometer-polling for host (?P<host>[^\s,]+)"),
        text="no sample from {host} arrives: ceilometer-polling there, or its way to Gnocchi",
        command="ssh {host} \"journalctl -n 100 -u '*ceilometer*'\"; gnocchi status",
        source="Ceilometer's polling.yaml; field: a pollster that died looks like an idle server",
        families=frozenset({"MET"}),
    ),
    Rule(
        name="notifications-silent",
        kind="metering",
        when=said(r"ceilometer-agent-notification"),
        text="what Nova and Cinder notify of does not reach Gnocchi by ceilometer-agent-notification",
        command="rabbitmqctl list_queues name messages consumers | grep notifications",
        source="Ceilometer's meters.yaml; oslo.messaging notifications",
        families=frozenset({"MET"}),
    ),
    Rule(
        name="metricd-behind",
        kind="metering",
        when=said(r"metricd|measures? (?:wait|to process)|backlog"),
        text="gnocchi-metricd does not work off what has arrived",
        command="gnocchi status",
        source="Gnocchi's status: measures to process",
        families=frozenset({"MET"}),
    ),
)
