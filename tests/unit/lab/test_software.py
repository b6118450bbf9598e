"""What is made once: whole or anew, and under a name that is its content."""

import threading
from pathlib import Path

import pytest

from ostf_dual.deployers.lab import software
from ostf_dual.deployers.lab.layout import Layout
from ostf_dual.errors import OstfError


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(name="one", cache=tmp_path / "cache", state=tmp_path / "state")


def test_what_is_whole_is_not_made_again(layout: Layout) -> None:
    made: list[Path] = []

    def build(folder: Path, _log: Path) -> None:
        folder.mkdir()
        made.append(folder)

    first = software.made_once(layout, "thing", "abc", build)

    assert first == software.made_once(layout, "thing", "abc", build)
    assert made == [first]
    assert software.made_once(layout, "thing", "other", build) != first


def test_what_was_cut_short_is_made_anew_from_nothing(layout: Layout) -> None:
    def cut_short(folder: Path, _log: Path) -> None:
        folder.mkdir()
        (folder / "half").touch()
        raise KeyboardInterrupt

    def build(folder: Path, _log: Path) -> None:
        folder.mkdir()
        (folder / "all").touch()

    with pytest.raises(KeyboardInterrupt):
        software.made_once(layout, "thing", "abc", cut_short)
    folder = software.made_once(layout, "thing", "abc", build)

    assert [each.name for each in folder.iterdir()] == ["all"]


def test_two_labs_that_lack_the_same_make_it_once(layout: Layout) -> None:
    made: list[str] = []
    both_there = threading.Event()

    def build(folder: Path, _log: Path) -> None:
        both_there.wait(5)
        folder.mkdir()
        made.append(threading.current_thread().name)

    labs = [threading.Thread(target=software.made_once, args=(layout, "thing", "abc", build)) for _ in "ab"]
    for each in labs:
        each.start()
    both_there.set()
    for each in labs:
        each.join()

    assert len(made) == 1


def test_the_key_changes_with_every_content(tmp_path: Path) -> None:
    (tmp_path / "recipe").mkdir()
    file = tmp_path / "recipe" / "build.sh"
    file.write_text("one")
    before = software.key(tmp_path / "recipe", "1.0")
    assert before == software.key(tmp_path / "recipe", "1.0")

    assert software.key(tmp_path / "recipe", "1.1") != before
    file.write_text("two")
    assert software.key(tmp_path / "recipe", "1.0") != before
    assert software.key("ab", "c") != software.key("a", "bc")


def test_a_step_that_fails_is_told_with_its_end_a_hint_and_its_log(tmp_path: Path) -> None:
    log = tmp_path / "build.log"

    with pytest.raises(
        OstfError, match=r"(?s)sh ended with 3; is it there\? whole log: .*build\.log\n.*no such thing"
    ):
        software.run(["/bin/sh", "-c", "echo no such thing; exit 3"], log, hint="is it there? ")
