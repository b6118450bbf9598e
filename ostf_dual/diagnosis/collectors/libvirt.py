"""What libvirt hosts hold: the domains' definitions, and QEMU's words."""

from ostf_dual.diagnosis.subject import Collected, Subject
from ostf_dual.hypervisors.libvirt_evidence import domain_log, domain_xml


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
