"""Secrets among this process's environment variables, told by their names."""

import os
import re

from ostf_dual.redaction import conceal

_SECRET = re.compile(
    r"PASSWORD|PASSWD|PASSPHRASE|PASSCODE|SECRET|TOKEN|PRIVATE_?KEY|API_?KEY|ACCESS_?KEY|_AUTH$",
    re.IGNORECASE,
)
_WHEREABOUTS = re.compile(r"_(FILE|PATH|DIR|URL|COMMAND|CMD|TYPE|NAME|ID)$", re.IGNORECASE)


def is_secret(name: str) -> bool:
    """Whether a variable of this name holds a secret (``OS_PASSWORD``), not where one is (``X_TOKEN_FILE``)."""
    return bool(_SECRET.search(name)) and not _WHEREABOUTS.search(name)


def conceal_variables() -> None:
    """Redact the values of all of them from now on."""
    for name, value in os.environ.items():
        if is_secret(name):
            conceal(value)
