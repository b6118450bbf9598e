"""A dual-hypervisor cloud is told something wrong, or loses its vcenter-compute node, and is mended."""

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from ostf_dual.cloud.residents import Resident, changes
from ostf_dual.cloud.services import compute_services
from ostf_dual.cloud.workbench import Workbench
from ostf_dual.environment.expectations import DEFAULT_ZONE, zones_of
from ostf_dual.environment.model import Secret
from ostf_dual.environment.variants import with_clusters, with_vcenters
from ostf_dual.plugin.health import SERVES
from ostf_dual.plugin.stage import connected
from ostf_dual.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Collection

    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.journal import Journal
    from ostf_dual.plugin.health import Place
    from ostf_dual.plugin.stage import Stage
    from ostf_dual.plugin.typing import Evidence, Step

NOTICED_S = 120.0
"""Nova calls a service down a minute after its last heartbeat, by default."""
WITHOUT_VCENTER = ("VC-02", "VC-03", "SVC-03", "CON-01")
WITHOUT_COMPUTE = ("SVC-01", "SVC-02", "SVC-03", "SVC-04", "SCH-01", "SCH-02", "FLV-01", "CON-01")


@pytest.mark.check("SYS-07", profile="system", layer="system")
def test_wrong_settings(stage: "Stage", step: "Step") -> None:
    """A wrong password, cluster name or datastore regex is deployed, and the health check names just that.

    Why: No installer can know them to be wrong. What nova-compute makes of them is an endless loop, an exit at
        its start, or a node without disk, none of which names the setting.
    Witnesses: The health check: the check that names the cause, red in the vCenter zone; the libvirt zone and
        the cloud, in which nothing may be red.
    On failure: A check that is red beside the cause and its consequences hides it; one that is not red misses it.
    Source: nova.virt.vmwareapi (session, _get_cluster_ref, ds_util); Fuel 6.1, cinder-vmdk-role: a deployment
        must list bad credentials.
    """
    definition = stage.dual
    zones = {zone.name for zone in definition.vmware.zones} if definition.vmware else set()
    # A nova-compute that runs and never reported a node cannot be put into its zone: it stands in the default one.
    affected = zones | ({DEFAULT_ZONE} - zones_of(definition).keys())

    def names(words: str, check: str, consequences: "Collection[str]") -> None:
        health = stage.health("--profile", "quick")
        cause: dict[Place, str] = {(check, zone): words for zone in zones}
        also = [(each, zone) for each in consequences for zone in affected]
        assert not (wrong := health.deviations(cause, also)), "\n".join(wrong)

    wrong = with_vcenters(definition, password=Secret(command=("echo", "opens-no-vcenter")))
    with step("deploy the cloud with a wrong password of vCenter"):
        stage.deploy(wrong)
    with step("VC-01 says that the login is refused, and of which user"):
        user = definition.vmware.zones[0].vcenter.user if definition.vmware else ""
        names(f"refuses the login of {user}", "VC-01", {*WITHOUT_VCENTER, *WITHOUT_COMPUTE})

    with step("deploy it with the right password, and a cluster name that vCenter does not have"):
        stage.deploy(with_clusters(definition, cluster="Clustre"))
    with step("VC-02 says that there is no such cluster"):
        names("has no cluster named Clustre", "VC-02", {"VC-03", *WITHOUT_COMPUTE})

    with step("deploy it with the right cluster, and a datastore regex that matches none"):
        stage.deploy(with_clusters(definition, datastore_regex="nothing"))
    with step("VC-03 says that the regex matches none"):
        names("datastore_regex 'nothing' matches none", "VC-03", WITHOUT_COMPUTE)

    with step("deploy it with the right regex: both zones are well"):
        stage.deploy(definition)
        health = stage.health(*SERVES)
        assert not (faults := health.faults(zones_of(definition))), "\n".join(faults)


@pytest.mark.check("SYS-08", profile="system", layer="system")
def test_lose_vcenter_compute(stage: "Stage", journal: "Journal", step: "Step", evidence: "Evidence") -> None:
    """The vcenter-compute node is lost and comes back: KVM is unharmed, and the health check says what is lost.

    Why: The node is not highly available. What its loss takes away, and what not, is what whoever operates the
        cloud must be able to see at once.
    Witnesses: The health check while it is lost and after; of a server in each zone Nova, Cinder, the
        hypervisor and the guest itself, before, meanwhile and after.
    On failure: libvirt's zone is red: something that serves both stood on that node. Not red: Nova does not
        notice. Not healed: look at the logs of nova-compute on that node.
    Source: The dual-hypervisor spec: the role vcenter-compute is not highly available, also under pacemaker.
    """
    definition = stage.dual
    stage.requires_outages()
    node = next(each.name for each in definition.nodes if "vcenter-compute" in each.roles)
    with step("deploy the cloud with both hypervisors"):
        access = stage.deploy(definition)

    with connected(access) as cloud:
        workbench = Workbench(cloud, cloud.zones(), journal)
        lost = next(
            zone for zone in cloud.zones() if node in {access.nodes.get(host, host) for host in zone.hosts}
        )
        try:
            with step("boot a server with a volume in each zone"):
                residents = [Resident(workbench, zone) for zone in cloud.zones()]
                before = [each.trace() for each in residents]
                evidence("the servers before", [str(each) for each in before])

            with ExitStack() as outage:
                with step(f"node {node} is lost, and Nova notices"):
                    outage.enter_context(stage.node_lost(definition, node))
                    wait_for_computes(cloud, lost.hosts, up=False)

                with step(
                    "the health check says which node it is and that it has no high availability; the rest is well"
                ):
                    health = stage.health("--profile", "quick")
                    said: dict[Place, str] = {
                        ("SVC-01", lost.label): f"nova-compute on {lost.hosts[0]} is down",
                        ("SVC-02", lost.label): f"has no high availability: until node {node} is back",
                    }
                    assert not (wrong := health.deviations(said)), "\n".join(wrong)

                with step("the guests of both zones run on, by their hypervisors' word"):
                    guests = [
                        zone.probe.find_guest(each.server.id, each.server.host)
                        for zone, each in zip(cloud.zones(), residents, strict=True)
                    ]
                    evidence("the guests meanwhile", [str(each) for each in guests])
                    assert all(guest is not None and guest.is_running for guest in guests), guests

            with step(f"node {node} is back, and Nova notices"):
                wait_for_computes(cloud, lost.hosts, up=True)

            with step("the health check finds that both zones are well"):
                health = stage.health(*SERVES)
                assert not (faults := health.faults(zones_of(definition))), "\n".join(faults)

            with step("the servers are as they were"):
                after = [each.trace() for each in residents]
                disturbed = [each for pair in zip(before, after, strict=True) for each in changes(*pair)]
                assert not disturbed, "\n".join(disturbed)
        finally:
            leftovers = workbench.close()
    assert not leftovers, leftovers


def wait_for_computes(cloud: "Cloud", hosts: "Collection[str]", *, up: bool) -> None:
    """Wait until Nova sees the nova-computes of these hosts up, or down."""

    def seen() -> list[bool]:
        services = compute_services(cloud.required_admin())
        return [each.is_up for each in services if each.binary == "nova-compute" and each.host in hosts]

    wait_until(seen, lambda found: set(found) == {up}, what=f"Nova to see {', '.join(hosts)} {'up' if up else 'down'}",
               timeout_s=NOTICED_S)  # fmt: skip
