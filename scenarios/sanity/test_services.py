"""Sanity: the services behind the APIs."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from ostf_dual.cloud.cloud import Cloud
from ostf_dual.cloud.services import fault
from ostf_dual.cloud.zone import Zone
from ostf_dual.environment.model import Hypervisor


@pytest.mark.check("SVC-01", profile="quick", layer="services")
def test_services_of_the_zone_are_up(zone: Zone, evidence: Callable[[str, object], None]) -> None:
    """The services that serve the zone alone (compute, its volumes, its agents) are up and enabled."""
    services = zone.services
    evidence("services", [f"{each.binary} on {each.host}" for each in services])

    now = datetime.now(UTC)
    faults = [why for each in services if (why := fault(each, now))]
    assert not faults, "\n".join(faults)


@pytest.mark.check("SVC-01", profile="quick", layer="services")
def test_services_of_all_zones_are_up(cloud: Cloud, evidence: Callable[[str, object], None]) -> None:
    """The services that serve every zone (schedulers, conductors, DHCP ...) are up and enabled."""
    of_zones = {service for zone in cloud.zones() for service in zone.services}
    services = [each for each in cloud.discovery().readings.services() if each not in of_zones]
    evidence("services", [f"{each.binary} on {each.host}" for each in services])

    now = datetime.now(UTC)
    faults = [why for each in services if (why := fault(each, now))]
    assert not faults, "\n".join(faults)


@pytest.mark.check("SVC-02", profile="quick", layer="services")
def test_zone_has_a_compute_service_of_its_hypervisor(zone: Zone) -> None:
    """A compute service of the zone is up and enabled, and runs the hypervisor that is expected."""
    computes = [each for each in zone.services if each.binary == "nova-compute"]
    now = datetime.now(UTC)
    assert any(each.is_well for each in computes), (
        f"no compute service of zone {zone.name} can take a server: "
        + (
            "; ".join(fault(each, now) or "" for each in computes)
            or "it has none: its nova-compute never came up, look at the log of it"
        )
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
