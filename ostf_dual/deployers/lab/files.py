"""What is written for a lab before its services start, and for those who want to reach it."""

import json
from pathlib import Path

import yaml

from ostf_dual.deployers.lab import configuration
from ostf_dual.deployers.lab.configuration import Site, VCenter
from ostf_dual.deployers.lab.containment import Containment
from ostf_dual.deployers.lab.layout import INSIDE, Layout
from ostf_dual.deployers.lab.nodes import Node
from ostf_dual.deployers.lab.record import Record
from ostf_dual.deployers.lab.supervision import main_file, node_file
from ostf_dual.files import write_private

CLUSTER = "Cluster1"
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
    return Site(venv=venv, passwords=record.passwords, public=public, virt_type=record.virt_type)


def write_node(layout: Layout, node: Node) -> None:
    """A node's configuration, its folders, and the supervisor's file of its programs."""
    for name, text in node.files.items():
        write_private(layout.etc / node.name / name, text)
    for folder in node.folders:
        (layout.var / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    programs = [each.program for each in node.services]
    write_private(layout.etc / "nodes" / f"{node.name}.conf", node_file(INSIDE, node.name, programs))


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
            "hosts": ["compute-vcenter"],
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

    clouds = {
        layout.name: cloud("ostf", "ostf", record.passwords["checks"]),
        f"{layout.name}-admin": cloud("admin", "admin", record.passwords["admin"]),
    }
    write_private(layout.clouds_file, yaml.safe_dump({"clouds": clouds}, sort_keys=False))
    write_private(
        layout.environment_file, yaml.safe_dump(_environment(layout, record, inside), sort_keys=False)
    )


def _environment(layout: Layout, record: Record, inside: Containment) -> dict[str, object]:
    way_in = list(inside.command)
    found: dict[str, object] = {
        "cloud": layout.name,
        "admin_cloud": f"{layout.name}-admin",
        "clouds_file": str(layout.clouds_file),
        "external_network": "public",
        "polling_interval_s": 10,
        "vantage": {"command": way_in},
    }
    if "compute-kvm" in record.nodes:
        instances = f"{INSIDE}/var/compute-kvm/nova/instances"
        found["libvirt"] = [{"host": "compute-kvm", "command": way_in, "instances_path": instances}]
        found["zones"] = {"kvm": {"hypervisor": record.virt_type}}
    if "compute-vcenter" in record.nodes:
        found["vcenters"] = [_vcenter_access(layout, record, each) for each in record.vcenters]
    return found


def _vcenter_access(layout: Layout, record: Record, center: VCenter) -> dict[str, object]:
    password = layout.state / f"{center.name}.password"
    write_private(password, record.passwords[center.name] + "\n")
    return {
        "name": center.name,
        "host": "127.0.0.1",
        "port": record.ports[center.name],
        "user": center.user,
        "password": {"file": str(password)},
        "ca_file": str(layout.state / "ca.pem"),
        "cluster": CLUSTER,
        "datastore_regex": center.datastore,
        "zones": ["vcenter"],
    }


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
            "accel": "kvm" if record.virt_type == "kvm" else "tcg",
            "console": configuration.console_folder(center),
            "bridge_prefix": "brq",
        },
        indent=2,
    )
