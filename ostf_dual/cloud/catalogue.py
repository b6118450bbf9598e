"""The service catalogue: which endpoints there are, and whether each of them answers."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from ostf_dual.cloud.asking import asking, told
from ostf_dual.redaction import conceal

if TYPE_CHECKING:
    from openstack.connection import Connection

_TIMEOUT_S = 20.0
_VERSION_DOCUMENT = frozenset({200, 203, 204, 300})
_WANTS_MORE = frozenset({400, 401, 403, 405, 412})
_ONCE = frozenset({"v3totp", "v3multifactor", "v3oidcauthcode", "v3oidcdeviceauthz", "v3websso"})
"""Ways to log in that use up a passcode or a code, or ask a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An entry of the catalogue, of the interface and region that the client uses."""

    service_type: str
    interface: str
    url: str

    def __str__(self) -> str:
        return f"{self.service_type} ({self.interface}, {self.url})"

    @property
    def tls_server(self) -> tuple[str, int] | None:
        """Host and port to shake hands with; None: plain HTTP."""
        url = urlsplit(self.url)
        return (url.hostname, url.port or 443) if url.scheme == "https" and url.hostname else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """How an endpoint answered: ``fault`` is why it did not, in a line; None: it did."""

    endpoint: Endpoint
    took_s: float
    status: int | None = None
    date: datetime | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFacts:
    """A token. Times are Keystone's; ``skew_s`` is its clock minus ours.

    Attributes:
        took_s: To issue it; None: it is the session's own, since another would take another passcode or a person.
    """

    project_id: str | None
    roles: tuple[str, ...]
    lifetime_s: float
    skew_s: float | None
    took_s: float | None


def endpoints(connection: "Connection") -> tuple[Endpoint, ...]:
    """What the catalogue lists for the connection's interface and region."""
    interface = str(connection.config.get_interface() or "public")
    region = connection.config.get_region_name()
    with asking("the service catalogue"):
        catalogue = _identity(connection).get_access(connection.session).service_catalog
        listed = catalogue.get_endpoints_data(interface=interface, region_name=region)
    return tuple(
        Endpoint(service_type=service, interface=interface, url=data.url)
        for service, entries in sorted(listed.items())
        for data in entries
    )


def trusted(connection: "Connection") -> tuple[bool, Path | None]:
    """Whether certificates are verified, and the authorities that clouds.yaml gives (None: the machine's)."""
    verify = connection.session.verify
    return bool(verify), Path(verify) if isinstance(verify, str) else None


def ask_all(connection: "Connection", asked: Sequence[Endpoint]) -> tuple[Reply, ...]:
    """Ask every endpoint for its version document, at the same time."""
    with ThreadPoolExecutor(max_workers=8) as pool:
        return tuple(pool.map(lambda endpoint: ask(connection, endpoint), asked))


def ask(connection: "Connection", endpoint: Endpoint) -> Reply:
    """Ask an endpoint for its version document.

    The catalogue's URL may point below it (``/v3/<project>``), so its parents are tried too, up to the first that
    answers. An answer that wants more (401, 403 ...) is one as well: Swift has no version document. What is above
    the URL may be another's: of that only JSON counts, and no start page of a web server.
    """
    from keystoneauth1.exceptions import ClientException

    started = time.monotonic()
    status, date = None, None
    for url in _upwards(endpoint.url):
        try:
            response = connection.session.get(
                url,
                raise_exc=False,
                timeout=_TIMEOUT_S,
                connect_retries=0,
                headers={"Accept": "application/json"},
            )
        except ClientException as error:
            return Reply(endpoint=endpoint, took_s=time.monotonic() - started, fault=told(error))
        date = _date(response.headers.get("Date"))
        code = response.status_code
        is_answer = code >= HTTPStatus.INTERNAL_SERVER_ERROR or (
            code in _VERSION_DOCUMENT | _WANTS_MORE and (status is None or _is_json(response))
        )
        if is_answer or status is None:
            status = code
        if is_answer:
            break
    took_s = time.monotonic() - started
    return Reply(endpoint=endpoint, took_s=took_s, status=status, date=date, fault=_fault(status))


def _is_json(response: Any) -> bool:
    try:
        return isinstance(response.json(), dict | list)
    except ValueError:
        return False


def _fault(status: int | None) -> str | None:
    if status in _VERSION_DOCUMENT | _WANTS_MORE:
        return None
    if status is not None and status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return (
            f"HTTP {status}: it is reached, and fails; look at the service behind it and at the load balancer"
        )
    return f"HTTP {status} on the URL and on every path above it: the catalogue points to a wrong place"


def _upwards(url: str) -> Iterator[str]:
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    while True:
        yield urlunsplit((parts.scheme, parts.netloc, path or "/", "", ""))
        if not path:
            return
        path = path.rpartition("/")[0]


def issue_token(connection: "Connection") -> TokenFacts:
    """Get a new token, as every client does first; the connection's own stays as it is.

    Where one login is good for one token only, that of the connection is told of.
    """
    session = connection.session
    is_once = connection.config.config.get("auth_type") in _ONCE
    with asking("a token"):
        started = time.monotonic()
        plugin = _identity(connection)
        access = plugin.get_access(session) if is_once else plugin.get_auth_ref(session)
        conceal(access.auth_token)
        took_s = None if is_once else time.monotonic() - started
        url = access.service_catalog.url_for(
            service_type="identity",
            interface=str(connection.config.get_interface() or "public"),
            region_name=connection.config.get_region_name(),
        )
        response = session.get(url, raise_exc=False, timeout=_TIMEOUT_S)
    date = _date(response.headers.get("Date"))
    return TokenFacts(
        project_id=access.project_id,
        roles=tuple(access.role_names),
        lifetime_s=(access.expires - access.issued).total_seconds(),
        skew_s=None if date is None else date.timestamp() - time.time(),
        took_s=took_s,
    )


def _identity(connection: "Connection") -> Any:
    """The plugin that speaks to Keystone; keystoneauth types it as something that may also be none."""
    return connection.session.auth


def _date(text: str | None) -> datetime | None:
    return parsedate_to_datetime(text) if text else None
