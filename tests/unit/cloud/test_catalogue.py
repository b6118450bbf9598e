"""How endpoints are asked: by a fake session that knows a few URLs."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from keystoneauth1.exceptions import ConnectFailure

from ostf_dual.cloud.catalogue import Endpoint, ask, issue_token
from ostf_dual.cloud.login import log_in
from ostf_dual.environment.model import Access
from tests.unit.cloud.keystone import keystone


class Response:
    def __init__(self, status_code: int, *, is_page: bool) -> None:
        self.status_code, self.is_page = status_code, is_page
        self.headers = {"Date": "Sun, 22 Nov 2026 12:00:00 GMT"}

    def json(self) -> dict[str, Any]:
        if self.is_page:
            raise ValueError("<html>")
        return {"versions": []}


class Connection:
    """Its session answers with the status that a URL is given; None: the connection is refused.

    The root of host `w` is the start page of its web server.
    """

    def __init__(self, statuses: dict[str, int | None]) -> None:
        self.session, self.statuses, self.asked = self, statuses, list[str]()

    def get(self, url: str, **_: Any) -> Response:
        self.asked.append(url)
        status = self.statuses.get(url, 404)
        if status is None:
            raise ConnectFailure("refused")
        return Response(status, is_page=url == "http://w/")


@pytest.mark.parametrize(
    ("url", "statuses", "words"),
    [
        ("http://c:8774/v2.1", {"http://c:8774/v2.1": 200}, None),
        ("http://c:9292", {"http://c:9292/": 300}, None),
        ("http://c:8776/v3/abc", {"http://c:8776/v3": 200}, None),
        ("http://c/volume/v3/abc", {"http://c/volume/": 300, "http://c/volume": 300}, None),
        ("http://c:8080/v1/AUTH_abc", {"http://c:8080/v1/AUTH_abc": 401}, None),
        ("http://c:8778", {"http://c:8778/": 503}, "HTTP 503: it is reached, and fails"),
        ("http://c:8776/v3/abc", {"http://c:8776/v3/abc": 404, "http://c:8776/v3": 500}, "HTTP 500"),
        ("http://c:8778", {"http://c:8778/": None}, "refused"),
        ("http://c:1234/x", {}, "the catalogue points to a wrong place"),
        ("http://c/share/v2/abc", {"http://c/share/v2/abc": 401, "http://c/": 503}, None),
        ("http://w/volume/v3/abc", {"http://w/": 200}, "the catalogue points to a wrong place"),
        ("http://w/volume/v3/abc", {"http://w/": 403}, "the catalogue points to a wrong place"),
    ],
)
def test_an_endpoint_answers_or_it_is_said_why_not(url: Any, statuses: Any, words: Any) -> None:
    reply = ask(Connection(statuses), Endpoint(service_type="s", interface="public", url=url))  # type: ignore[arg-type]

    assert (reply.fault is None) if words is None else (words in (reply.fault or ""))


def test_it_asks_no_further_than_the_first_version_document() -> None:
    connection = Connection({"http://c/v3/abc": 404, "http://c/v3": 200})

    ask(connection, Endpoint(service_type="s", interface="public", url="http://c/v3/abc"))  # type: ignore[arg-type]

    assert connection.asked == ["http://c/v3/abc", "http://c/v3"]


def test_tls_server() -> None:
    def server(url: str) -> tuple[str, int] | None:
        return Endpoint(service_type="s", interface="public", url=url).tls_server

    assert server("https://c/v3") == ("c", 443)
    assert server("https://c:5000") == ("c", 5000)
    assert server("http://c:5000") is None


@pytest.mark.parametrize(
    ("auth_type", "way", "issued"),
    [
        ("v3password", {"password": "correct-horse"}, 2),
        ("v3totp", {"passcode": "123456"}, 1),
        (
            "v3multifactor",
            {"auth_methods": ["v3password", "v3totp"], "password": "p", "passcode": "123456"},
            1,
        ),
    ],
)
def test_a_token_is_asked_for_anew_unless_that_takes_another_passcode(
    tmp_path: Path, auth_type: str, way: dict[str, Any], issued: int
) -> None:
    file = tmp_path / "clouds.yaml"
    with keystone({"identity": ("RegionOne",)}) as server:
        auth = {
            "auth_url": server.url,
            "username": "u",
            "user_domain_name": "Default",
            "project_id": "p-1",
            **way,
        }
        methods = {"auth_methods": auth.pop("auth_methods")} if "auth_methods" in auth else {}
        cloud = {"auth_type": auth_type, "auth": auth, **methods}
        file.write_text(yaml.safe_dump({"clouds": {"one": cloud}}))
        connection = log_in(Access(cloud="one", clouds_file=file), "one")

        token = issue_token(connection)

        assert server.issued == issued
    assert token.project_id == "p-1"
    assert token.lifetime_s == 3600
    assert (token.took_s is None) is (issued == 1)
