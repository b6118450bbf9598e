"""What the cache keeps and what goes: by the last use, by what is newer, and by who is up."""

import io
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from ostf_dual.deployers.lab import pruning, software
from ostf_dual.deployers.lab.layout import Layout
from ostf_dual.deployers.progress import Progress
from ostf_dual.locks import exclusive

OLD, NEW = "0123456789ab", "ba9876543210"
MONTH_S = pruning.UNUSED_DAYS * 86400


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    found = Layout(name="one", cache=tmp_path / "cache", state=tmp_path / "state")
    found.make()
    return found


@pytest.fixture
def told() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def progress(told: io.StringIO) -> Iterator[Progress]:
    made = Progress(Console(file=told, width=200))
    yield made
    made.close()


def made(layout: Layout, kind: str, key: str, *, unused_s: float = 0) -> Path:
    """A thing that was made, and used so long ago."""
    folder = software.made_once(layout, kind, key, lambda folder, _: (folder / "bin").mkdir(parents=True))
    aged(folder, unused_s)
    return folder


def aged(path: Path, unused_s: float) -> None:
    then = time.time() - unused_s
    os.utime(path.with_name(f"{path.name.removesuffix('.tar.gz')}.used"), (then, then))


def names(layout: Layout) -> set[str]:
    return {each.name for each in layout.cache.iterdir() if each.suffix not in {".lock", ".log"}}


def test_what_was_not_used_for_a_month_goes_once_something_newer_is_there(
    layout: Layout, progress: Progress, told: io.StringIO
) -> None:
    made(layout, "openstack", OLD, unused_s=MONTH_S + 60)
    made(layout, "openstack", NEW)

    pruning.prune(layout, progress)

    assert names(layout) == {f"openstack-{NEW}{suffix}" for suffix in ("", ".whole", ".used")}
    assert f"removed from the cache: openstack-{OLD}, not used for 30 days" in told.getvalue()


@pytest.mark.parametrize(
    ("kind", "unused_s"),
    [("openstack", MONTH_S - 60), ("testvm-blind", MONTH_S + 60)],
    ids=["used lately", "the only one of its kind"],
)
def test_what_may_be_wanted_again_stays(
    layout: Layout, progress: Progress, told: io.StringIO, kind: str, unused_s: float
) -> None:
    made(layout, kind, OLD, unused_s=unused_s)
    made(layout, "openstack", NEW)
    made(layout, "testvm", NEW)
    before = names(layout)

    pruning.prune(layout, progress)

    assert names(layout) == before
    assert told.getvalue() == ""


def test_a_use_renews_the_stamp(layout: Layout, progress: Progress) -> None:
    used = made(layout, "openstack", OLD, unused_s=MONTH_S + 60)
    made(layout, "openstack", NEW)
    made(layout, "openstack", OLD)

    pruning.prune(layout, progress)

    assert used.exists()


@pytest.fixture
def other_lab(tmp_path: Path) -> Iterator[Layout]:
    """A lab of another checkout, which is up: something runs as its init."""
    other = Layout(name="two", cache=tmp_path / "cache", state=tmp_path / "elsewhere" / "two")
    other.make()
    words = ["unshare", "-c", "read line", str(other.state), "/init.sh"]
    with subprocess.Popen(words, executable="/bin/sh", stdin=subprocess.PIPE):  # it ends as its input does
        yield other


def test_what_a_lab_that_is_up_has_used_stays_whatever_its_checkout(
    layout: Layout, other_lab: Layout, progress: Progress
) -> None:
    used = made(other_lab, "openstack", OLD, unused_s=MONTH_S + 60)
    made(layout, "openstack", NEW)

    pruning.prune(layout, progress)

    assert used.exists()


def test_what_somebody_makes_at_this_moment_stays(layout: Layout, progress: Progress) -> None:
    used = made(layout, "openstack", OLD, unused_s=MONTH_S + 60)
    made(layout, "openstack", NEW)

    with exclusive(used.with_suffix(".lock")):
        other = threading.Thread(target=pruning.prune, args=(layout, progress))
        other.start()
        other.join()

    assert used.exists()


def test_packed_databases_go_too(layout: Layout, progress: Progress) -> None:
    old, new = (layout.cache / f"databases-{key}.tar.gz" for key in (OLD, NEW))
    for each in (old, new):
        pruning.use(each, layout)
        each.touch()
    aged(old, MONTH_S + 60)

    pruning.prune(layout, progress)

    assert names(layout) == {new.name, f"databases-{NEW}.used"}


def test_what_was_cached_before_there_were_stamps_gets_one(layout: Layout, progress: Progress) -> None:
    old = made(layout, "openstack", OLD)
    old.with_suffix(".used").unlink()
    made(layout, "openstack", NEW)

    pruning.prune(layout, progress)

    assert old.exists()
    assert old.with_suffix(".used").exists()


def test_what_was_removed_is_made_again_whole(layout: Layout, progress: Progress) -> None:
    old = made(layout, "openstack", OLD, unused_s=MONTH_S + 60)
    made(layout, "openstack", NEW)
    pruning.prune(layout, progress)
    assert not old.exists()

    assert (made(layout, "openstack", OLD) / "bin").is_dir()
