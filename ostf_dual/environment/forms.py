"""Texts that must have a form: what is wrong with one, and what was probably meant; None: it has the form. Pure."""

import re
import warnings
from ipaddress import ip_address
from urllib.parse import urlsplit

_NAME, _SERVICE = re.compile(r"[\w.-]+"), re.compile(r"[^@\s]+@\S+")
_PARTED = re.compile(r"(?P<binary>[a-z]+(?:-[a-z]+)+)\s*[\s:/=]\s*(?P<host>[^@\s]+)")
"""A service as others write it: a colon, a slash or a space instead of the `@`."""


def fault_of_host(text: str) -> str | None:
    """Of a host that a connection is made to. The text is not shown: a URL may hold a password."""
    if _NAME.fullmatch(text) or _is_address(text.removeprefix("[").removesuffix("]")):
        return None
    meant = _host_in(text.strip())
    near = f"; did you mean {meant}?" if meant else ""
    return f"wanted a host name or an address alone, without scheme, user, port or path{near}"


def fault_of_regex(text: str) -> str | None:
    """Of a regular expression."""
    if (why := _no_regex(text)) is None:
        return None
    # As a shell would have it, or just these characters.
    meant = next(each for each in (text.replace("*", ".*"), re.escape(text)) if _no_regex(each) is None)
    return f"{text!r} is no regular expression: {why}; did you mean {meant!r}?"


def fault_of_service(text: str) -> str | None:
    """Of a service that must be there."""
    if _SERVICE.fullmatch(text):
        return None
    told = f"{text!r} names no service: wanted binary@host, as nova-compute@HOST"
    parted = _PARTED.fullmatch(text.strip())
    return f"{told}; did you mean {parted['binary']}@{parted['host']}?" if parted else told


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _host_in(text: str) -> str:
    """The host in a URL, or in what is one without its scheme; empty: there is none."""
    try:
        found = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    return found if _NAME.fullmatch(found) or _is_address(found) else ""


def _no_regex(text: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a later Python will read otherwise
            re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        return str(error)
    return None
