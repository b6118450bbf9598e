"""What is written for a lab before its services start."""

import json
from pathlib import Path

from ostf_dual.deployers.lab import configuration
from ostf_dual.deployers.lab.configuration import Site, VCenter
from ostf_dual.deployers.lab.layout import INSIDE, Layout
from ostf_dual.deployers.lab.record import Record
from ostf_dual.deployers.lab.service import Node
from ostf_dual.deployers.lab.supervision import main_file, node_file
from ostf_dual.files import private_folder, write_private

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
        private_folder(layout.var / folder)
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
