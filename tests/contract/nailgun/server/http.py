"""The master as a server: who may ask, how answers look, and how it can misbehave. Every request is kept."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from ssl import SSLContext
from threading import Lock, Thread
from urllib.parse import parse_qsl, urlsplit

from tests.contract.nailgun.server import api, data
from tests.contract.nailgun.server.data import Json
from tests.contract.nailgun.server.world import RefusalError, World

JSON, HTML = "application/json", "text/html"
READS = frozenset({"GET"})


@dataclass(kw_only=True)
class Fault:
    """What is wrong with the next requests of a kind.

    Attributes:
        status: The answer; None: the connection is lost instead.
        is_done: Whether what was asked for is done all the same.
        times: How often.
    """

    method: str
    path: str
    status: int | None = None
    body: str = "<html>the proxy says no</html>"
    is_done: bool = False
    times: int = 1


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request that came in."""

    method: str
    path: str
    body: Json


@dataclass(kw_only=True)
class Master:
    """A server and its world.

    Attributes:
        keystone: Versions of Keystone that give tokens; empty: no login is wanted.
        version_is_open: Whether `version` is answered without a token, too.
        requests: All but those for a token, in order.
    """

    world: World = field(default_factory=World)
    keystone: tuple[str, ...] = ("v2.0", "v3")
    version_is_open: bool = True
    password: str = "admin"  # noqa: S105 (of nothing)
    faults: list[Fault] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    url: str = ""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    lock: Lock = field(default_factory=Lock)

    @property
    def writes(self) -> list[Request]:
        """The requests that would change something."""
        return [each for each in self.requests if each.method not in READS]

    def log_in(self, version: str, body: Json) -> tuple[int, Json, dict[str, str]]:
        """POST for a token."""
        auth = body["auth"]
        is_v2 = version == "v2.0"
        told = auth.get("passwordCredentials", {}) if is_v2 else auth["identity"]["password"]["user"]
        if not told:
            raise RefusalError(400, "")
        if told.get("password") != self.password:
            raise RefusalError(401, "")
        token = f"token{next(self._numbers)}"
        self.tokens.add(token)
        self.logins.append(version)
        expiry = "2099-07-10T14:37:58Z"
        if is_v2:
            return 200, {"access": {"token": {"id": token, "expires": expiry}, "serviceCatalog": []}}, {}
        return 200, {"token": {"methods": ["password"], "expires_at": expiry}}, {"X-Subject-Token": token}

    def answer(
        self, method: str, path: str, body: Json, token: str | None
    ) -> tuple[int, Json, dict[str, str]]:
        """What a request is answered with: status, value and headers.

        Raises:
            RefusalError: It is refused.
        """
        parts = urlsplit(path)
        place = parts.path.strip("/")
        if found := re.fullmatch(r"keystone/(v2\.0|v3)(/tokens|/auth/tokens)?", place):
            if found[1] not in self.keystone:
                raise RefusalError(404, "not found", plain=True)
            if found[2]:
                return self.log_in(found[1], body)
            return 200, {"version": {"id": found[1], "links": []}}, {}
        place = re.sub(r"^api/(v1/)?", "", place)
        is_public = (place == "version" and self.version_is_open) or (method, place) == ("POST", "nodes")
        if self.keystone and token not in self.tokens and not is_public:
            return 401, None, {}
        if place == "version":
            version = self.world.version
            found_version = {"release": version, "openstack_version": data.openstack(version), "api": "1"}
            return 200, {**found_version, "auth_required": bool(self.keystone)}, {}
        if place.startswith("tasks/"):
            self.world.before_poll()
        return (*api.answer(self.world, method, place, dict(parse_qsl(parts.query)), body), {})


class _Handler(BaseHTTPRequestHandler):
    master: Master

    def _respond(self) -> None:
        master, method = self.master, self.command
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with master.lock:
            try:
                body = json.loads(content) if content else None
            except ValueError:
                self._send(400, HTML, json.dumps({"message": "Invalid json received", "errors": []}))
                return
            if not self.path.startswith("/keystone"):
                master.requests.append(Request(method=method, path=self.path, body=body))
            fault = self._fault()
            if fault is not None and not fault.is_done:
                self._misbehave(fault)
                return
            try:
                status, value, headers = master.answer(
                    method, self.path, body, self.headers.get("X-Auth-Token")
                )
            except RefusalError as error:
                value = {"message": error.message, "errors": error.errors}
                self._send(error.status, HTML, error.message if error.plain else json.dumps(value))
                return
            if fault is not None:
                self._misbehave(fault)
            elif status in {204, 401}:
                self._send(status, None, "")
            else:
                self._send(status, JSON, json.dumps(value), headers)

    def _fault(self) -> Fault | None:
        for each in self.master.faults:
            if each.times and each.method == self.command and re.search(each.path, self.path):
                each.times -= 1
                return each
        return None

    def _misbehave(self, fault: Fault) -> None:
        if fault.status is not None:
            self._send(fault.status, HTML, fault.body)
        else:
            self.close_connection = True

    def _send(self, status: int, kind: str | None, text: str, headers: dict[str, str] | None = None) -> None:
        content = text.encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = _respond  # noqa: N815 - the library's names

    def log_message(self, *_: object) -> None:
        """Say nothing: requests are kept."""


@contextmanager
def serving(master: Master, tls: SSLContext | None = None) -> Iterator[Master]:
    """Serve a master on a port of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"master": master}))
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    master.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    try:
        yield master
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
