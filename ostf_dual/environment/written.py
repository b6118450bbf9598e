"""Values -> text, and back: what other programs are told, and what is kept of a deployment. No secret is in either."""

from typing import Any

import yaml
from pydantic import ValidationError

from ostf_dual.environment.adapters import adapter_of
from ostf_dual.environment.definition import Environment
from ostf_dual.environment.model import Access
from ostf_dual.errors import OstfError


def environment_to_json(environment: Environment) -> str:
    """A definition whole, defaults included; its secrets are references in it."""
    return adapter_of(Environment).dump_json(environment, indent=2).decode()


def environment_to_values(environment: Environment) -> dict[str, Any]:
    """The same as plain values."""
    found: dict[str, Any] = adapter_of(Environment).dump_python(environment, mode="json")
    return found


def environment_to_yaml(environment: Environment) -> str:
    """A definition in the form that ``load_environment`` reads; what is at its default is left out."""
    content = adapter_of(Environment).dump_python(environment, mode="json", exclude_defaults=True)
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def environment_from_json(text: str, source: str) -> Environment:
    """A definition that was written by ``environment_to_json``.

    Raises:
        OstfError: It was not, or by a version of this program that knew other keys.
    """
    try:
        return adapter_of(Environment).validate_json(text)
    except ValidationError as error:
        raise OstfError(f"{source} is not readable: {error.error_count()} faults; remove it") from None


def access_to_yaml(access: Access) -> str:
    """An access in the form that ``load_access`` reads; what is at its default is left out."""
    content = adapter_of(Access).dump_python(access, mode="json", exclude_defaults=True)
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
