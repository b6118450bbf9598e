"""Where a definition's cloud comes from: its deployer, and that deployer's own section. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Final

from ostf_dual.environment.model import STRICT, Secret


class DeployerName(StrEnum):
    """Where the cloud comes from."""

    LAB = "lab"
    NAILGUN = "nailgun"
    EXISTING = "existing"
    COMMAND = "command"


WAYS: Final = ("install", "map")
"""In which a Fuel master may come to know the spec's role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FuelNetwork:
    """One of a cluster's networks. What is not given stays as the master has it.

    Attributes:
        vlan: Its tag; 0: untagged.
        ranges: Of addresses, the first and the last of each.
    """

    __pydantic_config__: ClassVar = STRICT

    cidr: str | None = None
    gateway: str | None = None
    vlan: int | None = None
    ranges: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FuelNetworks:
    """A cluster's networks. What is not given stays as the master has it.

    Attributes:
        by_name: As the master calls them: public, management, storage, with nova-network also fixed.
        floating_ranges: Of floating addresses, the first and the last of each.
        vlan_range: First and last tag of the tenants' networks.
    """

    __pydantic_config__: ClassVar = STRICT

    by_name: Mapping[str, FuelNetwork] = field(default_factory=dict)
    floating_ranges: tuple[tuple[str, str], ...] = ()
    vlan_range: tuple[int, int] | None = None
    nameservers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FuelMaster:
    """A Fuel master's API.

    Attributes:
        url: As `https://10.20.0.2:8443`.
        password: None: the master asks nobody who they are.
        role: `install`: nodes get the spec's role `vcenter-compute`, which must be or is put on the master; `map`:
            they get the release's own, `compute-vmware`.
        timeout_s: Of a deployment.
        cloud_ca_file: Authorities for the deployed cloud's own API, where its endpoints speak TLS.
        cloud_insecure: Whether the certificate of that API is left unverified.
    """

    __pydantic_config__: ClassVar = STRICT

    url: str
    user: str = "admin"
    password: Secret | None = None
    tenant: str = "admin"
    ca_file: Path | None = None
    insecure: bool = False
    role: str = "map"
    networks: FuelNetworks = field(default_factory=FuelNetworks)
    timeout_s: float = 7800.0
    cloud_ca_file: Path | None = None
    cloud_insecure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """An installer that this project knows nothing of: one command line each, never through a shell.

    Each gets the definition as JSON on its standard input. `plan` prints one line per change, none where nothing
    differs: `add|change|remove|note|refuse WHAT: DETAIL`; any other line is a change. `access` prints, as YAML or
    JSON, how the cloud is reached (an access section). `add` is run instead of `deploy` where since the last
    deployment nothing but nodes came, and the vSphere clusters that they are the targets of; $OSTF_NODES_ADDED
    names them. After one that did not come to its end it is `deploy` again.

    Attributes:
        timeout_s: Of each command.
        cwd: Where they run; relative programs and paths count from there. Not given: the environment file's folder.
        variables: Names of environment variables that they get, beside the few that every program needs and those
            that the definition's secrets name.
    """

    __pydantic_config__: ClassVar = STRICT

    deploy: tuple[str, ...]
    plan: tuple[str, ...] | None = None
    add: tuple[str, ...] | None = None
    destroy: tuple[str, ...] | None = None
    access: tuple[str, ...] | None = None
    timeout_s: float = 7200.0
    cwd: Path = Path()
    variables: tuple[str, ...] = ()
