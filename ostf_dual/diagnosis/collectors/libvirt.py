"""What libvirt hosts hold: the domains' definitions, QEMU's words, the end of nova-compute's log."""

from ostf_dual.diagnosis.findings import Findings
from ostf_dual.diagnosis.subject import Collected, Subject
from ostf_dual.hypervisors.libvirt_evidence import domain_log, domain_xml, node_log


def domains(subject: Subject) -> Collected:
    """The XML and QEMU's log of each of the run's servers, on the host that Nova says it is on."""
    if not subject.zone.hypervisor.is_libvirt:
        return Collected()
    accesses = {access.host: access for access in subject.zone.libvirt_accesses}
    evidence = {}
    for server in subject.servers:
        access = accesses.get(server.host or "")
        if access is None:
            continue
        if xml := domain_xml(access, server.id):
            evidence[f"domain of {server.name}.xml"] = xml
        if log := domain_log(access, server.id):
            evidence[f"QEMU's log of {server.name}"] = log
    return Collected(evidence=evidence)


def node_logs(subject: Subject) -> Collected:
    """The end of nova-compute's log on each libvirt host, by systemd's journal or from its file."""
    if not subject.zone.hypervisor.is_libvirt:
        return Collected()
    logs = {access.host: node_log(access) for access in subject.zone.libvirt_accesses}
    told = {host: log for host, log in logs.items() if log}
    return Collected(
        findings=Findings(logs=told),
        evidence={f"nova-compute's log on {host}": log for host, log in told.items()},
    )
