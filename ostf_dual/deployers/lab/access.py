"""What is written for those who want to reach a lab: clouds.yaml, and the health check's environment file."""

from collections.abc import Sequence

import yaml

from ostf_dual.deployers.lab import configuration
from ostf_dual.deployers.lab.containment import Containment
from ostf_dual.deployers.lab.layout import INSIDE, Layout
from ostf_dual.deployers.lab.record import Record
from ostf_dual.deployers.lab.shape import VSphere
from ostf_dual.files import write_private


def write_access(layout: Layout, record: Record, inside: Containment) -> None:
    """clouds.yaml, and the environment file by which the health check reaches the lab and its witnesses."""

    def cloud(user: str, project: str, password: str) -> dict[str, object]:
        return {
            "region_name": configuration.REGION,
            "cacert": str(layout.state / "ca.pem"),
            "auth": {
                "auth_url": f"https://127.0.0.1:{record.ports['keystone']}/v3",
                "username": user,
                "password": password,
                "project_name": project,
                "user_domain_name": "Default",
                "project_domain_name": "Default",
            },
        }

    for each in layout.state.glob("*.password"):  # what is still asked for is written again
        each.unlink()
    clouds = {
        layout.name: cloud("ostf", "ostf", record.passwords["checks"]),
        f"{layout.name}-admin": cloud("admin", "admin", record.passwords["admin"]),
    }
    write_private(layout.clouds_file, yaml.safe_dump({"clouds": clouds}, sort_keys=False))
    write_private(
        layout.environment_file, yaml.safe_dump(_environment(layout, record, inside), sort_keys=False)
    )


def _environment(layout: Layout, record: Record, inside: Containment) -> dict[str, object]:
    way_in, shape = list(inside.command), record.shape
    zones = _zones(record)
    found: dict[str, object] = {
        "cloud": layout.name,
        "admin_cloud": f"{layout.name}-admin",
        "clouds_file": str(layout.clouds_file),
        "external_network": "public",
        "polling_interval_s": 10,
        "vantage": {"command": way_in},
    }
    if (libvirt := shape.libvirt) is not None:
        instances = f"{INSIDE}/var/{libvirt.group}/nova/instances"
        found["libvirt"] = [{"host": libvirt.host, "command": way_in, "instances_path": instances}]
    found["logs"] = [
        {"host": each.host, "command": way_in, "file": f"{INSIDE}/log/nova-{each.host}.log"}
        for each in shape.computes
    ]
    if nodes := {each.host: each.node for each in shape.computes if each.host != each.node}:
        found["nodes"] = nodes
    if shape.vmware_zones:
        found["vcenters"] = [
            _vcenter_access(
                layout, record, zone, [(each.host, each.vsphere) for each in computes if each.vsphere]
            )
            for zone, computes in shape.vmware_zones.items()
        ]
    said = dict(shape.access)
    for zone, settings in said.pop("zones", {}).items():
        zones.setdefault(zone, {}).update(settings)
    return {**found, **({"zones": zones} if zones else {}), **said}


def _zones(record: Record) -> dict[str, dict[str, object]]:
    """What is true of a zone whole; of a mixed one that is nothing."""
    shape, libvirt = record.shape, record.shape.libvirt
    of_libvirt = (libvirt.zone or "nova") if libvirt else None
    found: dict[str, dict[str, object]] = {}
    if of_libvirt and of_libvirt not in shape.vmware_zones:
        found[of_libvirt] = {"hypervisor": record.virt_type}
    with_volumes = {each.vsphere.vcenter for each in shape.parts if each.is_volume_service and each.vsphere}
    for zone, (first, *_) in shape.vmware_zones.items():
        has_none = first.vsphere is not None and first.vsphere.vcenter not in with_volumes
        if with_volumes and has_none and zone != of_libvirt:
            found[zone] = {"volume_type": "none"}  # the other vCenter's cannot come here
    return found


def _vcenter_access(
    layout: Layout, record: Record, zone: str, computes: Sequence[tuple[str, VSphere]]
) -> dict[str, object]:
    """A zone's vCenter as its nova-computes are told of it: what is wrong there is wrong here."""
    host, first = computes[0]
    center = record.vcenter(first.vcenter)
    sharing = [
        name
        for name, (one, *_) in record.shape.vmware_zones.items()
        if one.vsphere and one.vsphere.vcenter == center.name
    ]
    if first.password is None:
        password, text = layout.state / f"{center.name}.password", record.passwords[center.name]
    else:
        password, text = layout.state / f"{host}.password", first.password
    write_private(password, text + "\n")
    found: dict[str, object] = {
        "name": center.name if sharing == [zone] else f"{center.name} ({zone})",
        "host": "127.0.0.1",
        "port": record.ports[center.name],
        "user": first.user,
        "password": {"file": str(password)},
        "zones": [zone],
    }
    if len(computes) == 1:
        found["cluster"] = first.clusters[0]
        found["datastore_regex"] = first.datastore_regex
    else:
        found["clusters"] = {each.clusters[0]: each.datastore_regex for _, each in computes}
    if first.insecure:
        found["insecure"] = True
    else:
        found["ca_file"] = str(layout.state / "ca.pem")
    return found
