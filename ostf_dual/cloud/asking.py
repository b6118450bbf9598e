"""The one place where an error of the SDK becomes an error of this project."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import urlsplit, urlunsplit

from ostf_dual.errors import NotDeployedError, OstfError, RefusedError

if TYPE_CHECKING:
    from keystoneauth1.adapter import Adapter

T = TypeVar("T")

AT_ONCE = 8
"""How much is asked of the cloud at the same time, deletions among it."""
_CAUSED_BY = re.compile(r"HTTPS?ConnectionPool.*\(Caused by (\w+)\((.*)\)\)$", re.DOTALL)


@contextmanager
def asking(what: str) -> Iterator[None]:
    """Ask the cloud; whatever the SDK raises meanwhile is told as "could not ask".

    Args:
        what: What is asked for, as it shall begin the message: "the compute services".

    Raises:
        NotDeployedError: The catalogue has no such service.
        RefusedError: These credentials have no right to ask.
        OstfError: It did not answer, or it refused; with status, URL and request id.
    """
    # Imported late: the SDK takes 0.4 s, and whoever asks has loaded it long ago.
    from keystoneauth1 import exceptions as keystone
    from openstack import exceptions as sdk

    try:
        yield
    except keystone.EndpointNotFound as error:
        raise NotDeployedError(f"{what}: the service catalogue has no such endpoint ({error})") from None
    except (sdk.SDKException, keystone.ClientException, OSError) as error:
        # Not chained: the original's text holds URLs with their queries.
        ours = RefusedError if _status(error) == HTTPStatus.FORBIDDEN else OstfError
        raise ours(f"{what}: {told(error)}") from None


def _status(error: Exception) -> int | None:
    return getattr(error, "status_code", None) or getattr(error, "http_status", None)


def told(error: Exception) -> str:
    """What an error of the SDK says: status, method, URL (no query), the service's words, request id."""
    status = _status(error)
    if status is None:
        # urllib3 puts the one fact of interest at the end of its own history.
        return _CAUSED_BY.sub(r"\1: \2", f"{type(error).__name__}: {error}").removeprefix("SDKException: ")
    url = without_query(getattr(error, "url", None) or "")
    words = getattr(error, "details", None) or getattr(error, "message", None) or type(error).__name__
    request_id = getattr(error, "request_id", None)
    where = f"{getattr(error, 'method', None) or ''} {url}".strip()
    return f"HTTP {status} from {where}: {words}" + (f" (request {request_id})" if request_id else "")


def without_query(url: str) -> str:
    """A URL that can be shown: without user, query and fragment."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def read(adapter: "Adapter", path: str, *, what: str, microversion: str | None = None, **query: str) -> Any:
    """GET a JSON document where the SDK has no good call for it.

    Raises:
        OstfError: As ``asking``.
    """
    from openstack.exceptions import raise_from_response

    with asking(what):
        response = adapter.get(path, params=query, microversion=microversion)
        raise_from_response(response)
        return response.json()


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What a question brought: a value, or the reason why there is none, to be raised where it is needed."""

    value: T | None = None
    error: OstfError | None = None

    def get(self) -> T:
        """The value.

        Raises:
            OstfError: The reason why there is none.
        """
        if self.error is not None:
            # The same object is raised for every check that asks: it must not gather their tracebacks.
            raise self.error.with_traceback(None)
        assert self.value is not None  # noqa: S101 - either is given
        return self.value

    def or_else(self, default: T) -> T:
        """The value, or ``default`` where there is none."""
        return default if self.value is None else self.value


def answer_of(question: Callable[[], T]) -> Answer[T]:
    """Asks; "could not ask" is kept as an answer."""
    try:
        return Answer(value=question())
    except OstfError as error:
        return Answer(error=error)


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """What was taken of several, and why it."""

    value: T
    because: str
