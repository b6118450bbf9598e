"""Sanity: the services behind the APIs."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from ostf_dual.cloud.cloud import Cloud
from ostf_dual.cloud.services import fault, in_repair, missing
from ostf_dual.cloud.zone import Zone
from ostf_dual.environment.model import Hypervisor


@pytest.mark.check("SVC-01", profile="quick", layer="services")
def test_services_of_the_zone_are_up(zone: Zone, evidence: Callable[[str, object], None]) -> None:
    """The services that serve the zone alone (compute, its volumes, its agents) are up and enabled.

    Why: A disabled nova-compute or a dead agent is seen only by whoever boots a server next. A host that was taken
        out for repair while others of the zone serve is evidence.
    Witnesses: The services' own heartbeats, as Nova, Cinder and Neutron keep them.
    On failure: "set by vmwareapi host_state" as reason: vCenter did not answer, and nova-compute disabled
        itself; see VC-01. "AUTO: ...": nova-compute lost its libvirt. Down: look at the service's log, RabbitMQ and
        the host's clock.
    Source: nova.virt.vmwareapi.host (_set_host_enabled), nova.virt.libvirt.driver (DISABLE_PREFIX); OSTF's
        "all services are up" test.
    """
    services, now = zone.services, datetime.now(UTC)
    resting = in_repair(services)
    evidence("services", [f"{each.binary} on {each.host}" for each in services])
    evidence("taken out while others serve", [fault(each, now) for each in services if each in resting])

    faults = [why for each in services if each not in resting and (why := fault(each, now))]
    assert not faults, "\n".join(faults)


@pytest.mark.check("SVC-01", profile="quick", layer="services")
def test_services_of_all_zones_are_up(cloud: Cloud, evidence: Callable[[str, object], None]) -> None:
    """The services that serve every zone (schedulers, conductors, DHCP ...) are up and enabled.

    Why: One scheduler or DHCP agent that is down halves what is left before everything stops.
    Witnesses: The services' own heartbeats, as Nova, Cinder and Neutron keep them.
    On failure: Look at the service's log, RabbitMQ and the clocks of the controllers; a service that was
        removed for good is to be deleted: `openstack compute service delete`. No such service: `expect.services` of
        the definition, or `services` of the access, has it, and nobody knows it.
    Source: OSTF's "all services are up" test.
    """
    of_zones = {service for zone in cloud.zones() for service in zone.services}
    known = cloud.discovery().readings.services()
    services, now = [each for each in known if each not in of_zones], datetime.now(UTC)
    # Backends of cinder-volume stand for each other only where they are a zone's.
    resting = in_repair([each for each in services if each.binary != "cinder-volume"])
    evidence("services", [f"{each.binary} on {each.host}" for each in services])
    evidence("taken out while others serve", [fault(each, now) for each in services if each in resting])

    faults = [why for each in services if each not in resting and (why := fault(each, now))]
    faults += [f"{each}: {why}" for each in cloud.access.services if (why := missing(each, known))]
    assert not faults, "\n".join(faults)


@pytest.mark.check("SVC-02", profile="quick", layer="services")
def test_zone_has_a_compute_service_of_its_hypervisor(zone: Zone) -> None:
    """A compute service of the zone is up and enabled, and runs the hypervisor that is expected.

    Why: A zone can be there by name with nothing in it that could run a server, or with a driver that nobody
        expects there.
    Witnesses: Nova's services and os-hypervisors, held against the environment's expectation.
    On failure: No hypervisor record: nova-compute never came to report, see its log. Another type:
        compute_driver in nova.conf of that host. The node of a vcenter-compute is lost: bring it back, nothing
        takes over for it.
    Source: os-hypervisors calls libvirt QEMU for both kvm and qemu, and vCenter "VMware vCenter Server".
    """
    computes = [each for each in zone.services if each.binary == "nova-compute"]
    now = datetime.now(UTC)
    assert any(each.is_well for each in computes), (
        f"no compute service of zone {zone.name} can take a server: "
        + (
            "; ".join(fault(each, now) or "" for each in computes)
            or "it has none: its nova-compute never came up, look at the log of it"
        )
        + zone.loss
    )

    seen = ", ".join(sorted({node.type for node in zone.part.nodes})) or "no hypervisor record at all"
    assert zone.part.nodes, (
        f"os-hypervisors has no record of {', '.join(zone.hosts)}: nova-compute never reported"
    )
    expected = zone.settings.hypervisor
    if expected is not None:
        is_as_expected = (expected is Hypervisor.VCENTER) == (zone.part.hypervisor is Hypervisor.VCENTER)
        assert is_as_expected, (
            f"zone {zone.name} is expected to run {expected} (zones.{zone.name}.hypervisor), and "
            f"os-hypervisors says {seen} for {', '.join(zone.hosts)}: look at compute_driver in nova.conf "
            "there, or mend the environment"
        )
