"""The cache's end of life: what nothing has used for a while, and something newer has replaced, goes.

What the cache holds by content key (`openstack-KEY`, `vcenter-KEY`, `testvm-KEY`, `databases-KEY.tar.gz`) has a stamp
beside it, `KIND-KEY.used`: its time is that of the last use, its lines are the state folders of the labs that used it.
Each `lab up`, once it has all its parts, removes what has not been used for 30 days, unless it is the one of its kind
that was used last, or a lab that has used it is up, of whichever checkout. What was cached before there were stamps
gets one when it is first seen. Locks stay: another process may be waiting for one.
"""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ostf_dual.deployers.lab import containment
from ostf_dual.deployers.lab.layout import Layout
from ostf_dual.deployers.progress import Progress
from ostf_dual.locks import exclusive, held

UNUSED_DAYS: Final = 30
_DAY_S: Final = 86400
_STAMP, _LOCK, _WHOLE = ".used", ".lock", ".whole"
_THING = re.compile(r"(?P<kind>.+)-[0-9a-f]{12}(?:\.tar\.gz)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What is cached under a key.

    Attributes:
        path: A folder or a file.
    """

    path: Path
    kind: str

    @property
    def stamp(self) -> Path:
        """Its time is that of the last use."""
        return self._beside(_STAMP)

    @property
    def lock(self) -> Path:
        """Held by whoever makes, stamps or removes it."""
        return self._beside(_LOCK)

    @property
    def whole(self) -> Path:
        """The mark that it was made to its end."""
        return self._beside(_WHOLE)

    @property
    def unused_days(self) -> float:
        """Since its last use."""
        return (time.time() - self.stamp.stat().st_mtime) / _DAY_S

    @property
    def is_in_use(self) -> bool:
        """Whether a lab that has used it is up."""
        return any(containment.inits(Path(each)) for each in self.stamp.read_text().splitlines())

    def _beside(self, suffix: str) -> Path:
        return self.path.with_name(f"{self.path.name.removesuffix('.tar.gz')}{suffix}")


def use(path: Path, layout: Layout) -> None:
    """Stamp what a lab is about to use, made or not; who holds its lock already stamps it by ``stamped``."""
    with exclusive(Thing(path=path, kind="").lock):
        stamped(path, layout)


def stamped(path: Path, layout: Layout) -> None:
    """As ``use``, under its lock."""
    stamp = Thing(path=path, kind="").stamp
    before = stamp.read_text().splitlines() if stamp.exists() else []
    labs = dict.fromkeys((*(each for each in before if Path(each).exists()), str(layout.state)))
    stamp.write_text("".join(f"{each}\n" for each in labs))


def prune(layout: Layout, progress: Progress) -> None:
    """Remove what is not used any more, and say so."""
    with exclusive(layout.cache / "pruning.lock"):
        things = [*_things(layout.cache)]
        for each in things:
            if not each.stamp.exists():
                each.stamp.touch()
        latest = {each.kind: each for each in sorted(things, key=lambda each: each.unused_days, reverse=True)}
        for each in things:
            if each != latest[each.kind] and (days := _removed(each)) is not None:
                progress.say(f"  removed from the cache: {each.path.name}, not used for {days:.0f} days")


def _removed(thing: Thing) -> float | None:
    """Remove it, where that may be; for how many days it was not used. None: it stays."""
    with ExitStack() as stack:
        if not stack.enter_context(held(thing.lock)):  # somebody makes or stamps it
            return None
        days = thing.unused_days
        if days < UNUSED_DAYS or thing.is_in_use:
            return None
        thing.whole.unlink(missing_ok=True)  # first: what is cut short then is made anew
        if thing.path.is_dir():
            shutil.rmtree(thing.path)
        else:
            thing.path.unlink()
        thing.stamp.unlink()
        return days


def _things(cache: Path) -> Iterator[Thing]:
    for path in cache.iterdir():
        if found := _THING.fullmatch(path.name):
            yield Thing(path=path, kind=found["kind"])
