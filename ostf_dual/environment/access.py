"""From what a user names to an ``Access``."""

import os
from pathlib import Path

from ostf_dual.environment.model import Access
from ostf_dual.errors import InputError


def read_access(environment: Path | None, cloud: str | None) -> Access:
    """How to reach the cloud that was asked for.

    A cloud named on the command line goes before the environment file's, and that before ``$OS_CLOUD``, since
    the rest of the file speaks of the file's cloud.

    Raises:
        InputError: None is named, or the file cannot be used.
    """
    default = os.environ.get("OS_CLOUD") or None
    if environment is not None:
        from ostf_dual.environment.load import load_access  # pydantic, where there is a file

        return load_access(environment, cloud=cloud, default_cloud=default)
    if (named := cloud or default) is None:
        raise InputError(
            "which cloud? Give --os-cloud NAME (of clouds.yaml), $OS_CLOUD or an environment file"
        )
    return Access(cloud=named)
