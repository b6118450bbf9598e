"""What the zone's nova-computes wrote last."""

from functools import partial

from ostf_dual.cloud.asking import answer_of
from ostf_dual.diagnosis.findings import Findings
from ostf_dual.diagnosis.subject import Collected, Subject
from ostf_dual.environment.model import LogAccess
from ostf_dual.errors import NotConfiguredError, OstfError
from ostf_dual.nodes.logs import end_of


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
    readable = [known[host] for host in zone.hosts if host in known]
    if not readable:
        raise NotConfiguredError(f"logs: no entry for {zone.told_hosts}")
    answers = {each.host: answer_of(partial(end_of, each)) for each in readable}
    errors = [answer.error for answer in answers.values() if answer.error]
    if len(errors) == len(answers):
        raise OstfError("; ".join(map(str, errors)))
    told = {host: answer.value for host, answer in answers.items() if answer.value}
    return Collected(
        findings=Findings(logs=told),
        evidence={f"nova-compute's log on {host}": log for host, log in told.items()},
    )
