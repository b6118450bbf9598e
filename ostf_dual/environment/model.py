"""What a cloud is expected to be, and how it is reached. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from itertools import chain
from pathlib import Path
from typing import ClassVar, Final, Literal

STRICT: Final = {"extra": "forbid"}
"""For the loader: a misspelt key is a fault, never ignored."""


_HOST: Final = "{host}"


class Hypervisor(StrEnum):
    """What runs a zone's servers, as far as it is known.

    ``os-hypervisors`` says QEMU for both kvm and qemu (``LIBVIRT`` until a witness tells), and
    "VMware vCenter Server" for vCenter. Without admin rights it says nothing: ``UNKNOWN``.
    """

    KVM = "kvm"
    QEMU = "qemu"
    LIBVIRT = "libvirt"
    VCENTER = "vcenter"
    UNKNOWN = "unknown"

    @property
    def is_libvirt(self) -> bool:
        """Whether libvirt runs the guests."""
        return self in {Hypervisor.KVM, Hypervisor.QEMU, Hypervisor.LIBVIRT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """Where a secret comes from; never the secret itself. Exactly one of the three is given."""

    __pydantic_config__: ClassVar = STRICT

    env: str | None = None
    file: Path | None = None
    command: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if (self.env, self.file, self.command).count(None) != 2:  # noqa: PLR2004 - all but one
            raise ValueError("give exactly one of env, file and command")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vantage:
    """From where guests and hosts are reached: ``command`` is put before every command line.

    Empty: from this machine. ``("ssh", "-o", "BatchMode=yes", "jump")``: a jump host.
    """

    __pydantic_config__: ClassVar = STRICT

    command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LibvirtAccess:
    """How one compute host's libvirt is asked, or that of many: ``COMMAND virsh --connect URI ...``.

    Attributes:
        host: As Nova calls it. With ``*``, ``?`` or ``[...]`` it is a pattern, for all hosts that it matches and that
            have no entry of their own; the first one counts.
        uri: ``{host}`` in it is the host's name.
        command: Likewise, as in ``[ssh, "{host}"]``. A pattern needs it in one of the two: else it would be one machine
            that speaks for all hosts.
        instances_path: Nova's ``instances_path`` on that host, where deleted servers may have left files.
    """

    __pydantic_config__: ClassVar = STRICT

    host: str
    uri: str = "qemu:///system"
    command: tuple[str, ...] = ()
    instances_path: Path = Path("/var/lib/nova/instances")

    def __post_init__(self) -> None:
        if self.is_pattern and not any(_HOST in part for part in (*self.command, self.uri)):
            raise ValueError(
                f"the pattern {self.host!r} stands for many hosts, and nothing tells which to go to: put {_HOST} into"
                f' `command`, as in [ssh, "{_HOST}"]'
            )

    @property
    def is_pattern(self) -> bool:
        """Whether it may be several hosts'."""
        return any(each in self.host for each in "*?[")

    def of(self, host: str) -> "LibvirtAccess":
        """The access to one of its hosts."""
        command = tuple(part.replace(_HOST, host) for part in self.command)
        return replace(self, host=host, command=command, uri=self.uri.replace(_HOST, host))


@dataclass(frozen=True, slots=True, kw_only=True)
class LogAccess:
    """Where the log of a host's nova-compute is read after a check has failed: ``COMMAND tail FILE``.

    Attributes:
        host: As Nova calls it.
        file: None means where distributions, Kolla and DevStack have it, else systemd's journal.
    """

    __pydantic_config__: ClassVar = STRICT

    host: str
    command: tuple[str, ...] = ()
    file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VCenterAccess:
    """A vCenter, as its nova-compute is configured.

    Attributes:
        name: How people call it; used in messages.
        zones: Availability zones that it serves; empty means every vCenter zone.
        cluster: Nova's ``[vmware] cluster_name``, where the zone has one.
        datastore_regex: Nova's ``[vmware] datastore_regex``; None where it is not set.
        clusters: Where the zone has several: by ``cluster_name`` the ``datastore_regex`` beside it.
    """

    __pydantic_config__: ClassVar = STRICT

    name: str
    host: str
    user: str
    password: Secret
    port: int = 443
    ca_file: Path | None = None
    insecure: bool = False
    cluster: str | None = None
    datastore_regex: str | None = None
    clusters: Mapping[str, str] = field(default_factory=dict)
    zones: tuple[str, ...] = ()

    @property
    def cluster_names(self) -> tuple[str, ...]:
        """The vSphere clusters that it is known to be used for."""
        return tuple(self.clusters) or ((self.cluster,) if self.cluster else ())

    def regex_of(self, cluster: str) -> str | None:
        """The datastore regex of the nova-compute that speaks for a cluster."""
        return self.clusters.get(cluster, self.datastore_regex)


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneSettings:
    """What an operator says of a zone where discovery cannot know or finds several."""

    __pydantic_config__: ClassVar = STRICT

    hypervisor: Hypervisor | None = None
    image: str | None = None
    flavor: str | None = None
    volume_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """How long an operation may take before a check fails, in seconds."""

    __pydantic_config__: ClassVar = STRICT

    boot_s: float = 300.0
    guest_up_s: float = 300.0
    volume_s: float = 120.0
    attach_s: float = 180.0
    delete_s: float = 180.0
    refusal_s: float = 60.0
    reach_s: float = 120.0
    diagnosis_s: float = 20.0


BudgetName = Literal[
    "boot_s", "guest_up_s", "volume_s", "attach_s", "delete_s", "refusal_s", "reach_s", "diagnosis_s"
]
HypervisorBudgets = Mapping[Hypervisor, Mapping[BudgetName, float]]
"""Some of the budgets, of the zones of one hypervisor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How a running cloud is reached, and what is expected of it. All of it but the cloud is optional.

    Attributes:
        cloud: Name in clouds.yaml of the project that the checks work in.
        admin_cloud: Name in clouds.yaml with admin rights; None means that ``cloud`` is all there is.
        clouds_file: A clouds.yaml of its own; None means where openstacksdk looks.
        expect: Zones that must be there.
        services: That must be there, as ``binary@host``.
        network: A network that servers of every zone can be put on; None means that a run makes its own.
        isolation: Whether a run makes a project and a user of its own, where the credentials allow it.
        polling_interval_s: Of Ceilometer's pollsters; None means to infer it.
        polled_meters: The `meters` of Ceilometer's polling.yaml, written as there; None means those of its own file.
        nodes: By the host that a nova-compute reports as, the node that it runs on, where that is another.
        logs: Of nova-computes; a libvirt host that is not among them is read by its ``libvirt`` entry.
        zones: By zone name.
        budgets: Of every zone.
        hypervisor_budgets: Go before ``budgets`` in the zones of a hypervisor.
    """

    __pydantic_config__: ClassVar = STRICT

    cloud: str
    admin_cloud: str | None = None
    clouds_file: Path | None = None
    expect: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    network: str | None = None
    external_network: str | None = None
    isolation: bool = True
    polling_interval_s: float | None = None
    polled_meters: tuple[str, ...] | None = None
    nodes: Mapping[str, str] = field(default_factory=dict)
    vantage: Vantage | None = None
    libvirt: tuple[LibvirtAccess, ...] = ()
    vcenters: tuple[VCenterAccess, ...] = ()
    logs: tuple[LogAccess, ...] = ()
    zones: Mapping[str, ZoneSettings] = field(default_factory=dict)
    budgets: Budgets = field(default_factory=Budgets)
    hypervisor_budgets: HypervisorBudgets = field(default_factory=dict)

    def libvirt_of(self, host: str) -> LibvirtAccess | None:
        """How a host's libvirt is asked: by its own entry, else by the first whose pattern it matches."""
        own = (each for each in self.libvirt if each.host == host)
        alike = (each for each in self.libvirt if each.is_pattern and fnmatchcase(host, each.host))
        found = next(chain(own, alike), None)
        return None if found is None else found.of(host)

    def budgets_of(self, hypervisor: Hypervisor) -> Budgets:
        """How long operations may take in a zone of a hypervisor.

        What is said of `libvirt` goes for kvm and qemu too, unless they are spoken of themselves.
        """
        told: dict[BudgetName, float] = {}
        if hypervisor.is_libvirt:
            told.update(self.hypervisor_budgets.get(Hypervisor.LIBVIRT, {}))
        told.update(self.hypervisor_budgets.get(hypervisor, {}))
        return replace(self.budgets, **told)
