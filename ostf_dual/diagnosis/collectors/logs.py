"""What the zone's nova-computes wrote last."""

from ostf_dual.diagnosis.findings import Findings
from ostf_dual.diagnosis.subject import Collected, Subject
from ostf_dual.environment.model import LogAccess
from ostf_dual.errors import NotConfiguredError, OstfError
from ostf_dual.nodes.logs import end_of
from ostf_dual.nodes.several import ask_each


def node_logs(subject: Subject) -> Collected:
    """The end of the log of each of the zone's nova-computes that can be read.

    Raises:
        NotConfiguredError: None of them can; names the missing key.
        OstfError: None of them was read.
    """
    zone, access = subject.zone, subject.cloud.access
    found = filter(None, map(access.libvirt_of, zone.hosts))
    known = {each.host: LogAccess(host=each.host, command=each.command) for each in found}
    known |= {each.host: each for each in access.logs}
    theirs = {server.host for server in subject.servers} & set(zone.hosts)
    readable = [known[host] for host in theirs or zone.hosts if host in known]
    if not readable:
        raise NotConfiguredError(f"logs: no entry for {zone.told_hosts}")
    replies = ask_each({each.host: each for each in readable}, end_of)
    if not replies.answers:
        raise OstfError(replies.unasked)
    told = {host: log for host, log in replies.answers.items() if log}
    return Collected(
        findings=Findings(logs=told),
        evidence={f"nova-compute's log on {host}": log for host, log in told.items()},
    )
