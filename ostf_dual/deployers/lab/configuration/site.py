"""What the configuration of one lab depends on, and the names that all of it shares."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ostf_dual.deployers.lab.layout import INSIDE
from ostf_dual.deployers.lab.shape import CLUSTERS, DATASTORE, USER, VSphere

TEMPORARY = str(INSIDE / "tmp")
Options = dict[str, str | tuple[str, ...]]
"""Several values: the option is given that many times."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class VCenter:
    """One simulated vCenter, and where its parts are served.

    Attributes:
        number: Counted from 1; no other vCenter of the lab has it.
        accel: Of its guests: tcg or kvm.
        hosts: ESXi hosts of each cluster.
    """

    name: str
    number: int
    instance_uuid: str
    accel: str
    user: str = USER
    clusters: tuple[str, ...] = CLUSTERS
    datastore: str = DATASTORE
    hosts: int = 2

    @property
    def port(self) -> int:
        """Where it serves inside the lab."""
        return 8990 + 2 * (self.number - 1)

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
    vcenters: Mapping[str, VCenter]
    network_host: str
    polling_interval_s: int = 10


def vcenter_login(site: Site, told: VSphere) -> tuple[VCenter, str]:
    """The vCenter that a part is told of, and the password that it is told."""
    center = site.vcenters[told.vcenter]
    return center, site.passwords[center.name] if told.password is None else told.password


def database(name: str) -> str:
    """SQLAlchemy's address of a database; the socket's folder is the lock on it."""
    return f"mysql+pymysql://root@localhost/{name}?unix_socket={INSIDE}/run/mysql.sock&charset=utf8mb4"


def internal(service: str) -> str:
    """A service's address inside the lab."""
    return f"http://127.0.0.1:{PORTS[service]}"
