"""Logging in by clouds.yaml. What is wrong with the file and what is wrong with the cloud are told apart."""

import logging
import warnings
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from ostf_dual.cloud.asking import told
from ostf_dual.environment.model import Access
from ostf_dual.errors import InputError, OstfError

if TYPE_CHECKING:
    from openstack.connection import Connection

_TIMEOUT_S = 60.0


class Obstacle(StrEnum):
    """What stands between us and a token."""

    REFUSED = "refused"
    EXPIRED = "expired"
    CERTIFICATE = "certificate"
    UNREACHABLE = "unreachable"
    OTHER = "other"


class LoginError(OstfError):
    """The cloud does not let us in."""

    def __init__(self, message: str, obstacle: Obstacle) -> None:
        super().__init__(message)
        self.obstacle = obstacle


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudsFile:
    """The clouds.yaml that is read: None where there is none; ``looked_for`` are the places, in their order."""

    path: Path | None
    names: tuple[str, ...]
    looked_for: tuple[str, ...]


def find_clouds_file(access_file: Path | None) -> CloudsFile:
    """Which clouds.yaml is read, and the clouds in it.

    Args:
        access_file: The one that the environment names; None: where openstacksdk looks.

    Raises:
        InputError: It is not YAML.
    """
    from openstack import exceptions as sdk
    from openstack.config import OpenStackConfig

    files = None if access_file is None else [str(access_file)]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of clouds that nobody asked about
            loader = OpenStackConfig(config_files=files, app_name="ostf-dual")
    except (sdk.ConfigException, OSError) as error:
        raise InputError(f"clouds.yaml cannot be used: {error}") from None
    path = loader.config_filename
    return CloudsFile(
        path=Path(path) if path and Path(path).is_file() else None,
        names=tuple(sorted(loader.get_cloud_names())),
        looked_for=tuple(map(str, loader._config_files)),  # noqa: SLF001 - it tells by no other way
    )


def log_in(access: Access, name: str) -> "Connection":
    """A connection that holds a token.

    Args:
        access: Says where clouds.yaml is.
        name: Of the cloud in it.

    Raises:
        InputError: clouds.yaml has no such cloud, or what it says of it cannot be used.
        LoginError: The cloud does not let us in; says URL, user and cause.
    """
    # The SDK takes 0.4 s to load: only those who connect wait for it.
    from keystoneauth1 import exceptions as keystone
    from openstack import exceptions as sdk

    # It warns on stderr, where nobody listens to its logger, of what its exceptions say again.
    logging.getLogger("keystoneauth").addHandler(logging.NullHandler())
    where = access.clouds_file or "the clouds.yaml that openstacksdk finds"
    unusable = f"cloud {name!r} cannot be used, by {where}"
    if access.clouds_file is not None and not access.clouds_file.is_file():
        raise InputError(f"{unusable}: there is no such file")
    try:
        connection = _configured(access, name)
    except (sdk.ConfigException, keystone.MissingRequiredOptions) as error:
        raise InputError(f"{unusable}: {error}") from None
    auth = connection.config.auth
    try:
        connection.authorize()
    except (sdk.SDKException, keystone.ClientException) as error:
        who = auth.get("username") or auth.get("user_id") or auth.get("application_credential_id") or "nobody"
        url = auth.get("auth_url")
        message = f"cannot log in to cloud {name!r} at {url} as {who}: {told(error)}"
        raise LoginError(message, _obstacle(error)) from None
    except Exception as error:
        # Neither has a better type: keystoneauth for a missing password, requests for a missing `cacert`.
        if type(error) not in {Exception, OSError}:
            raise
        raise InputError(f"{unusable}: {error}") from None
    return connection


def _configured(access: Access, name: str) -> "Connection":
    from openstack.config import OpenStackConfig
    from openstack.connection import Connection

    files = None if access.clouds_file is None else [str(access.clouds_file)]
    loader = OpenStackConfig(config_files=files, app_name="ostf-dual")
    with warnings.catch_warnings():
        # The SDK warns of its own default settings for InfluxDB.
        warnings.filterwarnings("ignore", "Support for InfluxDB")
        return Connection(config=loader.get_one(cloud=name, api_timeout=_TIMEOUT_S))


def _obstacle(error: Exception) -> Obstacle:
    from keystoneauth1 import exceptions as keystone

    # The SDK wraps what keystoneauth raises, and that what it met on the way to Keystone's versions: then only the
    # words are left.
    error = error.__context__ if isinstance(error.__context__, keystone.ClientException) else error
    words = str(error).lower()
    if isinstance(error, keystone.Unauthorized):
        return Obstacle.EXPIRED if "expired" in words else Obstacle.REFUSED
    if isinstance(error, keystone.SSLError) or "certificate" in words or "ssl" in words:
        return Obstacle.CERTIFICATE
    if isinstance(error, keystone.ConnectFailure | keystone.ConnectTimeout | keystone.DiscoveryFailure):
        return Obstacle.UNREACHABLE
    return Obstacle.OTHER
