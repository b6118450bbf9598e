"""A Keystone, with a cloud behind it, and a vCenter, that treat what they are given as badly as servers do."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import trustme

from tests.canary.canaries import Canary

TOKEN, ADMIN_PASS, KEY, FERNET = Canary("token"), Canary("adminPass"), Canary("private key"), Canary("fernet")
ISSUED = (TOKEN, ADMIN_PASS, KEY, FERNET)
"""What nobody here planted: the cloud made it."""

_JSON, _HTML = "application/json", "text/html"


class Handler(BaseHTTPRequestHandler):
    """Answers by the mode of its server; keeps no log."""

    server: "Server"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer."""
        self._answer()

    def do_POST(self) -> None:
        """Answer."""
        self._answer()

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        given = self.rfile.read(length).decode(errors="replace")
        self.server.seen.append(self.path)
        self.server.peek()
        answer = MODES[self.server.mode](self, given)
        if answer is None:
            self.close_connection = True
            return
        status, kind, body = answer
        raw = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        if status == 201:
            self.send_header("X-Subject-Token", TOKEN.plain)
        self.end_headers()
        self.wfile.write(raw)

    @property
    def base(self) -> str:
        """Where this server is."""
        return f"https://127.0.0.1:{self.server.port}"


Answer = tuple[int, str, str] | None


def _versions(handler: Handler) -> Answer:
    link = {"rel": "self", "href": f"{handler.base}/v3/"}
    version = {"id": "v3.14", "status": "stable", "updated": "2020-04-07T00:00:00Z", "links": [link]}
    return 200, _JSON, json.dumps({"version": version})


def _refuse(handler: Handler, given: str) -> Answer:
    """As a Keystone with [DEFAULT] insecure_debug: the reason repeats the request."""
    if handler.command == "GET":
        return _versions(handler)
    fault = {"code": 401, "title": "Unauthorized", "message": f"Invalid user: {_decoded(given)}: {given}"}
    return 401, _JSON, json.dumps({"error": fault})


def _stumble(_: Handler, given: str) -> Answer:
    said = _decoded(given)
    return 500, _HTML, f"<h1>500</h1><pre>{escape(said)} {quote(said)} {said!r} {given}</pre>"


def _babble(_: Handler, given: str) -> Answer:
    return 200, _JSON, f"not JSON: {_decoded(given)} {given}"


def _hang_up(_: Handler, _given: str) -> Answer:
    return None


def _let_in(handler: Handler, _given: str) -> Answer:
    """A token; and from then on nothing but faults, which repeat all that is secret."""
    if handler.path.rstrip("/") in {"", "/v3"}:
        return _versions(handler)
    if handler.path.endswith("/auth/tokens"):
        names = ("identity", "compute", "image", "network", "placement", "volumev3", "metric")
        catalogue = [
            {
                "id": name,
                "name": name,
                "type": name,
                "endpoints": [
                    {
                        "id": name,
                        "interface": "public",
                        "region": "R",
                        "region_id": "R",
                        "url": f"{handler.base}/{name}",
                    }
                ],
            }
            for name in names
        ]
        token = {
            "methods": ["password"], "expires_at": "2099-01-01T00:00:00.000000Z", "catalog": catalogue,
            "issued_at": "2020-01-01T00:00:00.000000Z", "roles": [{"id": "r", "name": "member"}],
            "project": {"id": "p", "name": "p", "domain": {"id": "d", "name": "d"}},
            "user": {"id": "u", "name": "u", "domain": {"id": "d", "name": "d"}},
        }  # fmt: skip
        return 201, _JSON, json.dumps({"token": token})
    server = json.dumps({"server": {"adminPass": ADMIN_PASS.value}})
    key = f"-----BEGIN RSA PRIVATE KEY-----\n{KEY.head}\n{KEY.tail}\n-----END RSA PRIVATE KEY-----"
    fernet = f"gAAAAAB{FERNET.head}{'x' * 60}{FERNET.tail}"
    told = f"token {handler.headers.get('X-Auth-Token')} is bad; {fernet} too; {server}; {key}"
    return 500, _JSON, json.dumps({"computeFault": {"code": 500, "message": told}})


def _fault_of_soap(_: Handler, given: str) -> Answer:
    fault = f"<faultcode>Client</faultcode><faultstring>{given.replace('<', '&lt;')}</faultstring>"
    body = f"<soapenv:Body><soapenv:Fault>{fault}</soapenv:Fault></soapenv:Body>"
    namespace = 'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
    return 500, "text/xml", f'<?xml version="1.0"?><soapenv:Envelope {namespace}>{body}</soapenv:Envelope>'


def _decoded(given: str) -> str:
    """The secret out of a request for a token."""
    try:
        identity = json.loads(given)["auth"]["identity"]
    except (ValueError, KeyError, TypeError):
        return given
    method = (
        identity.get("password", {}).get("user")
        or identity.get("application_credential")
        or identity.get("token")
        or {}
    )
    return str(method.get("password") or method.get("secret") or method.get("id") or given)


MODES: dict[str, Callable[[Handler, str], Answer]] = {
    "refuses and repeats": _refuse,
    "stumbles and repeats": _stumble,
    "babbles": _babble,
    "hangs up": _hang_up,
    "lets in, then fails": _let_in,
    "faults as SOAP": _fault_of_soap,
}


class Server(ThreadingHTTPServer):
    """TLS on the loopback."""

    daemon_threads = True

    def __init__(self, mode: str, context: ssl.SSLContext, peek: Callable[[], Any]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.mode, self.peek = mode, peek
        self.seen: list[str] = []
        self.socket = context.wrap_socket(self.socket, server_side=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def handle_error(self, *_: object) -> None:
        """A client that does not trust us, or has gone, is what we are here for."""


@contextmanager
def serving(mode: str, folder: Path, peek: Callable[[], Any] = lambda: None) -> Iterator[Server]:
    """A server in a mode; its authority is ``ca.pem`` in the folder."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    with Server(mode, context, peek) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
