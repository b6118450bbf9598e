"""clouds.yaml is read as openstacksdk reads it; its secrets are known from then on, its faults told without them."""

from pathlib import Path

import pytest
import yaml

from ostf_dual.cloud.clouds_file import find_clouds_file, read_clouds
from ostf_dual.errors import InputError
from ostf_dual.redaction import redacted

WORD = "correct-horse-battery"


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE", "OS_CLOUD"):
        monkeypatch.delenv(name, raising=False)


def written(path: Path, **auth: object) -> Path:
    path.write_text(yaml.safe_dump({"clouds": {path.stem: {"auth": {"auth_url": "http://k", **auth}}}}))
    return path


@pytest.mark.parametrize(
    "key", ["password", "application_credential_secret", "token", "client_secret", "passcode"]
)
def test_its_secrets_are_redacted_from_then_on(tmp_path: Path, key: str) -> None:
    read_clouds(written(tmp_path / "one.yaml", username="operator", **{key: WORD}))

    assert redacted(f"operator has {WORD}") == "operator has ***"


def test_a_password_that_is_a_name_as_well_stays_a_name(tmp_path: Path) -> None:
    read_clouds(
        written(tmp_path / "one.yaml", **dict.fromkeys(("username", "project_name", "password"), "operator"))
    )

    assert redacted("project operator; {'password': 'operator'}") == "project operator; {'password': '***'}"


def test_secure_yaml_beside_it_is_known_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(written(tmp_path / "one.yaml", username="operator")))
    monkeypatch.setenv("OS_CLIENT_SECURE_FILE", str(written(tmp_path / "secret.yaml", password=WORD)))

    read_clouds(None)

    assert redacted(WORD) == "***"


def test_a_file_that_is_named_goes_before_one_that_a_variable_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(written(tmp_path / "of-a-variable.yaml")))

    assert find_clouds_file(written(tmp_path / "named.yaml")).names == ("named",)
    assert find_clouds_file(None).names == ("of-a-variable",)


@pytest.mark.parametrize(
    "line",
    [
        f"*{WORD}",
        f"!{WORD} x",
        f'"{WORD}\\q',
        f"{WORD}: x: y",
        f"@{WORD}",
        f"'{WORD}",
        f"%{WORD}",
        f"{{{WORD}",
    ],
)
def test_one_that_is_not_yaml_is_told_with_the_line_and_without_its_words(tmp_path: Path, line: str) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(f"clouds:\n  one:\n    auth:\n      password: {line}\n")

    with pytest.raises(InputError, match=r"one.yaml is not YAML \(line [45], column \d+\)") as caught:
        read_clouds(path)

    assert WORD not in str(caught.value)


@pytest.mark.parametrize("content", [WORD, f"clouds: {WORD}", f"[{WORD}]"])
def test_one_that_holds_no_clouds_is_told_without_its_words(tmp_path: Path, content: str) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(content)

    with pytest.raises(InputError, match=r"clouds\.yaml cannot be used") as caught:
        read_clouds(path)

    assert WORD not in str(caught.value)
