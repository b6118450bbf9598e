"""vCenter, its clusters and datastores."""

import re
from collections.abc import Callable

from ostf_dual.diagnosis.findings import Case
from ostf_dual.diagnosis.rules.model import Rule, When, Words, said, server_of

_ZONE = frozenset({"VC", "SVC", "BOOT", "SCH", "LIFE", "NET", "VOL", "MET", "CON", "FLV"})
_ASKED = ("vSphere clusters", "datastores")


def _unasked(pattern: str) -> When:
    """Holds where vCenter did not answer diagnosis, or the check, in these words; its named groups are words."""
    compiled = re.compile(pattern)

    def when(case: Case) -> Words | None:
        answers = (case.message, *(case.findings.unasked.get(name, "") for name in _ASKED))
        found = next((match for text in answers if (match := compiled.search(text))), None)
        return (
            None
            if found is None or not case.vcenter
            else {"url": case.vcenter, **found.groupdict(default="")}
        )

    return when


def _fault(faults: Callable[[Case], tuple[str, ...]], *words: str) -> When:
    """Holds where what is wrong with clusters or datastores is told in these words."""

    def when(case: Case) -> Words | None:
        found = next((fault for fault in faults(case) if all(word in fault for word in words)), None)
        return None if found is None else {"fault": found.partition(";")[0], "server": server_of(case)}

    return when


def _clusters(case: Case) -> tuple[str, ...]:
    return case.findings.cluster_faults


def _datastores(case: Case) -> tuple[str, ...]:
    return case.findings.datastore_faults


def _task(case: Case) -> Words | None:
    """The newest task that failed; of the run's servers, where there is one of theirs."""
    names = {guest.name for guest in case.findings.guests} | {server.id for server in case.findings.servers}
    ours = [task for task in case.findings.tasks if any(name in task for name in names)]
    return {"task": ours[0]} if ours else None


VCENTER = (
    Rule(
        name="vcenter-refuses-login",
        kind="vcenter",
        when=_unasked(r"refuses the login of (?P<user>[^\s;]+)"),
        text="vCenter refuses the account {user}: its password is another, expired, or the account is locked",
        command="ostf-dual doctor   # with this run's --environment; then the same account in nova.conf [vmware]",
        source="field: password expiry of the service account; vim.fault.InvalidLogin",
        families=_ZONE,
    ),
    Rule(
        name="vcenter-certificate",
        kind="vcenter",
        when=_unasked(r"its certificate fails against (?P<why>[^;\n]+)"),
        text="the certificate of vCenter is not trusted by {why}",
        command="openssl s_client -connect {url} -showcerts </dev/null",
        source="nova.conf [vmware] insecure and ca_file; cinder's vmware_insecure is False too",
        families=_ZONE,
    ),
    Rule(
        name="vcenter-silent",
        kind="vcenter",
        when=_unasked(r"does not answer when asked [^:\n]*: (?P<why>[^;\n]+)|(?P<hung>no answer within)"),
        text="nothing answers at {url}, where vCenter should ({why}{hung})",
        command="curl --insecure --max-time 10 https://{url}/sdk/vimServiceVersions.xml",
        source="field: nova-compute then disables itself with 'set by vmwareapi host_state'",
        families=_ZONE,
    ),
    Rule(
        name="no-host-in-cluster",
        kind="vcenter",
        when=_fault(_clusters, "no host that is connected"),
        text="{fault}",
        command="govc find / -type h -runtime.inMaintenanceMode true; govc find / -type h"
        " -runtime.connectionState notResponding",
        source="nova.virt.vmwareapi.vm_util: 'No host available on cluster'",
        families=_ZONE,
    ),
    Rule(
        name="cluster-gone",
        kind="vcenter",
        when=_fault(_clusters, "has no cluster"),
        text="{fault}: it was removed or made anew under another id",
        command="govc find / -type c; openstack hypervisor list --long",
        source="nova.virt.vmwareapi.driver._create_nodename: the node's name begins with the cluster's id",
        families=_ZONE,
    ),
    Rule(
        name="datastore-regex-matches-nothing",
        kind="storage",
        when=_fault(_datastores, "matches none"),
        text="{fault}",
        command="govc datastore.info; grep datastore_regex /etc/nova/nova.conf   # on the host of nova-compute",
        source="run with Nova 34: update_provider_tree raises ValueError, and the service stays up",
        families=_ZONE,
    ),
    Rule(
        name="datastore-not-accessible",
        kind="storage",
        when=_fault(_datastores, "is not accessible"),
        text="{fault}",
        command="govc datastore.info; govc events -n 50",
        source="nova.virt.vmwareapi.ds_util._is_datastore_valid drops it silently; SAP's datastore_no_access",
        families=_ZONE,
    ),
    Rule(
        name="datastore-in-maintenance",
        kind="storage",
        when=_fault(_datastores, "maintenance mode"),
        text="{fault}",
        command="govc datastore.info",
        source="nova.virt.vmwareapi.ds_util._is_datastore_valid; nova bugs 1330065, 1316674",
        families=_ZONE,
    ),
    Rule(
        name="datastore-full",
        kind="storage",
        when=_fault(_datastores, "no matching datastore has"),
        text="{fault}",
        command="govc datastore.info; govc datastore.ls -l",
        source="field: DISK_GB's total is the sum of all datastores, a server needs one that holds it",
        families=_ZONE,
    ),
    Rule(
        name="datastore-missing-in-words",
        kind="storage",
        when=said(r"DatastoreNotFound|could not find a datastore|datastore regex .* did not match any"),
        text="nova-compute finds no datastore that it may use in zone {zone}",
        command="govc datastore.info; openstack server event list {server}",
        source="nova.exception.DatastoreNotFound",
        families=_ZONE,
    ),
    Rule(
        name="vcenter-task-failed",
        kind="vcenter",
        when=_task,
        text="a task of vCenter's failed: {task}",
        command="govc tasks -n 20; govc events -n 50",
        source="vCenter's task list",
        families=frozenset({"BOOT", "LIFE", "VOL", "NET", "SCH"}),
    ),
    Rule(
        name="drs-off",
        kind="vcenter",
        when=_fault(_clusters, "DRS of cluster"),
        text="{fault}",
        command="govc cluster.change -drs-enabled -drs-mode fullyAutomated CLUSTER",
        source="Nova's VMware driver documentation: DRS must be fully automated; what it needs is the placement",
        families=frozenset({"VC"}),
    ),
)
