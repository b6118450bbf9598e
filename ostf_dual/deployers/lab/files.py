"""What is written for a lab before its services start, and for those who want to reach it."""

import json
from collections.abc import Sequence
from pathlib import Path

import yaml

from ostf_dual.deployers.lab import configuration
from ostf_dual.deployers.lab.configuration import Site, VCenter
from ostf_dual.deployers.lab.containment import Containment
from ostf_dual.deployers.lab.layout import INSIDE, Layout
from ostf_dual.deployers.lab.nodes import Node
from ostf_dual.deployers.lab.record import Record
from ostf_dual.deployers.lab.shape import VSphere
from ostf_dual.deployers.lab.supervision import main_file, node_file
from ostf_dual.files import write_private

_QEMU_CONF = """\
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
namespaces = []
cgroup_controllers = []
stdio_handler = "file"
vnc_listen = "127.0.0.1"
set_process_name = 1
max_core = 0
"""


def site(record: Record, venv: Path) -> Site:
    """What the nodes' configuration depends on."""
    public = {each: f"https://127.0.0.1:{port}" for each, port in record.ports.items()}
    return Site(
        venv=venv,
        passwords=record.passwords,
        public=public,
        virt_type=record.virt_type,
        vcenters={each.name: each for each in record.vcenters},
        network_host=record.network_host,
    )


def write_node(layout: Layout, node: Node) -> bool:
    """A node's configuration, its folders, and the supervisor's file of its programs; whether any was another."""
    programs = [each.program for each in node.services]
    wanted = {layout.etc / node.name / name: text for name, text in node.files.items()}
    wanted[group_file(layout, node.name)] = node_file(INSIDE, node.name, programs)
    different = {path: text for path, text in wanted.items() if not _holds(path, text)}
    for path, text in different.items():
        write_private(path, text)
    for folder in node.folders:
        (layout.var / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    return bool(different)


def group_file(layout: Layout, group: str) -> Path:
    """The supervisor's file of a group of programs."""
    return layout.etc / "nodes" / f"{group}.conf"


def _holds(path: Path, text: str) -> bool:
    return path.exists() and path.read_text() == text


def write_machine(layout: Layout, venv: Path) -> None:
    """What is no node's: the supervisor's own file, and QEMU's defaults."""
    (layout.state / "tmp").mkdir(mode=0o700, exist_ok=True)
    environment = {
        "PATH": f"{venv}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LC_ALL": "C.UTF-8",
        "HOME": configuration.TEMPORARY,
        "TMPDIR": configuration.TEMPORARY,
        "PYTHONWARNINGS": "ignore",
        "REQUESTS_CA_BUNDLE": f"{INSIDE}/ca.pem",
    }
    write_private(layout.etc / "supervisord.conf", main_file(INSIDE, environment))
    write_private(layout.etc / "qemu.conf", _QEMU_CONF)


def write_vcenters(layout: Layout, record: Record) -> None:
    """For Neutron's driver: which compute's ports bind at which vCenter."""
    found = [
        {
            "name": each.name,
            "hosts": [
                part.host
                for part in record.shape.computes
                if part.vsphere and part.vsphere.vcenter == each.name
            ],
            "host": "127.0.0.1",
            "port": each.port,
            "user": each.user,
            "password": record.passwords[each.name],
            "ca_file": f"{INSIDE}/ca.pem",
            "switch": "dvs1",
        }
        for each in record.vcenters
    ]
    write_private(layout.etc / "controller" / "vcenters.json", json.dumps(found, indent=2))


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
    zones: dict[str, dict[str, object]] = {}
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
        if (
            zone := libvirt.zone or "nova"
        ) not in shape.vmware_zones:  # in a mixed zone it is true of a part only
            zones[zone] = {"hypervisor": record.virt_type}
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


def vcenter_json(record: Record, center: VCenter) -> str:
    """The simulator's configuration."""
    clusters = [
        {
            "name": each,
            "hosts": center.hosts,
            "datastores": [{"name": center.datastore, "capacity_gib": 200}],
        }
        for each in center.clusters
    ]
    return json.dumps(
        {
            "name": center.name,
            "listen": f"127.0.0.1:{center.port}",
            "admin": {
                "listen": f"127.0.0.1:{center.admin_port}",
                "token": record.passwords["vcenter-admin"],
            },
            "state": f"{INSIDE}/var/{center.name}",
            "user": center.user,
            "password": record.passwords[center.name],
            "tls": {"certificate": f"{INSIDE}/etc/vcenter.pem", "key": f"{INSIDE}/etc/vcenter.key"},
            "instance_uuid": center.instance_uuid,
            "datacenter": "DC1",
            "switch": "dvs1",
            "portgroups": ["VM Network"],
            "clusters": clusters,
            "qemu": "/usr/bin/qemu-system-x86_64",
            "accel": center.accel,
            "console": configuration.console_folder(center),
            "bridge_prefix": "brq",
        },
        indent=2,
    )
