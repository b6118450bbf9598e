"""Which of our environment variables a program that we start gets."""

import os

from ostf_dual.redaction import is_concealed
from ostf_dual.redaction.variables import is_secret

PASSED_ON = frozenset(
    {
        *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR"),
        *("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"),
        *("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "ALL_PROXY", "NO_PROXY"),
    }
)
"""What every program may get, where it is set."""


def passed_on(*names: str, prefixes: tuple[str, ...] = ()) -> dict[str, str]:
    """For a program whose needs are known: ``PASSED_ON``, these, and those that begin so."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in PASSED_ON or name in names or (prefixes and name.startswith(prefixes))
    }


def without_secrets() -> dict[str, str]:
    """For a program that the user names, whose needs are the user's business: all but what holds a secret.

    By its name, or by a value that is known to be one; nothing runs without a ``PATH``, whatever a secret is.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if name in PASSED_ON or not (is_secret(name) or is_concealed(value))
    }
