"""What runs are made to suffer; each function leaves its run ended, one way or the other."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from threading import Event

from ostf_dual.deployers.lab.faults.mishaps import Mishap, befalling
from tests.harm.trial import Run, Trial

KILLS = 25
_EVENTS = 48
"""A run of the selection has about so many events in its journal: half of them before its checks begin."""
_FROZEN_S = 75.0
"""Longer than every budget of the trial, and than what the SDK waits for an answer."""
_BEFALLS_S = 25.0
_DISK_BYTES = 64 << 10
_ROOM_BYTES = 6 << 10
"""A block of 1 KiB for the filler's index, one for each of three folders, and two for the journal."""

Suffer = Callable[[Trial, Run], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """One way to harm a run.

    Attributes:
        suffer: Harms the run and waits for its end; returns what is wrong with how it ended.
        elsewhere: Whether it is cleaned up from a machine that has no journal of it.
        full_disk: Whether journals are on a disk that has next to no room.
    """

    name: str
    suffer: Suffer
    elsewhere: bool = False
    full_disk: bool = False


def killed(seed: int) -> Suffer:
    """``kill -9`` of all of its processes, at a moment that the seed decides: after some event, and a bit."""
    random = Random(seed)  # noqa: S311 - it only has to be the same again
    event, pause_s = random.randint(1, _EVENTS), random.uniform(0, 0.5)

    def suffer(_trial: Trial, run: Run) -> list[str]:
        run.wait_for_lines(event)
        Event().wait(pause_s)
        run.send(signal.SIGKILL)
        run.end()
        return []

    return suffer


def befallen(mishap: Mishap, event: int) -> Suffer:
    """Every API answers so for a while, from this event on."""

    def suffer(trial: Trial, run: Run) -> list[str]:
        run.wait_for_lines(event)
        with befalling(trial.lab, mishap):
            Event().wait(_BEFALLS_S)
        return _told(run, {0, 1, 6, 7})

    return suffer


def interrupted_twice(_trial: Trial, run: Run) -> list[str]:
    """Ctrl-C, and again while it cleans up."""
    run.wait_for_lines(12)
    run.send(signal.SIGINT)
    before = run.lines()
    run.wait_for_lines(before + 2)
    run.send(signal.SIGINT)
    return _told(run, {2})


def frozen(_trial: Trial, run: Run) -> list[str]:
    """It stands still for longer than everything that it waits for."""
    run.wait_for_lines(14)
    run.send(signal.SIGSTOP)
    Event().wait(_FROZEN_S)
    run.send(signal.SIGCONT)
    return _told(run, {0, 1, 6, 7})


def without_room(_trial: Trial, run: Run) -> list[str]:
    """The journal's disk is full before all is made."""
    wrong = _told(run, {1, 6, 7})
    if "journal cannot be written" not in run.output.read_text():
        wrong.append("the run does not tell that its journal cannot be written")
    return wrong


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """A file system with room for the journal's folders and its first 2 KiB: less than what is made takes."""
    image = folder.with_suffix(".img")
    with image.open("wb") as file:
        file.truncate(_DISK_BYTES)
    subprocess.run(["mkfs.ext2", "-q", "-b", "1024", "-N", "32", "-m", "0", str(image)], check=True)
    subprocess.run(["mount", "-o", "loop", str(image), str(folder)], check=True)
    try:
        free = os.statvfs(folder)
        (folder / "filler").write_bytes(bytes(free.f_bavail * free.f_frsize - _ROOM_BYTES))
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _told(run: Run, codes: set[int]) -> list[str]:
    """What is wrong with how a run ended that could end by itself."""
    code = run.end()
    wrong = [] if code in codes else [f"it ended with {code}, wanted one of {sorted(codes)}"]
    if not (run.reports / "summary.json").exists():
        wrong.append("it left no summary")
    return wrong


HARMS = (
    *(
        Harm(name=f"killed-{seed:02}", suffer=killed(seed), elsewhere=seed % 3 == 0)
        for seed in range(1, KILLS + 1)
    ),
    Harm(name="answers-500", suffer=befallen(Mishap.INTERNAL_ERROR, 10)),
    Harm(name="answers-503", suffer=befallen(Mishap.UNAVAILABLE, 20)),
    Harm(name="answers-429", suffer=befallen(Mishap.TOO_MANY, 14)),
    Harm(name="connections-dropped", suffer=befallen(Mishap.DROPPED, 16)),
    Harm(name="answers-lost", suffer=befallen(Mishap.LOST, 8), elsewhere=True),
    Harm(name="answers-503-while-cleaning-up", suffer=befallen(Mishap.UNAVAILABLE, 36)),
    Harm(name="interrupted-twice", suffer=interrupted_twice),
    Harm(name="disk-full", suffer=without_room, full_disk=True),
    Harm(name="frozen", suffer=frozen),
)
