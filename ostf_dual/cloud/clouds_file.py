"""clouds.yaml, as openstacksdk reads it. Whatever is a secret in it is redacted from here on."""

import logging
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from ostf_dual.environment.lines import yaml_fault
from ostf_dual.errors import InputError
from ostf_dual.redaction import conceal
from ostf_dual.redaction.variables import conceal_variables, is_secret

if TYPE_CHECKING:
    from openstack.config import OpenStackConfig

_LOGGER = "openstack.config"


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
        InputError: It cannot be used.
    """
    loader = read_clouds(access_file)
    path = loader.config_filename
    return CloudsFile(
        path=Path(path) if path and Path(path).is_file() else None,
        names=tuple(sorted(loader.get_cloud_names())),
        looked_for=tuple(map(str, loader._config_files)),  # noqa: SLF001 - it tells by no other way
    )


def read_clouds(access_file: Path | None) -> "OpenStackConfig":
    """Read clouds.yaml with what belongs to it: secure.yaml, and ``OS_*`` variables.

    Args:
        access_file: The one that the environment names, whatever variables say; None: where openstacksdk looks.

    Raises:
        InputError: A file is not YAML, or does not hold clouds. No value of it is shown.
    """
    from openstack import exceptions as sdk
    from openstack.config import OpenStackConfig

    conceal_variables()
    named = access_file is not None
    # It skips a file that it cannot parse, and its warning repeats the line, with the password in it.
    logger = logging.getLogger(_LOGGER)
    was_disabled, logger.disabled = logger.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of clouds that nobody asked about
            loader = OpenStackConfig(
                config_files=[str(access_file)] if named else None,
                load_envvars=not named,
                app_name="ostf-dual",
            )
    except sdk.ConfigException as error:
        raise InputError(f"clouds.yaml cannot be used: {error}") from None
    except (AttributeError, TypeError, ValueError, OSError) as error:
        raise InputError(
            f"clouds.yaml cannot be used: wanted `clouds:`, with names and their settings ({type(error).__name__})"
        ) from None
    finally:
        logger.disabled = was_disabled
    for files in (loader._config_files, loader._secure_files):  # noqa: SLF001 - likewise
        _see_through(files)
    return loader


def _see_through(paths: Iterable[str]) -> None:
    """Take note of the secrets in the first file that is there, as the SDK reads no other; refuse what it skips."""
    for path in paths:
        if os.path.exists(path) and os.access(path, os.R_OK):  # noqa: PTH110 - as the SDK looks
            try:
                content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
            except (yaml.YAMLError, UnicodeDecodeError) as error:
                raise InputError(
                    f"clouds.yaml cannot be used: {path} is not YAML{yaml_fault(error)}"
                ) from None
            _conceal(dict(_leaves(content)))
            return


def _conceal(leaves: Mapping[tuple[str, ...], str]) -> None:
    # A password that is a name as well is taken out behind its key only: every name would be stars, and tell it.
    names = {value for path, value in leaves.items() if not is_secret(path[-1])} | {
        part for path in leaves for part in path
    }
    for path, value in leaves.items():
        if is_secret(path[-1]) and value not in names:
            conceal(value)


def _leaves(content: Any, *path: str) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(content, Mapping):
        for name, value in content.items():
            yield from _leaves(value, *path, str(name))
    elif isinstance(content, list):
        for number, each in enumerate(content):
            yield from _leaves(each, *path[:-1], str(number), path[-1] if path else "")
    elif content is not None and path:
        yield path, str(content)
