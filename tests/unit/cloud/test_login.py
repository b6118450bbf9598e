"""Logging in: what is wrong with clouds.yaml and what stands before Keystone are told, and never waited for."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server
from threading import Thread

import pytest
import yaml

from ostf_dual.cloud import login
from ostf_dual.cloud.login import LoginError, Obstacle, log_in
from ostf_dual.environment.model import Access
from ostf_dual.errors import InputError, OstfError

AUTH = {"username": "u", "password": "correct-horse", "project_name": "p", "user_domain_name": "Default"}


class Gateway(BaseHTTPRequestHandler):
    """Wants a login of its own for whatever is asked."""

    def do_GET(self) -> None:
        self.send_response(401)
        self.send_header("WWW-Authenticate", "Basic")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def gateway() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Gateway) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v3"
        server.shutdown()


def access_to(folder: Path, auth_url: str, **settings: str) -> Access:
    file = folder / "clouds.yaml"
    file.write_text(yaml.safe_dump({"clouds": {"one": {"auth": {"auth_url": auth_url, **AUTH}, **settings}}}))
    return Access(cloud="one", clouds_file=file)


def test_a_gateway_that_wants_a_login_of_its_own_is_told_and_not_waited_for(tmp_path: Path) -> None:
    with gateway() as url, pytest.raises(LoginError, match="HTTP 401 from GET auth_url") as caught:
        log_in(access_to(tmp_path, url), "one")

    assert caught.value.obstacle is Obstacle.UNREACHABLE
    assert url in str(caught.value)


def test_a_keystone_that_accepts_and_says_nothing_is_not_waited_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login, "_FIRST_ANSWER_S", 0.1)

    with create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}/v3"
        with pytest.raises(LoginError, match=r"no answer after 0\.1 s") as caught:
            log_in(access_to(tmp_path, url), "one")

    assert caught.value.obstacle is Obstacle.UNREACHABLE


@pytest.mark.parametrize("auth_type", ["v3pasword", "v3token"])
def test_an_auth_type_that_is_none_or_lacks_its_settings_is_wrong_input(
    tmp_path: Path, auth_type: str
) -> None:
    with pytest.raises(InputError, match=rf"cloud 'one' cannot be used.*{tmp_path.name}"):
        log_in(access_to(tmp_path, "http://127.0.0.1:9/v3", auth_type=auth_type), "one")


def test_a_name_that_is_not_in_the_file_is_answered_with_those_that_are(tmp_path: Path) -> None:
    access = access_to(tmp_path, "http://127.0.0.1:9/v3")

    with pytest.raises(
        InputError, match=r"there are one; `ostf-dual doctor` with the same --environment says more$"
    ) as caught:
        log_in(access, "prod")

    assert str(access.clouds_file) in str(caught.value)


def test_where_there_is_no_clouds_yaml_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(tmp_path / "none.yaml"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    with pytest.raises(InputError, match=r"there is no clouds\.yaml\): [^;]*; `ostf-dual doctor"):
        log_in(Access(cloud="prod"), "prod")


def test_a_keystone_that_cannot_be_reached_is_told_with_the_way_on(tmp_path: Path) -> None:
    with pytest.raises(
        LoginError, match="`ostf-dual doctor` with the same --environment says more"
    ) as caught:
        log_in(access_to(tmp_path, "http://127.0.0.1:9/v3"), "one")

    assert caught.value.obstacle is Obstacle.UNREACHABLE


def test_a_certificate_file_that_is_missing_is_wrong_input(tmp_path: Path) -> None:
    access = access_to(tmp_path, "https://127.0.0.1:1/v3", cacert=str(tmp_path / "nowhere.pem"))

    with pytest.raises(InputError, match=r"nowhere\.pem"):
        log_in(access, "one")


@pytest.mark.parametrize(
    "content",
    [
        "clouds: {one: {auth: {auth_url: 'http://127.0.0.1:9/v3', username: u, password: p}}}",
        "clouds: {one: {auth: {auth_url: 'http://127.0.0.1:9/v3', username: u}}}",
        "clouds: {one: {cacert: /nowhere.pem, auth: {auth_url: 'https://127.0.0.1:9/v3', password: p}}}",
        "clouds: {one: nothing}",
        "clouds: 3",
        "clouds: {",
        "clouds: {other: {}}",
    ],
)
def test_whatever_keeps_from_logging_in_is_told_once_with_the_way_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    (tmp_path / "clouds.yaml").write_text(content)
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(tmp_path / "clouds.yaml"))
    monkeypatch.setenv("HOME", str(tmp_path))

    with pytest.raises(OstfError) as caught:
        log_in(Access(cloud="one"), "one")

    assert str(caught.value).endswith("; `ostf-dual doctor --os-cloud one` says more")
    assert str(caught.value).count("ostf-dual doctor") == 1


def test_a_clouds_file_of_the_environment_that_is_not_there_is_told_with_the_way_on(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no such file; `ostf-dual doctor` with the same --environment"):
        log_in(Access(cloud="one", clouds_file=tmp_path / "nowhere.yaml"), "one")
