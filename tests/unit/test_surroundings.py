"""Programs that we start get no secret that they do not need."""

import sys
from pathlib import Path

import pytest

from ostf_dual.environment.model import Secret
from ostf_dual.environment.secret import resolve
from ostf_dual.nodes.shell import CommandShell
from ostf_dual.redaction import conceal
from ostf_dual.redaction.variables import conceal_variables, is_secret
from ostf_dual.reports import node
from ostf_dual.surroundings import passed_on, without_secrets

PRINT = "import os; print(*sorted(os.environ))"


@pytest.fixture(autouse=True)
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OS_PASSWORD", "correct horse")
    monkeypatch.setenv("VAULT_TOKEN", "battery staple")
    monkeypatch.setenv("ENTRY", "an entry of some length")
    monkeypatch.setenv("SSH_AUTH_SOCK", "/run/agent")


@pytest.mark.parametrize(
    "name",
    ["OS_PASSWORD", "OS_APPLICATION_CREDENTIAL_SECRET", "OS_TOKEN", "VAULT_TOKEN", "AWS_SECRET_ACCESS_KEY"],
)
def test_a_secret_is_told_by_its_name(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize(
    "name", ["OS_USERNAME", "SSH_AUTH_SOCK", "OS_AUTH_URL", "DB_PASSWORD_FILE", "OS_AUTH_TYPE", "PATH"]
)
def test_where_one_is_and_who_has_it_is_none(name: str) -> None:
    assert not is_secret(name)


def test_what_the_user_names_gets_all_but_secrets_by_their_name_or_value() -> None:
    conceal("an entry of some length")

    shown = CommandShell().run(sys.executable, "-c", PRINT).stdout.split()

    assert {"PATH", "SSH_AUTH_SOCK"} <= set(shown)
    assert not {"OS_PASSWORD", "VAULT_TOKEN", "ENTRY"} & set(shown)


def test_a_path_is_passed_on_whatever_a_secret_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/opt/secret-tools")
    conceal("/opt/secret-tools")

    assert without_secrets()["PATH"] == "/usr/bin:/opt/secret-tools"


def test_a_program_of_ours_gets_what_it_is_known_to_need() -> None:
    assert "SSH_AUTH_SOCK" not in passed_on()
    assert passed_on("SSH_AUTH_SOCK", prefixes=("VAULT_",)).keys() >= {"SSH_AUTH_SOCK", "VAULT_TOKEN"}


def test_node_gets_no_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    code = f"import os, pathlib; pathlib.Path('seen').write_text(' '.join(os.environ))"  # noqa: F541

    node._run([sys.executable, "-c", code], cwd=tmp_path, timeout_s=30, what="node")

    seen = (tmp_path / "seen").read_text().split()
    assert {"PATH", "npm_config_registry"} <= set(seen)
    assert not {"OS_PASSWORD", "VAULT_TOKEN", "ENTRY"} & set(seen)


def test_the_command_of_a_secret_gets_its_own_key_and_not_the_clouds() -> None:
    shown = resolve(Secret(command=(sys.executable, "-c", PRINT))).split()

    assert "VAULT_TOKEN" in shown
    assert "OS_PASSWORD" not in shown


def test_secrets_of_the_environment_are_known_before_anybody_asks_for_them() -> None:
    from ostf_dual.redaction import redacted

    conceal_variables()

    assert redacted("correct horse, battery staple, /run/agent") == "***, ***, /run/agent"
