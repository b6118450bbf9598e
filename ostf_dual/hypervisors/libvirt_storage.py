"""Where a libvirt host's guests have disks that are no files, and what is left there of what is gone.

Ceph's pools and LVM's volume groups are asked by their own tools, where the host has them and may use them. What is
behind another network protocol or another block device (iSCSI, Fibre Channel) no host can tell once it is detached.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element, fromstring

from ostf_dual.errors import NotConfiguredError
from ostf_dual.nodes.shell import Completed, Shell

_KEYS = ("file", "dev", "name", "volume", "dir")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Something that holds disks, and can be listed.

    Attributes:
        lister: The program and its arguments that print a disk's name a line.
    """

    name: str
    lister: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name} (`{' '.join(self.lister)}`)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the disk of a domain is.

    Attributes:
        kind: ``file``, ``block`` or another type of libvirt's; of a network disk the protocol: ``rbd`` ...
        name: A path; with Ceph POOL/IMAGE.
        user: As whom Ceph is asked; empty: as its default user.
        volume_id: Cinder's id of it; None for a disk of the server's own.
    """

    kind: str
    name: str
    user: str = ""
    volume_id: str | None = None

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    def place(self, known_as: str) -> Place | None:
        """Where to look for it by its owner's id; None: there is no such way."""
        match self.kind, PurePosixPath(self.name).parts:
            case "file", (*folders, _):
                folder = PurePosixPath(*folders).as_posix()
                return Place(name=f"folder {folder}", lister=("ls", "-A", folder))
            case "rbd", (*parts, _) if parts:  # a pool, and may be a namespace in it
                pool, identity = "/".join(parts), ("--id", self.user) if self.user else ()
                return Place(name=f"Ceph pool {pool}", lister=("rbd", *identity, "ls", pool))
            case "block", ("/", "dev", group, volume) if known_as in volume and group != "mapper":
                return Place(
                    name=f"volume group {group}",
                    lister=("lvs", "--noheadings", "--options", "lv_name", group),
                )
        return None


def sources_of(xml: str) -> Iterator[Source]:
    """The sources of a domain's disks, by ``virsh dumpxml``."""
    for disk in disks_of(fromstring(xml)):  # noqa: S314 - as in domain.py
        yield source_of(disk)


def disks_of(domain: Element) -> Iterator[Element]:
    """The disks of a domain, without its CD drives."""
    return domain.iterfind("devices/disk[@device='disk']")


def source_of(disk: Element) -> Source:
    """The source of one disk."""
    source = disk.find("source")
    told: Mapping[str, str] = {} if source is None else source.attrib
    auth = next(disk.iter("auth"), None)  # beside the source, or since libvirt 3.9 in it
    return Source(
        kind=told.get("protocol", disk.get("type", "")),
        name=next((told[key] for key in _KEYS if key in told), ""),
        user="" if auth is None else auth.get("username", ""),
        volume_id=disk.findtext("serial"),
    )


class Storage:
    """What a host's guests were seen to have for disks, servers' own or volumes: once they are gone nobody tells."""

    def __init__(self, host: str, shell: Shell) -> None:
        self._host, self._shell = host, shell
        self._seen: dict[str, set[Source]] = defaultdict(set)
        self._places: set[Place] = set()
        self._unmounted: set[str] = set()

    @property
    def unmounted(self) -> tuple[str, ...]:
        """Files that nobody could look for, a line each: Nova unmounts a share with its last volume."""
        return tuple(sorted(self._unmounted))

    def saw(self, known_as: str, source: Source) -> None:
        """Remember where a disk of a server, or a volume, is."""
        self._seen[known_as].add(source)
        if (place := source.place(known_as)) is not None:
            self._places.add(place)

    def remains_of(self, known_as: str) -> tuple[str, ...]:
        """What is left, a line each: wherever disks of its kind were seen, since not everything was looked at in time.

        Raises:
            NotConfiguredError: Nothing is left as far as can be seen, and it had a disk where nobody can look.
        """
        seen = sorted(self._seen[known_as], key=str)  # before the places: others may see more meanwhile
        told = {place: self._list(place) for place in sorted(self._places, key=str)}
        remains = tuple(
            f"{name} in {place.name}"
            for place, answer in told.items()
            for name in answer.stdout.split()
            if answer.exit_status == 0 and known_as in name
        )
        hidden: list[str] = []
        for source in seen:
            place = source.place(known_as)
            if place is None or told[place].exit_status != 0:
                why = f"{source}: {self._because(place, told)}"
                (self._unmounted.add if source.kind == "file" else hidden.append)(why)
        if hidden and not remains:
            raise NotConfiguredError(
                f"libvirt of {self._host} has {known_as} no more, and whether its disk is gone cannot be told:"
                f" {'; '.join(hidden)}"
            )
        return remains

    def _because(self, place: Place | None, told: Mapping[Place, Completed]) -> str:
        if place is None:
            return "no host shows what is behind it once it is detached; look in the storage itself"
        if place.lister[0] == "ls":
            return f"{self._host} has {place.name} no more: look on the share itself"
        return (
            f"no answer from {place}: {told[place].stderr.strip()}; the `command` of host {self._host}"
            " (libvirt) must lead to where it is there and allowed"
        )

    def _list(self, place: Place) -> Completed:
        return self._shell.run("env", "LC_ALL=C", *place.lister)
