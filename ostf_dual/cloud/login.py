"""Logging in by clouds.yaml. What is wrong with the file and what is wrong with the cloud are told apart."""

import logging
import os
import warnings
from enum import StrEnum
from shlex import quote
from typing import TYPE_CHECKING

from ostf_dual.cloud.asking import told, without_query
from ostf_dual.cloud.clouds_file import find_clouds_file, read_clouds
from ostf_dual.environment.model import Access
from ostf_dual.environment.suggestion import suggested
from ostf_dual.errors import InputError, OstfError
from ostf_dual.redaction import conceal
from ostf_dual.tls import authorities

if TYPE_CHECKING:
    from openstack.connection import Connection

_TIMEOUT_S = 60.0
_FIRST_ANSWER_S = 20.0
"""For Keystone's versions, which cost it nothing."""
_UNAUTHORIZED = 401
_WAY_ON = "; `ostf-dual doctor"


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


def log_in(access: Access, name: str) -> "Connection":
    """A connection that holds a token.

    Args:
        access: Says where clouds.yaml is.
        name: Of the cloud in it.

    Raises:
        InputError: clouds.yaml has no such cloud, or what it says of it cannot be used.
        LoginError: The cloud does not let us in; says URL, user and cause. Either says what tells more.
    """
    try:
        return _logged_in(access, name)
    except LoginError as error:
        raise LoginError(f"{error}{_more(access, name)}", error.obstacle) from None
    except InputError as error:
        raise InputError(f"{error}{_more(access, name)}") from None


def _logged_in(access: Access, name: str) -> "Connection":
    # The SDK takes 0.4 s to load: only those who connect wait for it.
    from keystoneauth1 import exceptions as keystone
    from openstack import exceptions as sdk

    # It warns on stderr, where nobody listens to its logger, of what its exceptions say again.
    logging.getLogger("keystoneauth").addHandler(logging.NullHandler())
    unusable = f"cloud {name!r} cannot be used, by {access.clouds_file or _found()}"
    if access.clouds_file is not None and not access.clouds_file.is_file():
        raise InputError(f"{unusable}: there is no such file")
    try:
        connection = _configured(access, name, unusable)
    except (sdk.ConfigException, keystone.AuthPluginException) as error:
        known = _known(access, name)
        raise InputError(f"{unusable}: {str(error).rstrip('.')}{known}") from None
    try:
        _knock(connection, name)
        conceal(connection.authorize())
    except (sdk.SDKException, keystone.ClientException) as error:
        message = f"cannot log in to cloud {name!r} {_whence(connection)}: {told(error)}"
        raise LoginError(message, _obstacle(error)) from None
    except Exception as error:
        # Neither has a better type: keystoneauth for a missing password, requests for a missing `cacert`.
        if type(error) not in {Exception, OSError}:
            raise
        raise InputError(f"{unusable}: {error}") from None
    return connection


def _found() -> str:
    """The clouds.yaml that openstacksdk finds."""
    path = find_clouds_file(None).path
    if path is None:
        told = "OS_* variables" if "OS_AUTH_URL" in os.environ else "openstacksdk's defaults"
        return f"{told} (there is no clouds.yaml)"
    return str(path)


def _known(access: Access, name: str) -> str:
    """The clouds that the file has, where this is none of them."""
    found = find_clouds_file(access.clouds_file)
    return "" if found.path is None or name in found.names else suggested(name, found.names)


def _more(access: Access, name: str) -> str:
    if access.clouds_file is not None:  # by the cloud alone another file would be read
        return f"{_WAY_ON}` with the same --environment says more"
    return f"{_WAY_ON} --os-cloud {quote(name)}` says more"


def without_way_on(error: Exception) -> str:
    """What an error says, to those who are the way on themselves."""
    return str(error).partition(_WAY_ON)[0]


def _configured(access: Access, name: str, unusable: str) -> "Connection":
    from openstack.connection import Connection

    loader = read_clouds(access.clouds_file)
    with warnings.catch_warnings():
        # The SDK warns of its own default settings for InfluxDB.
        warnings.filterwarnings("ignore", "Support for InfluxDB")
        try:
            region = loader.get_one(cloud=name, api_timeout=_TIMEOUT_S)
        except (AttributeError, TypeError, ValueError) as error:
            wanted = "keys and values, with more of them below `auth`"
            raise InputError(f"{unusable}: wanted {wanted} ({type(error).__name__})") from None
        # What requests brings along is no store that this machine's owner keeps.
        if region.config.get("verify", True) is True and not region.config.get("cacert"):
            region.config["cacert"] = authorities()
        return Connection(config=region)


def _knock(connection: "Connection", name: str) -> None:
    """Ask for Keystone's versions, without a token and not for long.

    Where that is answered with 401, keystoneauth would log in to ask again, in the middle of logging in: it would
    wait for itself for ever.

    Raises:
        LoginError: It wants a login of its own, or says nothing.
    """
    from keystoneauth1 import exceptions as keystone
    from keystoneauth1.session import Session

    if not (auth_url := connection.config.auth.get("auth_url")):
        return
    settings = connection.session
    asker = Session(verify=settings.verify, cert=settings.cert)
    start = f"cannot log in to cloud {name!r} {_whence(connection)}"
    try:
        answer = asker.get(auth_url, authenticated=False, raise_exc=False, timeout=_FIRST_ANSWER_S)
    except keystone.ConnectTimeout:
        message = (
            f"{start}: GET auth_url has no answer after {_FIRST_ANSWER_S:g} s; look at Keystone and its proxy"
        )
        raise LoginError(message, Obstacle.UNREACHABLE) from None
    except keystone.ClientException:
        return  # logging in meets the same, and tells it
    if answer.status_code == _UNAUTHORIZED:
        message = (
            f"{start}: HTTP 401 from GET auth_url, which Keystone answers without a login: look at what stands "
            "before it (a gateway with a login of its own), and whether auth_url is Keystone's"
        )
        raise LoginError(message, Obstacle.UNREACHABLE)


def _whence(connection: "Connection") -> str:
    auth = connection.config.auth
    who = auth.get("username") or auth.get("user_id") or auth.get("application_credential_id") or "nobody"
    return f"at {without_query(auth.get('auth_url') or 'no auth_url')} as {who}"


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
