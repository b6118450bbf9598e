"""Secrets, fetched where they are used; only their whereabouts are ever kept or shown.

What is fetched is redacted from then on, wherever it turns up.
"""

import dataclasses
import os
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

from ostf_dual.environment.model import Secret
from ostf_dual.errors import InputError
from ostf_dual.redaction import conceal
from ostf_dual.redaction.variables import is_secret

COMMAND_TIMEOUT_S = 30.0


def resolve(secret: Secret) -> str:
    """Fetch a secret from its environment variable, file or command.

    One newline at the end belongs to the file or the output, not to the secret.

    Raises:
        InputError: It cannot be had, or is empty. The message holds no part of it.
    """
    if secret.env is not None:
        value, source = _from_environment(secret.env), f"the environment variable {secret.env}"
    elif secret.file is not None:
        try:
            value, source = secret.file.read_text(encoding="utf-8"), f"the file {secret.file}"
        except OSError as error:
            raise InputError(
                f"the file of a secret cannot be read: {secret.file}: {error.strerror}"
            ) from None
        except UnicodeDecodeError:
            raise InputError(f"the file of a secret is not UTF-8 text: {secret.file}") from None
    else:
        command = secret.command or ()
        value, source = _from_command(command), f"the command {command[:1]}"
    value = value.removesuffix("\n").removesuffix("\r")
    if not value:
        raise InputError(f"a secret is empty: {source}")
    return conceal(value)


def secrets_in(value: Any) -> Iterator[Secret]:
    """Every secret that a definition, or a part of one, names."""
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, Mapping | tuple):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from secrets_in(each)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from secrets_in(getattr(value, field.name))


def conceal_variable(secret: Secret) -> None:
    """Redact a secret that is in a variable even before it is fetched: no program gets it until then either."""
    if secret.env is not None:
        conceal(os.environ.get(secret.env, ""))


def _from_environment(name: str) -> str:
    try:
        return os.environ[name]
    except KeyError:
        raise InputError(f"a secret is missing: set the environment variable {name}") from None


def _from_command(command: tuple[str, ...]) -> str:
    # Neither the arguments nor what the command printed are shown: either may hold the secret.
    program = command[0] if command else "(empty)"
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_TIMEOUT_S,
            stdin=subprocess.DEVNULL,
            env=_surroundings(),
        )
    except (OSError, ValueError, IndexError) as error:
        raise InputError(
            f"the command of a secret cannot be run: {program}: {type(error).__name__}"
        ) from None
    except subprocess.TimeoutExpired:
        raise InputError(
            f"the command of a secret took longer than {COMMAND_TIMEOUT_S:g} s: {program}"
        ) from None
    if done.returncode != 0:
        raise InputError(f"the command of a secret failed: {program}: exit status {done.returncode}")
    return done.stdout


def _surroundings() -> dict[str, str]:
    """The program may need a key of its own (``VAULT_TOKEN``), but not what opens the cloud."""
    return {
        name: value for name, value in os.environ.items() if not (name.startswith("OS_") and is_secret(name))
    }
