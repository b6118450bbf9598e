"""A secret is fetched where it is used; no message holds any of it."""

import sys
from pathlib import Path

import pytest

from ostf_dual.environment.model import Secret
from ostf_dual.environment.secret import resolve
from ostf_dual.errors import InputError

WORD = "s3cr3t"


def printing(code: str) -> Secret:
    return Secret(command=(sys.executable, "-c", code))


def test_it_comes_from_a_variable_a_file_or_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORD", WORD)
    (tmp_path / "word").write_text(f"{WORD}\n")

    assert resolve(Secret(env="WORD")) == WORD
    assert resolve(Secret(file=tmp_path / "word")) == WORD
    assert resolve(printing(f"print({WORD!r})")) == WORD


def test_only_the_last_newline_is_not_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "word").write_text(" a b \n\n")

    assert resolve(Secret(file=tmp_path / "word")) == " a b \n"


@pytest.mark.parametrize(
    ("secret", "told"),
    [
        (Secret(env="NO_SUCH_VARIABLE"), "set the environment variable NO_SUCH_VARIABLE"),
        (Secret(file=Path("/nowhere/word")), "/nowhere/word: No such file"),
        (Secret(command=("/nowhere/program", WORD)), "cannot be run: /nowhere/program"),
        (Secret(command=()), "cannot be run"),
        (printing(f"print({WORD!r}); raise SystemExit(3)"), "exit status 3"),
        (printing("pass"), "is empty"),
    ],
)
def test_one_that_cannot_be_had_is_told_without_showing_it(secret: Secret, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        resolve(secret)

    assert WORD not in str(caught.value)


def test_a_reference_is_exactly_one() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        Secret(env="A", file=Path("b"))
    with pytest.raises(ValueError, match="exactly one"):
        Secret()
