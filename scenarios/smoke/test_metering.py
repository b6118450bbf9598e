"""Samples of servers and volumes arrive, from both hypervisors."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ostf_dual.cloud.metering import Metering, Point, is_alive
from ostf_dual.cloud.meters import POLLED, absence, is_polled, resource_type
from ostf_dual.errors import NotConfiguredError, UnsupportedError
from ostf_dual.waiting import wait_until

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.servers import Server
    from ostf_dual.cloud.volumes import Volume
    from ostf_dual.cloud.workbench import Workbench
    from ostf_dual.cloud.zone import Zone
    from ostf_dual.plugin.typing import Evidence, Step

NOTIFIED_S = 60.0
PROCESSING_S = 60.0
BEHIND_S = 600.0


@pytest.fixture(scope="session")
def metering(cloud: "Cloud") -> Metering:
    """Where the cloud keeps its samples."""
    return Metering(cloud)


@pytest.fixture(scope="session")
def interval(metering: Metering) -> tuple[float, str]:
    """The polling interval, in seconds, and where it is known from."""
    return metering.interval_s()


@pytest.mark.check("MET-01", profile="smoke", layer="metering", needs=("server", "volume"))
def test_notifications_are_metered(
    zone: "Zone",
    workbench: "Workbench",
    metering: Metering,
    test_vm: "Server",
    test_volume: "Volume",
    step: "Step",
    evidence: "Evidence",
) -> None:
    """What Nova and Cinder notify of is metered, with the right values.

    Why: Billing goes by notifications; they stop without any error that a user would see.
    Witnesses: Nova's and Cinder's records of server and volume, and Gnocchi's newest measures of them.
    On failure: Nothing arrives: transport_url of notifications, ceilometer-agent-notification, then
        gnocchi-metricd. Wrong values: the resource is another of the same name.
    Source: Ceilometer's meters.yaml: these meters are the same on every hypervisor. Within 60 s of the server's
        being up.
    """
    flavor, timeout_s = zone.flavor, notified_within_s(workbench, zone)
    with step("the server"):
        wanted = {"vcpus": flavor.vcpus, "memory": flavor.ram_mib, "disk.root.size": flavor.disk_gib}
        meters = (*wanted, "disk.ephemeral.size", "compute.instance.booting.time")
        found = wait_for_meters(metering, "instance", test_vm.id, meters, whose="Nova's", timeout_s=timeout_s)
        evidence("server", found)
        for meter, value in wanted.items():
            assert found[meter] == value, f"{meter}: {flavor} has {value}, Gnocchi has {found[meter]:g}"
        assert found["compute.instance.booting.time"] > 0, "a server that took no time to boot"

    with step("the volume"):
        found = wait_for_meters(
            metering, "volume", test_volume.id, ("volume.size",), whose="Cinder's", timeout_s=timeout_s
        )
        evidence("volume", found)
        size = found["volume.size"]
        assert size == test_volume.size_gib, (
            f"volume.size: it has {test_volume.size_gib} GiB, Gnocchi has {size:g}"
        )


@pytest.mark.check("MET-02", profile="smoke", layer="metering", needs=("server",))
@pytest.mark.parametrize("meter", POLLED)
def test_meter_is_polled(
    cloud: "Cloud",
    zone: "Zone",
    workbench: "Workbench",
    metering: Metering,
    interval: tuple[float, str],
    test_vm: "Server",
    meter: str,
    step: "Step",
    evidence: "Evidence",
) -> None:
    """What Ceilometer polls of a server arrives, and is plausible.

    Why: What is polled differs by hypervisor and release; a pollster that died looks like an idle server.
    Witnesses: The samples in Gnocchi, which must arrive and move; a table of what each release has on each
        hypervisor.
    On failure: Look at ceilometer-polling on the server's host, its polling.yaml, and
        instance_discovery_method; on vCenter at [vmware] in ceilometer.conf. A polling.yaml that leaves it out on
        purpose: name what it has in `polled_meters`. Unsupported: this release never has it there.
    Source: Ceilometer's release notes: the vSphere inspector is gone since 24.0.0 (2025.1). Bugs 1639114,
        1646663.
    """
    if (why := absence(meter, zone.hypervisor, metering.releases)) is not None:
        raise UnsupportedError(f"{meter} on {zone.hypervisor}: {why}")
    if not is_polled(meter, cloud.access.polled_meters):
        raise NotConfiguredError(
            f"polled_meters: {meter} is not among those that the environment says are polled"
        )
    interval_s, source = interval
    # Counted from when the server was up: the samples of all meters come with the same polls.
    budget_s = max(0.0, 2 * interval_s + PROCESSING_S - workbench.active_for_s(zone))
    seen: set[Point] = set()

    def read() -> set[Point]:
        for carrier in metering.carriers(resource_type(meter), test_vm.id):
            if meter in carrier.metrics:
                seen.update(metering.points(carrier.metrics[meter]))
        return seen

    with step(f"wait for samples that prove something (an interval is {interval_s:g} s, by {source})"):
        wait_until(
            read,
            lambda points: is_alive(meter, {point.value for point in points}),
            what=f"{meter} of server {test_vm.name} to {'grow' if meter == 'cpu' else 'be above 0'} (two"
            f" intervals of {interval_s:g} s are over; look at ceilometer-polling for host {test_vm.host},"
            " then at ceilometer-agent-notification and gnocchi-metricd)",
            timeout_s=budget_s,
            describe=lambda points: str(sorted({point.value for point in points})) if points else "no sample",
        )
        evidence("samples", [f"{point.time:%H:%M:%S} +{point.span_s:g} s: {point.value:g}" for point in seen])

    if meter == "memory.usage":
        with step("it is not more than the guest has"):
            most = max(point.value for point in seen)
            assert most <= zone.flavor.ram_mib, f"{zone.flavor}: memory.usage says {most:g} MiB"


@pytest.mark.check("MET-03", profile="smoke", layer="metering", needs=("server",))
def test_samples_are_well_kept(
    cloud: "Cloud",
    zone: "Zone",
    workbench: "Workbench",
    metering: Metering,
    interval: tuple[float, str],
    test_vm: "Server",
    step: "Step",
    evidence: "Evidence",
) -> None:
    """Samples name the right host and flavor, are fresh, have an archive policy, and metricd keeps up.

    Why: Samples that name the wrong host or flavor, or that arrive an hour late, are worse than none: they are
        believed.
    Witnesses: Gnocchi's resource and measures, Nova's server, and metricd's own backlog.
    On failure: Old samples: the poller's interval, or metricd is behind (more workers). No archive policy rule:
        ceilometer-upgrade was never run.
    Source: Gnocchi's status API; Ceilometer bug 1415307.
    """
    interval_s = interval[0]
    with step("host and flavor"):
        resource = wait_until(
            lambda: metering.resource("instance", test_vm.id),
            lambda resource: resource is not None and bool(resource.metrics),
            what=f"Gnocchi to know server {test_vm.id} (look at ceilometer-agent-notification)",
            timeout_s=notified_within_s(workbench, zone),
        )
        assert resource is not None
        attributes = resource.attributes
        evidence("resource", {key: value for key, value in attributes.items() if key != "metrics"})
        name = attributes.get("flavor_name")
        assert name == zone.flavor.name, f"{zone.flavor}: Gnocchi says flavor {name!r}"
        if test_vm.host is not None:
            host = attributes.get("host")
            assert host == test_vm.host, f"Nova says host {test_vm.host}, Gnocchi says {host!r}"

    with step("archive policy"):
        policies = {meter: metering.policy(metric) for meter, metric in resource.metrics.items()}
        evidence("archive policies", {meter: str(policy) for meter, policy in policies.items()})
        for meter, policy in policies.items():
            assert policy.spans_s, (
                f"{meter} of server {test_vm.id} has archive policy {policy.name}, which keeps nothing"
            )

    with step("freshness"):
        polled = [meter for meter in POLLED if meter in resource.metrics]
        points = [point for meter in polled for point in metering.points(resource.metrics[meter])]
        if points:
            ends = max(point.time + timedelta(seconds=point.span_s) for point in points)
            age_s = (datetime.now(UTC) - ends).total_seconds()
            assert age_s <= 2 * interval_s, (
                f"wanted a sample every {interval_s:g} s; "
                f"the newest sample of {', '.join(polled)} is {age_s:.0f} s old;"
                f" look at ceilometer-polling for host {test_vm.host}"
            )

    with step("metricd keeps up"):
        cloud.required_admin()
        backlog = metering.backlog()
        evidence("backlog", str(backlog))
        if backlog is not None:
            assert backlog.processors != 0, "no gnocchi-metricd reports; look at its log"
            behind_s = interval_s * backlog.measures / max(1, backlog.metrics)
            assert behind_s <= max(BEHIND_S, 3 * interval_s), (
                f"gnocchi-metricd is about {behind_s:.0f} s behind: {backlog.measures} measures of"
                f" {backlog.metrics} metrics wait; look at its log and its number of workers"
            )


def notified_within_s(workbench: "Workbench", zone: "Zone") -> float:
    """How long a notification may still take, counted from when the server was up."""
    return max(0.0, NOTIFIED_S - workbench.active_for_s(zone))


def wait_for_meters(
    metering: Metering, kind: str, resource_id: str, meters: tuple[str, ...], *, whose: str, timeout_s: float
) -> dict[str, float]:
    """The newest values of meters that notifications bring, once all have arrived."""

    def read() -> dict[str, float]:
        resource = metering.resource(kind, resource_id)
        known = resource.metrics if resource else {}
        points = {meter: metering.points(known[meter]) for meter in meters if meter in known}
        return {meter: found[-1].value for meter, found in points.items() if found}

    return wait_until(
        read,
        lambda values: set(meters) <= values.keys(),
        what=f"{', '.join(meters)} of {kind} {resource_id} (look at {whose} notifications, then at"
        " ceilometer-agent-notification and gnocchi-metricd)",
        timeout_s=timeout_s,
    )
