"""A Fuel master's API: asked by keystoneauth, which gets a new token by itself when the old one has expired."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from ostf_dual.deployers.nailgun.answers import Answer, Conceal, RefusedError, decoded, words_of
from ostf_dual.errors import OstfError

if TYPE_CHECKING:
    from keystoneauth1.session import Session

_NOT_FOUND, _UNAUTHORIZED = 404, 401
_REDIRECTS = range(300, 400)
_REFUSALS = range(400, 500)
_PASSING: Final = frozenset({502, 503, 504})
"""What a proxy says while the service behind it restarts."""
_ATTEMPTS = 5
_LONGEST_PAUSE_S = 10.0


class NoAnswerError(OstfError):
    """The question or its answer was lost: what was asked for may have been done."""


class Master:
    """One Fuel master. What is safe to repeat is asked again after a lost connection or a 502 to 504."""

    def __init__(self, session: "Session", url: str, conceal: Conceal, pause_s: float) -> None:
        """Of a session with or without a login.

        Args:
            session: Whose certificates, time limit and login are used.
            url: As `https://10.20.0.2:8443`.
            conceal: Takes secrets out of what the master says.
            pause_s: After the first attempt that failed; it grows from there.
        """
        # It warns on stderr, where nobody listens to its logger, of what its exceptions say again.
        logging.getLogger("keystoneauth").addHandler(logging.NullHandler())
        self._session = session
        self._conceal = conceal
        self._pause_s = pause_s
        self.url = url.rstrip("/")

    def probe(self, path: str) -> Answer:
        """GET a path, from the root and without a login; any status is an answer."""
        return self._send("GET", path, repeat=True, authenticated=False)

    def read(self, path: str, **query: object) -> Any:
        """GET what must be there.

        Raises:
            RefusedError: It said no; there is none, for one.
            OstfError: It could not be asked.
        """
        return self._document(path, self._send("GET", f"api/{path}", query=query, repeat=True))

    def find(self, path: str, **query: object) -> Any:
        """GET what may be there; None: it is not.

        Raises:
            RefusedError: It said no.
            OstfError: It could not be asked.
        """
        answer = self._send("GET", f"api/{path}", query=query, repeat=True)
        return None if answer.status == _NOT_FOUND else self._document(path, answer)

    def put(self, path: str, body: object, *, repeat: bool = False) -> Any:
        """PUT; `repeat` where doing it twice is doing it once.

        Raises:
            RefusedError: It said no.
            OstfError: It could not be asked; without `repeat` it may have been done all the same.
        """
        return self._value("PUT", path, self._send("PUT", f"api/{path}", body=body, repeat=repeat))

    def patch(self, path: str, body: object) -> Any:
        """PATCH, which is always safe to repeat; as ``put``."""
        return self._value("PATCH", path, self._send("PATCH", f"api/{path}", body=body, repeat=True))

    def post(self, path: str, body: object, *, repeat: bool = False) -> Any:
        """POST; as ``put``."""
        return self._value("POST", path, self._send("POST", f"api/{path}", body=body, repeat=repeat))

    def delete(self, path: str) -> Any:
        """DELETE; as ``put``. That there is none is no error: the answer is None."""
        answer = self._send("DELETE", f"api/{path}")
        return None if answer.status == _NOT_FOUND else self._value("DELETE", path, answer)

    def concealed(self, text: str) -> str:
        """A text of the master's, without secrets."""
        return self._conceal(text)

    def _document(self, path: str, answer: Answer) -> Any:
        value = self._value("GET", path, answer)
        if not isinstance(value, dict | list):
            raise OstfError(f"what answers at {self.url} is no Fuel master: no JSON from GET {path}")
        return value

    def _value(self, method: str, path: str, answer: Answer) -> Any:
        if answer.status < _REDIRECTS.start:
            return answer.value
        said = f"the Fuel master answered {method} {path} with HTTP {answer.status}: {self._told(answer)}"
        if answer.status == _UNAUTHORIZED:
            raise OstfError(f"{said}: it takes no login of this user")
        if answer.status in _REFUSALS:
            raise RefusedError(said)
        raise OstfError(f"{said}; look at {self.url} and at nailgun's log on the master")

    def _told(self, answer: Answer) -> str:
        return self._conceal(words_of(answer))

    def _send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        body: object = None,
        repeat: bool = False,
        authenticated: bool | None = None,
    ) -> Answer:
        retrying = Retrying(
            retry=retry_if_exception_type(NoAnswerError),
            stop=stop_after_attempt(_ATTEMPTS if repeat else 1),
            wait=wait_exponential(multiplier=self._pause_s, max=_LONGEST_PAUSE_S),
            reraise=True,
        )
        return retrying(self._once, method, path, query, body, authenticated)

    def _once(
        self,
        method: str,
        path: str,
        query: Mapping[str, object] | None,
        body: object,
        authenticated: bool | None,  # noqa: FBT001 - keystoneauth's three states
    ) -> Answer:
        from keystoneauth1 import exceptions as keystone

        url = f"{self.url}/{path}"
        try:
            # Bodies hold passwords: keystoneauth's own logging of requests stays off.
            response = self._session.request(
                url, method, params=query, authenticated=authenticated, raise_exc=False, redirect=False, log=False,
                json=body,
            )  # fmt: skip
        except keystone.SSLError as error:
            raise OstfError(
                f"the certificate of the Fuel master at {self.url} does not verify: {error}"
            ) from None
        except keystone.ConnectionError as error:
            # Not chained, nor shown whole: requests tells its own history in it.
            cause = str(error).rpartition(": ")[2].strip("()'\" ")
            raise NoAnswerError(
                f"the Fuel master at {self.url} does not answer {method} {path}: {cause}"
            ) from None
        except keystone.ClientException as error:
            told = self._conceal(str(error))
            raise OstfError(f"cannot log in to the Fuel master at {self.url}: {told}") from None
        answer = Answer(response.status_code, decoded(response.text))
        if answer.status in _PASSING:
            raise NoAnswerError(
                f"the Fuel master at {self.url} answered {method} {path} with HTTP {answer.status}: "
                f"{self._told(answer)}"
            )
        return answer
