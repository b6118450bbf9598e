"""The journal of a run: on disk before a thing is made, so that a crash leaves nothing unknown."""

import fcntl
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from ostf_dual.errors import InputError, OstfError
from ostf_dual.files import private_folder
from ostf_dual.journal import Entry
from ostf_dual.runs.state import begun_at

FILE_NAME = "journal.jsonl"


class StillRunningError(OstfError):
    """The run whose journal was asked for has not ended: its things are in use."""


class FileJournal:
    """One line of JSON for each event, each on disk (fsync) before the call returns. Threads may share it.

    The file is locked while it is open: a run that is going on is told from one that was killed.
    """

    def __init__(self, path: Path, run_id: str, entries: int = 0) -> None:
        self.run_id, self.path = run_id, path
        self._entries = entries
        self._lock = threading.Lock()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise StillRunningError(f"run {run_id} is still going on") from None
        _drop_cut_line(self._file, path)

    @classmethod
    def begin(cls, runs: Path, run_id: str, cloud: str, environment: Path | None) -> Self:
        """Start the journal of a new run, in a folder of its own among the runs."""
        folder = runs / run_id
        private_folder(runs)
        folder.mkdir(mode=0o700)
        journal = cls(folder / FILE_NAME, run_id)
        named = str(environment.absolute()) if environment else None
        journal._write({"event": "run", "run": run_id, "cloud": cloud, "environment": named})
        for each in (
            folder,
            runs,
        ):  # a new file is safe only when the folders that name it are on disk as well
            _sync(each)
        return journal

    @classmethod
    def resume(cls, run: "RecordedRun") -> Self:
        """Go on with the journal of a run that has ended.

        Raises:
            StillRunningError: It has not ended.
        """
        return cls(run.path, run.run_id, max((entry.number for entry in run.entries), default=0))

    @property
    def was_used(self) -> bool:
        """Whether anything was to be made."""
        return self._entries > 0

    def intend(self, kind: str, name: str) -> int:
        """Record that a thing is about to be made; returns the entry's number.

        Raises:
            OstfError: It cannot be recorded, so that the thing must not be made.
        """
        with self._lock:
            self._entries += 1
            self._write({"event": "intend", "entry": self._entries, "kind": kind, "name": name})
            return self._entries

    def made(self, entry: int, resource_id: str) -> None:
        """Record the id that it got."""
        with self._lock:
            self._write({"event": "made", "entry": entry, "id": resource_id})

    # A disk that is full must not stop a clean-up. What it could not note is only looked for once more.

    def gone(self, kind: str, resource_id: str) -> None:
        """Record that it was seen to be gone, where that can be recorded."""
        with self._lock, suppress(OstfError):
            self._write({"event": "gone", "kind": kind, "id": resource_id})

    def cleaned(self, leftovers: Sequence[str]) -> None:
        """Record that clean-up came to its end, and what it could not remove; likewise."""
        with self._lock, suppress(OstfError):
            self._write({"event": "cleaned", "leftovers": list(leftovers)})

    def close(self) -> None:
        """Give the file back."""
        os.close(self._file)

    def _write(self, event: Mapping[str, object]) -> None:
        line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="milliseconds"), **event}) + "\n"
        before = os.fstat(self._file).st_size
        try:
            written = os.write(self._file, line.encode())
            os.fsync(self._file)
        except OSError as error:
            reason = error.strerror
        else:
            if written == len(line.encode()):
                return
            reason = "no space is left"
        with suppress(OSError):  # half a line would make one of it and the next
            os.ftruncate(self._file, before)
        raise OstfError(f"the journal cannot be written: {self.path}: {reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRun:
    """A run as its journal tells it.

    Attributes:
        leftovers: What clean-up could not remove; None where clean-up never came to its end.
    """

    path: Path
    run_id: str
    cloud: str
    environment: Path | None
    entries: tuple[Entry, ...]
    leftovers: tuple[str, ...] | None

    @property
    def is_clean(self) -> bool:
        """Whether nothing of it is left."""
        return self.leftovers == () or not self.entries

    @property
    def left(self) -> tuple[Entry, ...]:
        """What was not seen to be gone, newest first: the order to remove it in."""
        return tuple(entry for entry in reversed(self.entries) if not entry.gone)


def has_begun(path: Path) -> bool:
    """Whether a journal is there, and its first line whole: a run that was killed before that made nothing."""
    try:
        return b"\n" in path.read_bytes()
    except FileNotFoundError:
        return False
    except OSError:
        return True  # it cannot be told


def read_journal(path: Path) -> RecordedRun:
    """Read a journal, also one whose writer was killed: a last line that was cut off is no event.

    Raises:
        InputError: There is none, or it is not a journal.
    """
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except OSError as error:
        raise InputError(f"the journal cannot be read: {path}: {error.strerror}") from None
    try:
        head, *events = (json.loads(line) for line in lines)
        begun_at(head["run"])  # one of no time would be of no age
        entries: dict[int, Entry] = {}
        for event in events:
            _apply(event, entries)
        cleaned = [event["leftovers"] for event in events if event["event"] == "cleaned"]
        return RecordedRun(
            path=path,
            run_id=head["run"],
            cloud=head["cloud"],
            environment=Path(head["environment"]) if head["environment"] else None,
            entries=tuple(entries.values()),
            leftovers=tuple(cleaned[-1]) if cleaned else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is not a journal of a run: {error}") from None


Unreadable = Callable[[Path, InputError], object]
"""Told of a journal that cannot be read, and why."""


def _pass_over(_: Path, error: InputError) -> None:
    sys.stderr.write(f"passed over: {error}\n")


def recorded_runs(runs: Path, *, unreadable: Unreadable = _pass_over) -> Iterator[RecordedRun]:
    """Every run that has a journal, oldest first; a journal that cannot be read does not hide the others."""
    for path in sorted(runs.glob(f"*/{FILE_NAME}")):
        if not has_begun(path):
            continue
        try:
            run = read_journal(path)
        except InputError as error:
            unreadable(path, error)
        else:
            yield run


def _apply(event: Mapping[str, object], entries: dict[int, Entry]) -> None:
    match event:
        case {"event": "intend", "entry": int(number), "kind": str(kind), "name": str(name)}:
            entries[number] = Entry(number=number, kind=kind, name=name)
        case {"event": "made", "entry": int(number), "id": str(resource_id)}:
            entries[number] = replace(entries[number], resource_id=resource_id)
        case {"event": "gone", "kind": str(kind), "id": str(resource_id)}:
            for number, entry in entries.items():
                if (entry.kind, entry.resource_id) == (kind, resource_id):
                    entries[number] = replace(entry, gone=True)
        case _:
            pass  # the end of clean-up, and what a later version may add


def _drop_cut_line(file: int, path: Path) -> None:
    """What a writer that was killed left of its last line is no event, and must not become part of the next."""
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole != len(content):
        os.ftruncate(file, whole)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
