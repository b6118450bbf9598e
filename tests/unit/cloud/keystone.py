"""A Keystone that lets everybody in, by HTTP, and counts the tokens that it issues."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

STATUSES = {"GET": 200, "POST": 201}


class Keystone(ThreadingHTTPServer):
    """Its catalogue is what it is given: the regions of each service."""

    def __init__(self, regions: Mapping[str, Sequence[str]]) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.regions = regions
        self.issued = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v3"

    @property
    def catalogue(self) -> list[dict[str, Any]]:
        return [
            {
                "type": service,
                "name": service,
                "endpoints": [self._endpoint(service, each) for each in regions],
            }
            for service, regions in self.regions.items()
        ]

    def _endpoint(self, service: str, region: str) -> dict[str, str]:
        url = self.url if service == "identity" else f"http://{region}.example/{service}"
        return {
            "id": f"{service}-{region}",
            "interface": "public",
            "region": region,
            "region_id": region,
            "url": url,
        }


class Answer(BaseHTTPRequestHandler):
    """Keystone's versions, and a token."""

    server: Keystone

    def do_GET(self) -> None:
        links = [{"rel": "self", "href": self.server.url}]
        self._tell({"version": {"id": "v3.14", "status": "stable", "links": links}})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.issued += 1
        now = datetime.now(UTC).replace(tzinfo=None)
        token = {
            "methods": ["password"],
            "user": {"id": "u-1", "name": "u", "domain": {"id": "default", "name": "Default"}},
            "project": {"id": "p-1", "name": "p", "domain": {"id": "default", "name": "Default"}},
            "roles": [{"id": "r-1", "name": "member"}],
            "issued_at": f"{now.isoformat()}Z",
            "expires_at": f"{(now + timedelta(hours=1)).isoformat()}Z",
            "catalog": self.server.catalogue,
        }
        self._tell({"token": token})

    def _tell(self, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(STATUSES[self.command])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Subject-Token", f"token-{self.server.issued}")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def keystone(regions: Mapping[str, Sequence[str]]) -> Iterator[Keystone]:
    with Keystone(regions) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
