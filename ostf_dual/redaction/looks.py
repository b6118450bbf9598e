"""Secrets that are known by their look, or by the key that they stand behind."""

import re

MASK = "***"

_KEY = (
    r"[\w.-]*(?:password|passwd|passphrase|passcode|admin_?pass|secret|private_?key|user_?data|"
    r"(?:auth|access|session|subject|service|admin)[_-]?token)|pwd|token(?:_id)?"
)
_HEADERS = r"x-(?:auth|subject|service)-token|authorization|(?:set-)?cookie|vmware_soap_session"

_LOOKS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, flags), replacement)
    for pattern, flags, replacement in (
        # A private key, whole or cut off.
        (r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL, MASK),
        # Keystone's tokens: Fernet, and JSON web tokens.
        (r"\bgAAAA[\w-]{20,}(?:=|%3D){0,2}", 0, MASK),
        (r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}", 0, MASK),
        # https://user:password@host
        (r"(\b[a-z][a-z0-9+.-]*://[^\s/:@'\"<>]*):[^\s/@'\"<>]+@", re.IGNORECASE, rf"\1:{MASK}@"),
        # ?token=..., as in the URL of a console
        (rf"([?&](?:{_KEY}|sig|signature)=)[^&\s'\"<>]+", re.IGNORECASE, rf"\1{MASK}"),
        # keystoneauth shows a digest itself, which may stay.
        (
            rf"(\b(?:{_HEADERS})['\"]?\s*[:=]\s*['\"]?(?:Basic |Bearer )?)(?!\{{SHA256\}})[^\s'\",;{{]+",
            re.IGNORECASE,
            rf"\1{MASK}",
        ),
        # "key": "value" and key='value', as JSON, Python and XML's attributes have them
        (
            rf"(?<![\w.-])((?:{_KEY})['\"]?\s*[:=]\s*b?)(['\"])(?:\\.|(?!\2)[^\\])+\2",
            re.IGNORECASE,
            rf"\1\2{MASK}\2",
        ),
        # \"key\": \"value\": the same within a text of JSON
        (rf"(?<![\w.-])((?:{_KEY})(\\+['\"])\s*:\s*)\2.+?(?<!\\)\2", re.IGNORECASE, rf"\1\2{MASK}\2"),
        # <password>value</password>
        (rf"(<(?:\w+:)?(?:{_KEY})\b[^<>]*>)[^<]+(?=</)", re.IGNORECASE, rf"\1{MASK}"),
        # key = value on a line of a configuration file, VARIABLE=value in an environment
        (
            rf"(?m)^(\s*(?:{_KEY})[ \t]*=[ \t]*)(?!['\"\[({{]|[\w.]+\(|None\b)\S.*$",
            re.IGNORECASE,
            rf"\1{MASK}",
        ),
        (r"\b([A-Z][A-Z0-9_]*_(?:PASSWORD|SECRET|TOKEN)=)(?!['\"])\S+", 0, rf"\1{MASK}"),
    )
)


def without_lookalikes(text: str) -> str:
    """The text without what looks like a secret."""
    for pattern, replacement in _LOOKS:
        text = pattern.sub(replacement, text)
    return text
