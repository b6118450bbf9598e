"""What tells one shape of a lab from the next, and how a person reads it. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields

from ostf_dual.deployers.base import Action, Change
from ostf_dual.deployers.lab.shape import Image, Kind, Part, Shape, VSphere


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """From what is there to what is wanted.

    Attributes:
        new: The wanted shape, under the group names of what is there.
        changed: Was, and is to be.
        unfinished: Wanted as it is there, and not known to have come up to the end.
        renamed: Images: was, and is to be.
    """

    old: Shape
    new: Shape
    removed: tuple[Part, ...]
    added: tuple[Part, ...]
    changed: tuple[tuple[Part, Part], ...]
    unfinished: tuple[Part, ...]
    images_added: tuple[Image, ...]
    images_removed: tuple[Image, ...]
    renamed: tuple[tuple[Image, Image], ...]

    @property
    def is_empty(self) -> bool:
        """Whether what is there is what is wanted."""
        return not (
            self.to_bring
            or self.removed
            or self.images_added
            or self.images_removed
            or self.renamed
            or self.old.access != self.new.access
        )

    @property
    def to_bring(self) -> tuple[Part, ...]:
        """The parts that are written and started."""
        return (*self.added, *(part for _, part in self.changed), *self.unfinished)

    @property
    def moved(self) -> tuple[tuple[Part, Part], ...]:
        """What Nova refuses while it has servers: the compute gets another zone, or its servers another cluster."""
        return tuple((was, now) for was, now in self.changed if was.is_compute and _place(was) != _place(now))


def _place(part: Part) -> object:
    told = part.vsphere
    return part.zone, told and (told.vcenter, told.clusters)


def between(old: Shape, new: Shape, unfinished: Collection[str] = ()) -> Difference:
    """The difference of two shapes.

    Args:
        old: What is there.
        new: What is wanted.
        unfinished: Groups that are not known to have come up to the end.
    """
    new = new.named_as(old)
    were, are = {each.key: each for each in old.parts}, {each.key: each for each in new.parts}
    both = [(part, are[key]) for key, part in were.items() if key in are]
    gone = [each for each in old.images if each not in new.images]
    fresh = [each for each in new.images if each not in old.images]
    # Of one format: the same content, so the image that is there can have the new name.
    renamed = tuple(
        (was, now)
        for disk_format in ("qcow2", "vmdk")
        for was, now in zip(
            (each for each in gone if each.disk_format == disk_format),
            (each for each in fresh if each.disk_format == disk_format),
            strict=False,
        )
    )
    moved = {each for pair in renamed for each in pair}
    return Difference(
        old=old,
        new=new,
        removed=tuple(each for key, each in were.items() if key not in are),
        added=tuple(each for key, each in are.items() if key not in were),
        changed=tuple((was, now) for was, now in both if was != now),
        unfinished=tuple(now for was, now in both if was == now and now.group in unfinished),
        images_added=tuple(each for each in fresh if each not in moved),
        images_removed=tuple(each for each in gone if each not in moved),
        renamed=renamed,
    )


def changes(difference: Difference) -> Iterator[Change]:
    """A line for each thing that is done, in the order in which it is done; notes at the end."""
    old, new = difference.old, difference.new
    for part in difference.removed:
        yield Change(action=Action.REMOVE, what=_name(part), detail=_told(part))
    yield from _named(Action.REMOVE, "vCenter", set(old.vcenters) - set(new.vcenters))
    yield from _named(Action.ADD, "vCenter", set(new.vcenters) - set(old.vcenters))
    for part in difference.added:
        yield Change(action=Action.ADD, what=_name(part), detail=_told(part))
    for was, now in difference.changed:
        yield Change(action=Action.CHANGE, what=_name(now), detail=_changed(was, now))
    for part in difference.unfinished:
        yield Change(action=Action.CHANGE, what=_name(part), detail=f"{part.kind}: goes on where it stopped")
    yield from _zones(difference)
    yield from _images(difference)
    if old.parts and old.access != new.access:
        yield Change(action=Action.CHANGE, what="environment file", detail="expectations, budgets, zones")
    yield from _faults(new)


def _faults(shape: Shape) -> Iterator[Change]:
    for part in shape.parts:
        for fault in part.faults:
            told = f"{part.kind}: cannot work, and is not waited for long: {fault}"
            yield Change(action=Action.NOTE, what=_name(part), detail=told)


def _images(difference: Difference) -> Iterator[Change]:
    for image in difference.images_added:
        yield Change(action=Action.ADD, what=f"image {image.name}", detail=image.disk_format)
    for was, now in difference.renamed:
        yield Change(action=Action.CHANGE, what=f"image {was.name}", detail=f"renamed to {now.name}")
    for image in difference.images_removed:
        yield Change(action=Action.REMOVE, what=f"image {image.name}", detail="servers made from it live on")


def _zones(difference: Difference) -> Iterator[Change]:
    were, are = ({each.zone for each in shape.computes} for shape in (difference.old, difference.new))
    yield from _named(Action.ADD, "zone", {each for each in are - were if each})
    yield from _named(Action.REMOVE, "zone", {each for each in were - are if each})


def _named(action: Action, kind: str, names: Collection[str]) -> Iterator[Change]:
    for each in sorted(names):
        yield Change(action=action, what=f"{kind} {each}")


def _shown(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _name(part: Part) -> str:
    return f"node {part.node}"


def _told(part: Part) -> str:
    told = [str(part.kind)]
    if part.is_compute:
        told.append(f"zone {part.zone or 'nova'}")
    if part.vsphere:
        told.append(f"{part.vsphere.vcenter} / {', '.join(part.vsphere.clusters)}")
    if part.host != part.node:
        told.append(f"reports as {part.host}")
    return ", ".join(told)


def _changed(was: Part, now: Part) -> str:
    said = [f"zone {was.zone or 'nova'} becomes {now.zone or 'nova'}"] if was.zone != now.zone else []
    if was.vsphere and now.vsphere:
        said += [
            "another password"
            if each.name == "password"
            else f"{each.name} {_shown(before)} becomes {_shown(after)}"
            for each in fields(VSphere)
            if (before := getattr(was.vsphere, each.name)) != (after := getattr(now.vsphere, each.name))
        ]
    restarted = "cinder-volume" if now.kind is Kind.CINDER_VMWARE else "nova-compute"
    return f"{now.kind}: {'; '.join(said)}; {restarted} there is restarted, nothing else"
