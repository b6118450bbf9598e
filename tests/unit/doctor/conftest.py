"""A cloud that lets us in, with what is given it: as far as the doctor asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ostf_dual.cloud.cloud import Cloud as RealCloud
from ostf_dual.environment.model import Access, Hypervisor
from ostf_dual.errors import NotConfiguredError, OstfError

ALL = ("identity", "image", "compute", "placement", "network", "block-storage", "metric")
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@dataclass
class Endpoint:
    url: str


@dataclass
class Catalogue:
    services: Sequence[str]

    def get_endpoints_data(self, **_: object) -> Mapping[str, Sequence[Endpoint]]:
        return {service: [Endpoint(f"https://cloud/{service}")] for service in self.services}

    def url_for(self, *, service_type: str, **_: object) -> str:
        return f"https://cloud/{service_type}"


@dataclass
class Config:
    config: Mapping[str, str] = field(default_factory=lambda: {"auth_type": "password"})

    def get_interface(self) -> str:
        return "public"

    def get_region_name(self) -> str:
        return "R"


@dataclass
class Project:
    """Connection, session, identity plugin and token at once."""

    services: Sequence[str] = ALL
    project_id: str | None = "p-1"
    auth_token: str = "a token"  # noqa: S105 - of nothing
    role_names: Sequence[str] = ("member", "reader")
    verify: bool | str = True
    issued: datetime = NOW
    expires: datetime = NOW + timedelta(hours=1)
    headers: Mapping[str, str] = field(default_factory=dict)
    status_code: int = 200

    @property
    def session(self) -> "Project":
        return self

    auth = compute = session

    @property
    def config(self) -> "Config":
        return Config()

    @property
    def service_catalog(self) -> Catalogue:
        return Catalogue(self.services)

    def get_auth_ref(self, _session: object) -> "Project":
        return self

    get_access = get_auth_ref

    def get(self, _url: str, **_: object) -> "Project":
        return self


@dataclass
class Named:
    name: str


@dataclass
class Zone:
    label: str = "kvm"
    hypervisor: Hypervisor = Hypervisor.KVM
    lacks: str = ""
    witness_missing: str | None = None
    hosts: tuple[str, ...] = ()
    hosts_without_access: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.label

    @property
    def image(self) -> Named:
        if self.lacks:
            raise NotConfiguredError(self.lacks)
        return Named("TestVM-KVM")

    flavor = property(lambda _self: Named("m1.ostf"))
    volume_type = "kvm"


@dataclass
class Cloud:
    project: Project = field(default_factory=Project)
    admin: Project | None = field(default_factory=Project)
    found: Sequence[Zone] = (Zone(),)
    access: Access = field(default_factory=lambda: Access(cloud="prod"))
    silence: str = ""

    unverified_clouds = RealCloud.unverified_clouds

    def zones(self) -> Any:
        if self.silence:
            raise OstfError(self.silence)
        return tuple(self.found)
