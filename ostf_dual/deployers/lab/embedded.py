"""The embedded lab, from nothing to a cloud that takes servers in both zones, and back to nothing."""

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from ostf_dual.deployers.lab import acceleration, containment, parts, preflight, removal
from ostf_dual.deployers.lab.bringup import BringUp
from ostf_dual.deployers.lab.containment import Containment
from ostf_dual.deployers.lab.layout import Layout
from ostf_dual.deployers.lab.record import Record
from ostf_dual.deployers.lab.supervision import Supervisor
from ostf_dual.deployers.progress import Progress
from ostf_dual.errors import InputError, OstfError

ALL_NODES = ("controller", "compute-kvm", "compute-vcenter", "cinder-kvm", "cinder-vmware")
_LOCK = "lock"


class Lab:
    """One lab by name. ``up`` is idempotent; ``down`` leaves nothing but the cache."""

    def __init__(self, name: str = "default") -> None:
        self.layout = Layout.of(name)

    @property
    def record(self) -> Record:
        """The record of this lab.

        Raises:
            OstfError: There is no such lab.
        """
        found = Record.load(self.layout.record)
        if found is None:
            raise OstfError(
                f"there is no lab {self.layout.name!r}: `ostf-dual lab up --name {self.layout.name}` makes one"
            )
        return found

    @property
    def is_up(self) -> bool:
        """Whether its init lives and it came up to the end."""
        found = Record.load(self.layout.record)
        return found is not None and found.ready and found.init is not None and found.init.lives

    @property
    def inside(self) -> Containment:
        """The way into its namespaces."""
        return Containment(self.record.living_init)

    @property
    def supervisor(self) -> Supervisor:
        """What runs its services."""
        return Supervisor(self.layout.run)

    def up(self, progress: Progress, wanted: Sequence[str] = ALL_NODES) -> None:
        """Bring the lab up with at least these nodes; what is up stays as it is, what is missing is added."""
        _check_names(wanted)
        if not (self.is_up and set(wanted) <= set(self.record.nodes)):  # what is there already fits
            preflight.check((self.layout.cache.parent, self.layout.state.parent))
        with self._alone(progress):
            if self.is_up:
                self._add(progress, wanted)
                return
            self._clear(progress)
            self.layout.make()
            made = parts.prepare(self.layout, progress)
            with progress.step("Look whether KVM works here"):
                virt_type = acceleration.virt_type(made.images / "testvm.qcow2")
            record = Record.new(self.layout.name, vcenters=1, virt_type=virt_type)
            record.save(self.layout.record)
            bring_up = BringUp(layout=self.layout, record=record, parts=made, progress=progress)
            bring_up.new_lab(wanted).with_(ready=True).save(self.layout.record)

    def _add(self, progress: Progress, wanted: Sequence[str]) -> None:
        record = self.record
        missing = [each for each in wanted if each not in record.nodes]
        if not missing:
            progress.say(f"The lab {self.layout.name!r} is up already, with {', '.join(record.nodes)}.")
            return
        made = parts.prepare(self.layout, progress)
        BringUp(layout=self.layout, record=record, parts=made, progress=progress).more_nodes(missing)

    def remove(self, progress: Progress, node: str) -> None:
        """Take one node out of a lab that runs, and what the cloud knows of it."""
        _check_names([node])
        with self._alone(progress):
            record = self.record
            if node not in record.nodes:
                progress.say(f"The lab {self.layout.name!r} has no node {node}: nothing to do.")
                return
            removal.remove_node(self.layout, self.inside, record, node, progress)

    def down(self, progress: Progress) -> None:
        """End everything and remove the lab's state; nothing to do is no error."""
        if not self.layout.state.exists():
            progress.say(f"There is no lab {self.layout.name!r}: nothing to do.")
            return
        with self._alone(progress):
            self._clear(progress)
            shutil.rmtree(self.layout.state)

    def _clear(self, progress: Progress) -> None:
        # Not by the record: it may be unreadable, and is written after the init starts.
        if containment.inits(self.layout.state):
            with progress.step("End the lab's init, and all that it holds"):
                containment.end_all(self.layout.state)
        for each in self.layout.state.iterdir():
            if each.name != _LOCK:
                shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()

    @contextmanager
    def _alone(self, progress: Progress) -> Iterator[None]:
        """One change of this lab at a time; a second one waits and says so."""
        with self._locked(progress) as lock:
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def _locked(self, progress: Progress) -> IO[str]:
        path = self.layout.state / _LOCK
        while True:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = path.open("a+")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                other = lock.read().strip() or "unknown"
                with progress.step(f"Wait for another `ostf-dual lab` (process {other}) to end"):
                    fcntl.flock(lock, fcntl.LOCK_EX)
            # The other may have been `lab down`, which removes the lock with the lab.
            if path.exists() and path.samefile(f"/proc/self/fd/{lock.fileno()}"):
                return lock
            lock.close()


def _check_names(names: Sequence[str]) -> None:
    unknown = [each for each in names if each not in ALL_NODES]
    if unknown:
        raise InputError(f"the lab knows no node {', '.join(unknown)}; it knows: {', '.join(ALL_NODES)}")
