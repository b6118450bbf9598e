"""What the configuration of one lab depends on, and the names that all of it shares."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ostf_dual.deployers.lab.layout import INSIDE

TEMPORARY = str(INSIDE / "tmp")
Options = dict[str, str]
File = dict[str, Options]

REGION = "RegionOne"
PORTS = {
    "keystone": 5000, "placement": 8778, "glance": 9292, "nova": 8774, "neutron": 9696, "cinder": 8776,
    "gnocchi": 8041,
}  # fmt: skip
RABBIT_PORT, MEMCACHED_PORT, METADATA_PORT, EPMD_PORT = 5672, 11211, 8775, 4369
DATABASES = (
    "keystone",
    "glance",
    "placement",
    "nova_api",
    "nova",
    "nova_cell0",
    "cinder",
    "neutron",
    "gnocchi",
)
NETWORK_HOST = "compute-kvm"
"""One machine has one layer 2: its agent binds the libvirt guests' ports, and DHCP and router ports go where it is."""


def vcenter_port(name: str) -> int:
    """Where the vCenter ``vcN`` serves inside the lab; its fault injection is one port above."""
    return 8990 + 2 * (int(name.removeprefix("vc")) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class VCenter:
    """One simulated vCenter, and where its parts are served."""

    name: str
    instance_uuid: str
    clusters: tuple[str, ...] = ("Cluster1",)
    datastore: str = "ds1"
    hosts: int = 2
    user: str = "administrator@vsphere.local"

    @property
    def port(self) -> int:
        """Where it serves inside the lab."""
        return vcenter_port(self.name)

    @property
    def admin_port(self) -> int:
        """Where its fault injection listens, inside the lab only."""
        return self.port + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the files of one lab depend on."""

    venv: Path
    passwords: Mapping[str, str] = field(repr=False)
    public: Mapping[str, str]
    virt_type: str
    polling_interval_s: int = 10


def database(name: str) -> str:
    """SQLAlchemy's address of a database; the socket's folder is the lock on it."""
    return f"mysql+pymysql://root@localhost/{name}?unix_socket={INSIDE}/run/mysql.sock&charset=utf8mb4"


def internal(service: str) -> str:
    """A service's address inside the lab."""
    return f"http://127.0.0.1:{PORTS[service]}"
