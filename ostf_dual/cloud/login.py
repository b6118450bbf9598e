"""Logging in by clouds.yaml. What is wrong with the file and what is wrong with the cloud are told apart."""

import logging
import warnings
from typing import TYPE_CHECKING

from ostf_dual.cloud.asking import told
from ostf_dual.environment.model import Access
from ostf_dual.errors import InputError, OstfError

if TYPE_CHECKING:
    from openstack.connection import Connection

_TIMEOUT_S = 60.0


def log_in(access: Access, name: str) -> "Connection":
    """A connection that holds a token.

    Args:
        access: Says where clouds.yaml is.
        name: Of the cloud in it.

    Raises:
        InputError: clouds.yaml has no such cloud, or what it says of it cannot be used.
        OstfError: The cloud does not let us in; says URL, user and cause.
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
        raise OstfError(f"cannot log in to cloud {name!r} at {url} as {who}: {told(error)}") from None
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
