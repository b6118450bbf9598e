"""A server's certificate, verified the way every client does."""

import os
import socket
import ssl
import time
from dataclasses import dataclass
from pathlib import Path

from ostf_dual.errors import OstfError

_TIMEOUT_S = 15.0
_DAY_S = 86400.0
LEAST_DAYS = 7.0
"""A certificate that ends sooner is to be renewed now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What a verified server showed."""

    server: str
    not_after: str
    days_left: float


def certificate(host: str, port: int, ca_file: Path | None = None) -> Certificate:
    """Shake hands with a server and read its certificate.

    Args:
        host: As clients call it: the name is verified too.
        port: TCP port.
        ca_file: Authorities to trust, a file or a folder; None: this machine's.

    Raises:
        OstfError: It does not answer, or its certificate does not verify; says why.
    """
    server = f"{host}:{port}"
    is_folder = ca_file is not None and ca_file.is_dir()
    try:
        context = ssl.create_default_context(
            cafile=None if is_folder else ca_file, capath=ca_file if is_folder else None
        )
    except OSError as error:
        raise OstfError(
            f"the authorities to trust cannot be read: {ca_file}: {error.strerror or error}"
        ) from None
    try:
        with (
            socket.create_connection((host, port), timeout=_TIMEOUT_S) as raw,
            context.wrap_socket(raw, server_hostname=host) as secure,
        ):
            shown = secure.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        raise OstfError(f"the certificate of {server} does not verify: {error.verify_message}") from None
    except OSError as error:
        raise OstfError(f"{server} does not answer a TLS handshake: {error}") from None
    not_after = str(shown["notAfter"])
    days_left = (ssl.cert_time_to_seconds(not_after) - time.time()) / _DAY_S
    return Certificate(server=server, not_after=not_after, days_left=days_left)


def authorities() -> str | None:
    """Whom this machine trusts, a file or a folder; None: nobody keeps that here, and libraries bring their own."""
    given = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    paths = ssl.get_default_verify_paths()
    return given or paths.cafile or paths.capath


def expiry_fault(shown: Certificate) -> str | None:
    """Why a certificate's time is nearly over; None: it is not."""
    if shown.days_left >= LEAST_DAYS:
        return None
    left = f"{shown.days_left:.1f} days left, wanted {LEAST_DAYS:g}"
    return f"the certificate of {shown.server} ends {shown.not_after} ({left}): renew it"
