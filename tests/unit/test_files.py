"""What is private is closed to everybody else, with every folder above it that we made."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from ostf_dual.files import closed_to_others, private_folder, write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def _generous() -> None:
    os.umask(0o022)


def test_a_private_file_and_the_folders_made_for_it_are_the_owners_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)

    write_private(tmp_path / "a/b/c", "text")

    assert [mode(tmp_path / each) for each in ("a", "a/b", "a/b/c")] == [0o700, 0o700, 0o600]
    assert mode(tmp_path) == 0o755


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(mode=0o755)

    private_folder(tmp_path / "a")

    assert mode(tmp_path / "a") == 0o755


def test_what_is_made_meanwhile_is_the_owners_alone_and_what_is_made_afterwards_is_as_before(
    tmp_path: Path,
) -> None:
    with closed_to_others():
        (tmp_path / "closed").mkdir()
        subprocess.run(["touch", tmp_path / "closed/file"], check=True)
    (tmp_path / "after").touch()

    assert [mode(tmp_path / each) for each in ("closed", "closed/file", "after")] == [0o700, 0o600, 0o644]
