"""What a run said before it made a thing can be read after a crash."""

import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ostf_dual.errors import InputError, OstfError
from ostf_dual.runs.journal import FileJournal, read_journal, recorded_runs

RUN = "261124015854-e256"
WRITER = """
import sys
from pathlib import Path
from ostf_dual.runs.journal import FileJournal
journal = FileJournal.begin(Path(sys.argv[1]), "261124015854-e256", "lab", None)
journal.made(journal.intend("server", "ostf-r1-a"), "id-a")
journal.intend("volume", "ostf-r1-b")
print("there", flush=True)
sys.stdin.read()
"""


def begin(tmp_path: Path) -> FileJournal:
    return FileJournal.begin(tmp_path, RUN, "lab", Path("/etc/env.yaml"))


def test_what_was_made_and_what_is_gone_is_told_newest_first(tmp_path: Path) -> None:
    journal = begin(tmp_path)
    journal.made(journal.intend("network", "ostf-r1-net"), "id-1")
    journal.made(journal.intend("server", "ostf-r1-vm"), "id-2")
    journal.intend("volume", "ostf-r1-vol")
    journal.gone("server", "id-2")

    recorded = read_journal(journal.path)

    assert (recorded.run_id, recorded.cloud, recorded.environment) == (RUN, "lab", Path("/etc/env.yaml"))
    assert [(entry.kind, entry.resource_id) for entry in recorded.left] == [
        ("volume", None),
        ("network", "id-1"),
    ]
    assert not recorded.is_clean


def test_a_run_is_clean_when_clean_up_says_that_nothing_is_left(tmp_path: Path) -> None:
    journal = begin(tmp_path)
    journal.intend("volume", "refused")  # such an intent has no id, and nothing to remove

    journal.cleaned(["server x"])
    before = read_journal(journal.path).is_clean
    journal.cleaned([])

    assert (before, read_journal(journal.path).is_clean) == (False, True)


def test_a_killed_run_is_known_by_what_it_had_on_disk(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout
        child.stdout.readline()
        (going_on,) = recorded_runs(tmp_path)
        with pytest.raises(OstfError, match="still going on"):
            FileJournal.resume(going_on)
        child.send_signal(signal.SIGKILL)

    (killed,) = recorded_runs(tmp_path)
    resumed = FileJournal.resume(killed)
    number = resumed.intend("server", "next")

    assert [(entry.name, entry.resource_id) for entry in killed.entries] == [
        ("ostf-r1-a", "id-a"),
        ("ostf-r1-b", None),
    ]
    assert number == 3


def test_a_last_line_that_was_cut_off_is_no_event(tmp_path: Path) -> None:
    journal = begin(tmp_path)
    journal.intend("server", "whole")
    with journal.path.open("a") as file:
        file.write('{"at": "2026", "event": "intend", "entr')

    assert [entry.name for entry in read_journal(journal.path).entries] == ["whole"]


def test_who_goes_on_after_a_cut_off_line_writes_lines_of_their_own(tmp_path: Path) -> None:
    journal = begin(tmp_path)
    entry = journal.intend("server", "whole")
    journal.close()
    with journal.path.open("a") as file:
        file.write('{"at": "2026", "event": "made", "entr')

    resumed = FileJournal.resume(read_journal(journal.path))
    resumed.made(entry, "id-1")
    resumed.cleaned([])

    recorded = read_journal(journal.path)
    assert [entry.resource_id for entry in recorded.entries] == ["id-1"]
    assert recorded.is_clean


def test_a_full_disk_forbids_to_make_things_and_hinders_no_clean_up(tmp_path: Path) -> None:
    journal = begin(tmp_path)
    entry = journal.intend("server", "before")
    size = journal.path.stat().st_size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20, limits[1]))
    try:
        with pytest.raises(OstfError, match="journal cannot be written"):
            journal.intend("server", "after")
        with pytest.raises(OstfError, match="journal cannot be written"):
            journal.made(entry, "id-1")
        journal.gone("server", "id-1")
        journal.cleaned([])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)

    assert [entry.name for entry in read_journal(journal.path).entries] == ["before"]
    assert not read_journal(journal.path).is_clean
    journal.cleaned([])
    assert read_journal(journal.path).is_clean


def test_something_else_is_not_taken_for_a_journal(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello\n")

    with pytest.raises(InputError, match="not a journal"):
        read_journal(tmp_path / "x")
    with pytest.raises(InputError, match="No such file"):
        read_journal(tmp_path / "y")


@pytest.mark.parametrize(
    "content", [b"\0\0\0\n", b"\xff\n", b"[]\n", b'{"run": "r1", "cloud": "lab", "environment": null}\n']
)
def test_a_journal_that_cannot_be_read_is_told_and_hides_no_other(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begin(tmp_path)
    for name, written in (("0", content), ("2", b""), ("3", b'{"run": "2611')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "journal.jsonl").write_bytes(written)

    told = [run.run_id for run in recorded_runs(tmp_path)]

    assert told == [RUN]  # the last two were killed before they made anything
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"passed over: {tmp_path}/0/journal.jsonl is not a journal of a run")


def test_threads_share_a_journal_and_each_entry_has_its_own_number(tmp_path: Path) -> None:
    journal = begin(tmp_path)

    def make(worker: int) -> None:
        for index in range(20):
            journal.made(journal.intend("port", f"{worker}-{index}"), f"id-{worker}-{index}")

    threads = [threading.Thread(target=make, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    entries = read_journal(journal.path).entries
    assert sorted(entry.number for entry in entries) == list(range(1, 81))
    assert all(entry.resource_id == f"id-{entry.name}" for entry in entries)


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    path = begin(tmp_path).path

    assert (path.stat().st_mode & 0o77, path.parent.stat().st_mode & 0o77) == (0, 0)
