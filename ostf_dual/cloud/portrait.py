"""What a cloud and its zones consist of, as names and values for the head of a report. There are no secrets in it."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ostf_dual.cloud.zoning import VCENTER_TYPE
from ostf_dual.errors import OstfError

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.zone import Zone

Facts = tuple[tuple[str, str], ...]

# No API names the driver; the type that it reports is its own.
_DRIVERS = {"QEMU": "libvirt.LibvirtDriver", VCENTER_TYPE: "vmwareapi.VMwareVCDriver"}


def portrait_of_cloud(cloud: "Cloud") -> Facts:
    """Its releases, as far as its APIs tell; asks nothing that was not asked before."""
    readings = cloud.discovery().readings
    release, gnocchi = readings.release.value, readings.gnocchi_url
    return _known(
        ("openstack", lambda: str(release) if release else ""),
        ("nova microversion", lambda: release.microversion if release else ""),
        ("metering", lambda: "gnocchi" if gnocchi.value else "not deployed"),
        ("external network", lambda: cloud.external_network),
    )


def portrait_of_zone(zone: "Zone") -> Facts:
    """What runs its servers, and what they are made of."""
    return _known(
        ("driver", lambda: _joined(_DRIVERS.get(node.type, node.type) for node in zone.part.nodes)),
        ("hypervisor", lambda: _joined(f"{node.type} {node.version}".strip() for node in zone.part.nodes)),
        ("hosts", lambda: _joined(zone.hosts)),
        ("image", lambda: f"{zone.image.name} ({zone.image.disk_format})"),
        ("flavor", lambda: zone.flavor.name),
        ("volume type", lambda: zone.volume_type),
        ("volume services", lambda: _joined(zone.volume_services)),
        ("witness", lambda: "missing" if zone.witness_missing else _witness(zone)),
    )


def _witness(zone: "Zone") -> str:
    return "libvirt by virsh" if zone.hypervisor.is_libvirt else f"vCenter {zone.vcenter.access.name}"


def _known(*facts: tuple[str, Callable[[], str]]) -> Facts:
    """Those that can be told: what a cloud does not have, or does not say, is left out."""
    return tuple(_told(facts))


def _told(facts: tuple[tuple[str, Callable[[], str]], ...]) -> Iterator[tuple[str, str]]:
    for name, ask in facts:
        try:
            value = ask()
        except OstfError:
            continue
        if value:
            yield name, value


def _joined(values: "Iterator[str] | tuple[str, ...]") -> str:
    return ", ".join(dict.fromkeys(values))
