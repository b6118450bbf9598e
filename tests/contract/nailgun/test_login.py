"""How one gets to a master: no login, Keystone v2 or v3, a token that expires, and everything that keeps one out."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any

import pytest
import trustme

from ostf_dual.deployers.nailgun import NailgunDeployer
from ostf_dual.environment.definition import Environment
from ostf_dual.environment.model import Secret
from ostf_dual.errors import InputError, OstfError
from tests.contract.nailgun import definitions
from tests.contract.nailgun.bench import Bench
from tests.contract.nailgun.server.http import Master, serving


def by_fuel(environment: Environment, **known: Any) -> Environment:
    assert environment.fuel is not None
    return replace(environment, fuel=replace(environment.fuel, **known))


@pytest.mark.parametrize(
    ("keystone", "logins"), [((), []), (("v2.0",), ["v2.0"]), (("v3",), ["v3"]), (("v2.0", "v3"), ["v3"])]
)
@pytest.mark.parametrize("version_is_open", [True, False])
def test_it_logs_in_as_the_master_wants_it(
    bench: Bench, keystone: tuple[str, ...], logins: list[str], *, version_is_open: bool
) -> None:
    bench.master.keystone, bench.master.version_is_open = keystone, version_is_open

    assert bench.changes(bench.kvm)
    assert bench.master.logins == logins


@pytest.mark.parametrize("keystone", ["v2.0", "v3"])
def test_a_token_that_expires_is_replaced_while_the_deployment_goes_on(bench: Bench, keystone: str) -> None:
    bench.master.keystone = (keystone,)
    world = bench.master.world
    world.before_poll = bench.master.tokens.clear

    bench.deploy(bench.dual)

    assert len(bench.master.logins) > 2
    assert set(bench.states()) == {each.name for each in bench.dual.nodes}
    assert [each.name for each in world.tasks.values()].count("deploy") == 1


def test_a_master_without_a_login_needs_no_password(bench: Bench) -> None:
    bench.master.keystone = ()

    assert bench.changes(by_fuel(bench.kvm, password=None))


def test_a_missing_password_is_named(bench: Bench) -> None:
    with pytest.raises(InputError, match=r"fuel\.password: is missing, and the Fuel master .* wants a login"):
        bench.plan(by_fuel(bench.kvm, password=None))


def test_a_wrong_password_is_told_and_not_shown(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUEL_PASSWORD", "wrong-password")

    with pytest.raises(OstfError, match=r"cannot log in to the Fuel master at .* as admin") as caught:
        bench.plan(bench.kvm)

    assert "wrong-password" not in str(caught.value)


def test_nobody_there_and_somebody_else_there_are_told_apart(bench: Bench) -> None:
    with pytest.raises(OstfError, match=r"does not answer GET api/version: .*Connection refused"):
        NailgunDeployer(poll_s=0.01).plan(by_fuel(bench.kvm, url="http://127.0.0.1:9"), bench.progress)
    bench.master.keystone = ()
    with pytest.raises(OstfError, match="is no Fuel master: HTTP 404"):
        bench.plan(by_fuel(bench.kvm, url=f"{bench.master.url}/elsewhere"))


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    """Of the master's certificate."""
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "ca.pem")
    return made


@pytest.fixture
def https(authority: trustme.CA) -> Iterator[str]:
    """The address of a master that speaks TLS."""
    context = SSLContext(PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with serving(Master(password=definitions.FUEL_PASSWORD), context) as master:
        definitions.boot(master)
        yield master.url


def test_a_certificate_is_verified_unless_the_definition_says_otherwise(
    bench: Bench, https: str, tmp_path: Path
) -> None:
    ca_file = tmp_path / "ca.pem"

    with pytest.raises(OstfError, match=r"certificate of the Fuel master at .* does not verify"):
        bench.plan(by_fuel(bench.kvm, url=https))
    assert bench.changes(by_fuel(bench.kvm, url=https, ca_file=ca_file))
    assert bench.changes(by_fuel(bench.kvm, url=https, insecure=True))
    with pytest.raises(InputError, match=r"fuel\.insecure: .* either verified against ca_file or not at all"):
        bench.plan(by_fuel(bench.kvm, url=https, insecure=True, ca_file=ca_file))


def test_no_log_at_any_level_holds_a_secret(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    bench.deploy(bench.dual)

    assert bench.master.writes
    for secret in definitions.VARIABLES.values():
        assert secret not in caplog.text + bench.told.getvalue()


def test_a_password_comes_from_a_file_too(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "fuel.password"
    file.write_text(f"{definitions.FUEL_PASSWORD}\n")

    assert bench.changes(by_fuel(bench.kvm, password=Secret(file=file)))
