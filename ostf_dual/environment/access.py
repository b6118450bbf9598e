"""From what a user names to an ``Access``."""

import os
from dataclasses import replace
from pathlib import Path

from ostf_dual.environment.definition import DeployerName
from ostf_dual.environment.expectations import completed
from ostf_dual.environment.model import Access
from ostf_dual.errors import InputError
from ostf_dual.files import environment_folder


def read_access(environment: Path | None, cloud: str | None, *, default: str | None = None) -> Access:
    """How to reach the cloud that was asked for.

    A cloud named on the command line goes before the environment file's, and that before ``$OS_CLOUD``, since
    the rest of the file speaks of the file's cloud. The definition of a cloud leads to what its deployment left.

    Args:
        environment: The file; None: a cloud of clouds.yaml is all that is known.
        cloud: Named on the command line.
        default: Taken where neither names one, before ``$OS_CLOUD``.

    Raises:
        InputError: None is named, or the file cannot be used.
    """
    default = default or os.environ.get("OS_CLOUD") or None
    if environment is not None:
        from ostf_dual.environment.load import is_definition, load_access  # pydantic, where there is a file

        if is_definition(environment):
            access = _of_definition(environment)
            return access if cloud is None else replace(access, cloud=cloud)
        return load_access(environment, cloud=cloud, default_cloud=default)
    if (named := cloud or default) is None:
        raise InputError(
            "which cloud? Give --os-cloud NAME (of clouds.yaml), $OS_CLOUD or an environment file"
        )
    return Access(cloud=named)


def _of_definition(path: Path) -> Access:
    from ostf_dual.environment.load import load_access, load_environment

    environment = load_environment(path)
    adopted = environment.deployer is DeployerName.EXISTING
    left = environment_folder(environment.name) / "access.yaml"
    if not adopted and left.is_file():
        return load_access(left)
    if environment.access is None:
        raise InputError(
            f"{environment.name!r} was not deployed from this machine: `ostf-dual deploy {path}` does, "
            "or give its `access`"
        )
    return completed(environment.access, environment)
