"""How a secret may be written."""

import base64
import json
from collections.abc import Callable
from html import escape
from urllib.parse import quote, quote_plus

import pytest


@pytest.fixture
def encoded() -> Callable[[str], list[bytes]]:
    """Every way that the standard library knows."""

    def ways(value: str) -> list[bytes]:
        texts = [
            value,
            repr(value),
            ascii(value),
            json.dumps({"a": value}),
            json.dumps(json.dumps(value)),
            escape(value),
            quote(value),
            quote_plus(value),
            f"{value[:25]}...{value[-20:]}",
            value[:14],
            value[-14:],
        ]
        raw = [b"x" * pad + value.encode() for pad in range(4)]
        return [
            *(each.encode() for each in texts),
            *map(base64.b64encode, raw),
            *map(base64.urlsafe_b64encode, raw),
        ]

    return ways
