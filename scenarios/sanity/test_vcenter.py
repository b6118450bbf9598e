"""Sanity: vCenter itself, as nova-compute will find it."""

from collections.abc import Callable

import pytest

from ostf_dual.cloud.zone import Zone
from ostf_dual.hypervisors.vcenter import cluster_faults, datastore_faults, passed_over
from ostf_dual.tls import certificate, expiry_fault

OLDEST_VERSION = (6, 5)


@pytest.mark.check("VC-01", profile="quick", layer="vcenter", hypervisors=("vcenter",))
def test_vcenter_is_the_one_that_nova_uses(zone: Zone, evidence: Callable[[str, object], None]) -> None:
    """The vCenter lets us in over verified TLS, is recent, and is the one in the names of Nova's nodes.

    Why: With vCenter out of reach, of another version, or simply another one than Nova's, nothing else that is
        asked about its zone means anything.
    Witnesses: vCenter itself, its certificate, and the names of Nova's nodes, which end with its instance UUID.
    On failure: Login refused: the password has expired or the account is locked in SSO. Another UUID: vCenter
        was installed anew or host_ip was changed, and Nova's nodes are stale.
    Source: nova.virt.vmwareapi.driver._create_nodename (<cluster>.<vCenter's instanceUuid>); [vmware] insecure.
    """
    vcenter = zone.vcenter
    refusal = vcenter.refusal()
    assert refusal is None, f"{refusal}; look at vCenter's services, its network, and the account's password"

    about = vcenter.about()
    evidence("about", str(about))
    version = tuple(int(part) for part in about.version.split(".")[:2])
    assert version >= OLDEST_VERSION, (
        f"{vcenter} is {about.version}, wanted {OLDEST_VERSION[0]}.{OLDEST_VERSION[1]}"
    )
    foreign = [node for node in zone.nodes if node.partition(".")[2] != about.instance_uuid]
    assert not foreign, (
        f"{vcenter} is {about.instance_uuid}, and Nova's node {', '.join(foreign)} is of another vCenter: "
        f"look at host_ip in nova.conf [vmware] on {', '.join(zone.hosts)}, and at the environment's vcenters"
    )

    access = vcenter.access
    assert not access.insecure, (
        f"{vcenter} is used without verifying its certificate (insecure: true): whoever sits between reads "
        "the password; give ca_file instead, and set it in nova.conf [vmware] too"
    )
    shown = certificate(access.host, access.port, access.ca_file)
    evidence("certificate", f"{shown.days_left:.0f} days left, until {shown.not_after}")
    assert (ending := expiry_fault(shown)) is None, ending


@pytest.mark.check("VC-02", profile="quick", layer="vcenter", hypervisors=("vcenter",))
def test_clusters_can_run_servers(zone: Zone, evidence: Callable[[str, object], None]) -> None:
    """Each vSphere cluster of the zone exists, has a host to run servers on, and DRS chooses among hosts.

    Why: Nova asks the cluster, not a host. Without DRS, with all hosts in maintenance, or with a cluster that
        was made anew, servers fail with "No host available on cluster".
    Witnesses: vCenter's word on the cluster, its hosts and its DRS, by the managed object id in the name of
        Nova's node.
    On failure: Set DRS to fully automated, or partially at least: it then places new machines by itself too.
        Take hosts out of maintenance; for a cluster that was made anew restart nova-compute, so that its node gets
        the new id.
    Source: Nova's VMware guide (DRS fully automated, dedicated clusters); nova bugs 1302482, 1383305.
    """
    known = zone.vcenter.cluster_names()
    missing = [each for each in zone.vcenter.access.cluster_names if each not in known]
    assert not missing, (
        f"{zone.vcenter} has no cluster named {', '.join(missing)} (there are: {', '.join(known) or 'none'}): "
        "nova-compute ends at its start. Look at cluster_name in its nova.conf [vmware], and at the environment"
    )
    for moref in zone.clusters:
        cluster = zone.vcenter.cluster(moref)
        evidence(moref, str(cluster))
        assert cluster is not None, (
            f"{zone.vcenter} has no cluster {moref}, which Nova's node is named by: removed or made anew? "
            f"Look at cluster_name in nova.conf [vmware] on {', '.join(zone.hosts)}, and restart nova-compute"
        )
        faults = cluster_faults(cluster)
        assert not faults, "\n".join(faults)


@pytest.mark.check("VC-03", profile="quick", layer="vcenter", hypervisors=("vcenter",))
def test_datastores_can_hold_servers(zone: Zone, evidence: Callable[[str, object], None]) -> None:
    """The datastores that Nova's regex matches are reached by every host, and one has room for a server.

    Why: Datastores that the regex misses, or that one host of the cluster does not reach, are left out without
        a word, until servers land on the host that has none. One in maintenance, or of a type that Nova does not
        use, is evidence while another has room.
    Witnesses: vCenter's word on each datastore and each host, and Nova's datastore_regex as the environment
        gives it.
    On failure: Mend datastore_regex in nova.conf [vmware]; mount the datastore on every host; end its
        maintenance; or free room.
    Source: nova.virt.vmwareapi.ds_util (_is_datastore_valid); nova bugs 1309753, 1330065, 1337236.
    """
    wanted_bytes = zone.root_disk_bytes
    for moref in zone.clusters:
        cluster, datastores = zone.vcenter.cluster(moref), zone.vcenter.datastores(moref)
        evidence(f"datastores of {moref}", [str(each) for each in datastores])
        assert cluster is not None, f"{zone.vcenter} has no cluster {moref}; see VC-02"
        regex = zone.vcenter.access.regex_of(cluster.name)
        over = passed_over(datastores, regex, wanted_bytes)
        evidence(f"datastores of {moref} that Nova passes over", [str(each) for each in over])
        faults = datastore_faults(cluster, datastores, regex, wanted_bytes)
        assert not faults, "\n".join(faults)
