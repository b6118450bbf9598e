"""The embedded lab, from nothing to a cloud that takes servers in both zones, and back to nothing."""

import shutil
from collections.abc import Sequence
from contextlib import AbstractContextManager

from ostf_dual.deployers.alone import alone
from ostf_dual.deployers.lab import (
    acceleration,
    access,
    containment,
    content,
    files,
    parts,
    preflight,
    removal,
)
from ostf_dual.deployers.lab.bringup import BringUp
from ostf_dual.deployers.lab.containment import Containment
from ostf_dual.deployers.lab.difference import Difference, between
from ostf_dual.deployers.lab.layout import Layout
from ostf_dual.deployers.lab.reach import connect
from ostf_dual.deployers.lab.record import Record
from ostf_dual.deployers.lab.shape import ALL_NODES, CONTROLLER, Kind, Shape, usual
from ostf_dual.deployers.lab.supervision import Supervisor
from ostf_dual.deployers.progress import Progress
from ostf_dual.errors import InputError, OstfError

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
    def stands(self) -> bool:
        """Whether its init lives and its controller came up: what differs can be changed."""
        found = Record.load(self.layout.record)
        return found is not None and found.ready and found.init is not None and found.init.lives

    @property
    def is_up(self) -> bool:
        """Whether it stands and all of it came up to the end."""
        return self.stands and not self.record.unfinished

    @property
    def shape(self) -> Shape:
        """What stands; nothing where there is no lab."""
        return self.record.shape if self.stands else Shape()

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
        unknown = [each for each in wanted if each not in ALL_NODES]
        if unknown:
            raise InputError(f"the lab knows no node {', '.join(unknown)}; it knows: {', '.join(ALL_NODES)}")
        self.bring_to(progress, self.shape.joined(usual(wanted)))

    def bring_to(self, progress: Progress, shape: Shape) -> None:
        """Make the lab one of this shape: anew, or what differs of one that stands.

        Raises:
            InputError: The machine cannot carry it, or what is to go still has servers or volumes.
            OstfError: A service did not come up.
        """
        if len([each for each in shape.parts if each.kind is Kind.COMPUTE]) > 1:
            raise InputError("a lab has one libvirtd, so one node with role compute")
        if self.difference(shape).to_bring:
            preflight.check((self.layout.cache.parent, self.layout.state.parent))
        with self._alone(progress):
            if self.stands:
                self._change(progress, shape)
            else:
                self._make(progress, shape)

    def _make(self, progress: Progress, shape: Shape) -> None:
        self._clear(progress)
        self.layout.make()
        made = parts.prepare(self.layout, progress)
        virt_type = "qemu"
        if shape.virt_type != "qemu":
            with progress.step("Look whether KVM works here"):
                virt_type = acceleration.virt_type(made.images / "testvm.qcow2")
            if shape.virt_type == "kvm" and virt_type != "kvm":
                raise InputError(acceleration.REFUSAL)
        record = Record.new(self.layout.name, shape=shape, virt_type=virt_type)
        record.save(self.layout.record)
        BringUp(layout=self.layout, record=record, parts=made, progress=progress).new_lab()

    def _change(self, progress: Progress, shape: Shape) -> None:
        difference, before = self.difference(shape), self.record
        idle = [each.name for each in before.vcenters if each.name not in difference.new.vcenters]
        if difference.is_empty and not idle:
            progress.say(f"The lab {self.layout.name!r} is up already, with {', '.join(before.nodes)}.")
            return
        if held := self.holdings(difference):
            raise InputError("\n".join(held))
        made = parts.prepare(self.layout, progress)
        with connect(self.layout) as cloud:
            if gone := difference.removed:
                with progress.step(f"Take out {', '.join(each.group for each in gone)}"):
                    removal.remove(self.layout, self.inside, cloud, before, gone, venv=made.venv)
            removal.end_vcenters(self.layout, idle)
            for was, now in difference.renamed:
                content.rename_image(cloud, was.name, now.name)
            for image in difference.images_removed:
                content.remove_image(cloud, image.name)
        record = before.shaped(difference.new).with_(unfinished=_unfinished(before, difference))
        if shape.virt_type and difference.old.libvirt is None:
            record = record.with_(virt_type=shape.virt_type)
        record.save(self.layout.record)
        if record.unfinished:
            bring_up = BringUp(layout=self.layout, record=record, parts=made, progress=progress)
            bring_up.more(difference.to_bring)
        else:
            files.write_vcenters(self.layout, record)
            access.write_access(self.layout, record, self.inside)

    def difference(self, shape: Shape) -> Difference:
        """From what stands to this shape."""
        unfinished = self.record.unfinished if self.stands else ()
        return between(self.shape, shape, unfinished)

    def holdings(self, difference: Difference) -> tuple[str, ...]:
        """Why a change cannot be made: what is to go, or to go elsewhere, still has servers or volumes."""
        affected = (*difference.removed, *(was for was, _ in difference.moved))
        if not affected:
            return ()
        with connect(self.layout) as cloud:
            return removal.holdings(cloud, affected)

    def remove(self, progress: Progress, node: str) -> None:
        """Take one node out of a lab that runs, and what the cloud knows of it."""
        if node == CONTROLLER:
            raise InputError("the controller cannot be taken out: `ostf-dual lab down` ends the lab")
        found = Record.load(self.layout.record)
        known = dict.fromkeys((*(found.nodes if found else ()), *ALL_NODES))
        if node not in known:
            raise InputError(f"the lab knows no node {node!r}; it knows: {', '.join(known)}")
        _ = self.record.living_init
        with self._alone(progress):
            gone = self.shape.of_node(node)
            if gone:
                self._change(progress, self.shape.without(gone))
            else:
                progress.say(f"The lab {self.layout.name!r} has no node {node}: nothing to do.")

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

    def _alone(self, progress: Progress) -> AbstractContextManager[None]:
        """One change of this lab at a time; a second one waits and says so."""
        return alone(self.layout.state / _LOCK, progress, f"changing lab {self.layout.name!r}")


def _unfinished(before: Record, difference: Difference) -> tuple[str, ...]:
    """The groups that a change begins; images belong to the controller."""
    left = {each.group for each in difference.new.parts}
    begun = {each.group for each in difference.to_bring} | (
        {CONTROLLER} if difference.images_added else set()
    )
    return tuple(sorted((left & {*before.unfinished}) | begun))
