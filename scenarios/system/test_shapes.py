"""Clouds with both hypervisors from the start, in the shapes that they come in."""

from typing import TYPE_CHECKING

import pytest

from ostf_dual.cloud.workbench import Workbench
from ostf_dual.environment.expectations import zones_of
from ostf_dual.environment.variants import mixed
from ostf_dual.errors import NotConfiguredError
from ostf_dual.plugin.health import SERVES
from ostf_dual.plugin.stage import connected

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.environment.definition import Environment, VMwareZone
    from ostf_dual.journal import Journal
    from ostf_dual.plugin.health import Place
    from ostf_dual.plugin.stage import Stage
    from ostf_dual.plugin.typing import Evidence, Step


@pytest.mark.check("SYS-02", profile="system", layer="system")
def test_deploy_both(stage: "Stage", step: "Step", evidence: "Evidence") -> None:
    """A cloud is deployed with both hypervisors at once: each has its zone, its image, its volumes.

    Why: Two hypervisors from the start is what a new cloud asks for; what one of them brings must not be missing
        or be in the other one's way.
    Witnesses: The plan before; discovery and the health check in every zone after.
    On failure: The plan and the deployment are attached; a zone that is missing has no nova-compute or no
        aggregate, see SVC-02 and SCH-01 of the health check.
    Source: The dual-hypervisor spec, Testing: two images in Glance, a server on each hypervisor, volumes of the
        appropriate type.
    """
    definition = stage.dual
    with step("the plan names each node and each zone, and refuses nothing"):
        plan = stage.plan(definition)
        assert not plan.refusals, plan.refusals
        planned = {each.what for each in plan.changes}
        assert {f"node {each.name}" for each in definition.nodes} <= planned, planned

    with step("deploy it"):
        access = stage.deploy(definition)

    with (
        step("each zone has its hypervisor, and an image and a volume type that are not the other one's"),
        connected(access) as cloud,
    ):
        assert hypervisors_of(cloud) == {name: set(kinds) for name, kinds in zones_of(definition).items()}
        chosen = [(zone.label, zone.image.name, zone.volume_type) for zone in cloud.zones()]
        evidence("chosen", [f"{label}: image {image}, volume type {kind}" for label, image, kind in chosen])
        assert len({image for _, image, _ in chosen}) == len({kind for _, _, kind in chosen}) == 2

    with step("the health check finds both, and that both are well"):
        health = stage.health(*SERVES)
        assert not (faults := health.faults(zones_of(definition))), "\n".join(faults)


@pytest.mark.check("SYS-03", profile="system", layer="system")
def test_mixed_zone(stage: "Stage", step: "Step") -> None:
    """One zone that both hypervisors serve: both take servers there, and the health check says what it is.

    Why: Nothing in Nova forbids it, and clouds have it by mistake. Only the images' properties keep servers apart
        in it, which whoever runs it has to know.
    Witnesses: Discovery, and the health check, which asks each hypervisor's part of the zone by itself.
    On failure: A part that takes no servers: see its BOOT-01. Not said: SCH-01 does not see the zone as it is.
    Source: Nova's availability zones are aggregates of any hosts; ImagePropertiesFilter.
    """
    definition = mixed(stage.dual)
    (zone,) = (name for name, kinds in zones_of(definition).items() if len(kinds) > 1)
    parts = {f"{zone}.libvirt", f"{zone}.vcenter"}
    with step("deploy the cloud, with vCenter's clusters in the zone of the libvirt computes"):
        access = stage.deploy(definition)

    with step("discovery tells the zone's two parts apart"), connected(access) as cloud:
        assert {each.label for each in cloud.zones()} == parts | (zones_of(definition).keys() - {zone})

    with step("both parts serve, and SCH-01 says that they share a zone"):
        health = stage.health(*SERVES)
        said: dict[Place, str] = {("SCH-01", part): "a server for it can land on either" for part in parts}
        assert not (wrong := health.deviations(said)), "\n".join(wrong)
        assert set(health.asked("BOOT-02")) >= parts, "a part of the zone was not asked for a server"


@pytest.mark.check("SYS-04", profile="system", layer="system")
def test_several_vcenters(stage: "Stage", journal: "Journal", step: "Step", evidence: "Evidence") -> None:
    """Two vCenter zones, one of them with two vSphere clusters: every cluster takes servers.

    Why: "The" vCenter is often several, and a zone may have many clusters, each with a nova-compute of its own.
        What is meant for the first one only works until there is a second.
    Witnesses: The health check in each zone; of servers in the zone with two clusters Nova and vCenter.
    On failure: A cluster that gets none: look at its nova-compute (SVC-02) and at what it offers (SVC-03).
    Source: Fuel 6.0, 1-1 mapping of nova-compute and vSphere cluster; Fuel 6.1, several zones on the VMware tab.
    """
    definition = stage.dual
    wide = with_two_clusters(definition)
    with step("deploy the cloud"):
        access = stage.deploy(definition)

    with connected(access) as cloud:
        workbench = Workbench(cloud, cloud.zones(), journal)
        try:
            with step("each vCenter zone has a nova-compute for each of its clusters"):
                hosts = {zone.name: set(zone.hosts) for zone in cloud.zones()}
                evidence("hosts", {name: sorted(each) for name, each in hosts.items()})
                for each in definition.vmware.zones if definition.vmware else ():
                    assert hosts[each.name] == {cluster.service_name for cluster in each.clusters}

            with step(f"two servers in zone {wide.name} go to its two clusters"):
                zone = next(each for each in cloud.zones() if each.name == wide.name)
                with workbench.fresh_server(zone) as one, workbench.fresh_server(zone) as other:
                    guests = [zone.probe.find_guest(server.id, server.host) for server in (one, other)]
                    evidence("guests", [str(each) for each in guests])
                    assert {one.host, other.host} == set(zone.hosts)
                    assert {guest.host for guest in guests if guest} == set(zone.clusters)

            with step("the health check finds every zone, and that all are well"):
                health = stage.health(*SERVES)
                assert not (faults := health.faults(zones_of(definition))), "\n".join(faults)
        finally:
            leftovers = workbench.close()
    assert not leftovers, leftovers


def hypervisors_of(cloud: "Cloud") -> dict[str, set[str]]:
    """What runs servers in each zone."""
    found: dict[str, set[str]] = {}
    for zone in cloud.zones():
        found.setdefault(zone.name, set()).add(zone.hypervisor)
    return found


def with_two_clusters(definition: "Environment") -> "VMwareZone":
    """The definition's zone with exactly two vSphere clusters.

    Raises:
        NotConfiguredError: It has none, or only one zone.
    """
    zones = definition.vmware.zones if definition.vmware else ()
    wide = [each for each in zones if len(each.clusters) == 2]
    if len(zones) < 2 or not wide:
        raise NotConfiguredError(
            "vmware.zones: the scenario wants two of them, and two clusters in one, as two-vcenter-zones.yaml has"
        )
    return wide[0]
