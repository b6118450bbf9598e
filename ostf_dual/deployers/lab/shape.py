"""What a lab runs, as a value: which parts are on which node, in which zone, at which vCenter. Kept in its record.

Every vCenter of a lab is alike: the clusters ``CLUSTERS``, all of which see the one datastore ``DATASTORE``. What a
part is given beyond that is as wrong as it would be at a real vCenter, and is deployed all the same.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

CONTROLLER = "controller"
CLUSTERS = tuple(f"Cluster{number}" for number in range(1, 9))
DATASTORE = "ds1"
USER = "administrator@vsphere.local"


class Kind(StrEnum):
    """What a part does; named as the role that asks for it."""

    CONTROLLER = "controller"
    COMPUTE = "compute"
    VCENTER_COMPUTE = "vcenter-compute"
    CINDER = "cinder"
    CINDER_VMWARE = "cinder-vmware"


@dataclass(frozen=True, slots=True, kw_only=True)
class VSphere:
    """What a part is told of its vCenter.

    Attributes:
        vcenter: Its name in the lab; a host name in a definition.
        password: None: the right one.
    """

    vcenter: str
    clusters: tuple[str, ...]
    datastore_regex: str = DATASTORE
    user: str = USER
    password: str | None = field(default=None, repr=False)
    insecure: bool = False

    @property
    def faults(self) -> tuple[str, ...]:
        """Why a service that is told this cannot do its work."""
        found = []
        if self.password is not None:
            found.append(f"the password is not that of the lab's vCenter {self.vcenter}")
        found += [
            f"{self.vcenter} has no cluster {each!r} (it has {CLUSTERS[0]} to {CLUSTERS[-1]})"
            for each in self.clusters
            if each not in CLUSTERS
        ]
        if not _matches(self.datastore_regex, DATASTORE):
            found.append(f"the datastore regex {self.datastore_regex!r} does not match {DATASTORE}")
        return tuple(found)


def _matches(regex: str, name: str) -> bool:
    """As Nova does it."""
    try:
        return re.match(regex, name) is not None
    except re.error:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A group of programs that do one job on a node, with a configuration folder of its own.

    Attributes:
        host: Under which its services report.
        group: The supervisor's name of it, and of its folders under ``etc`` and ``var``: the node's own, or NODE+WORD
            where the node has several parts.
        zone: Availability zone of a compute; None: the zone ``nova``, which needs no aggregate.
        backend: What a volume service calls its backend, and its volume type.
    """

    kind: Kind
    node: str
    host: str
    group: str
    zone: str | None = None
    backend: str | None = None
    vsphere: VSphere | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """By which it is the same part in another shape, whatever it is told."""
        return self.kind, self.node, self.host

    @property
    def is_compute(self) -> bool:
        """Whether it runs a nova-compute."""
        return self.kind in {Kind.COMPUTE, Kind.VCENTER_COMPUTE}

    @property
    def is_volume_service(self) -> bool:
        """Whether it runs a cinder-volume."""
        return self.kind in {Kind.CINDER, Kind.CINDER_VMWARE}

    @property
    def faults(self) -> tuple[str, ...]:
        """Why it cannot do its work."""
        return self.vsphere.faults if self.vsphere else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A TestVM; its format tells its hypervisor."""

    name: str
    disk_format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A whole lab.

    Attributes:
        virt_type: kvm or qemu; None: kvm where it works.
        access: What the environment file says beyond the way to the cloud: expect, budgets, zones.
    """

    parts: tuple[Part, ...] = ()
    images: tuple[Image, ...] = ()
    virt_type: str | None = None
    access: Mapping[str, Any] = field(default_factory=dict)

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes by name."""
        return tuple(dict.fromkeys(each.node for each in self.parts))

    @property
    def vcenters(self) -> Mapping[str, str]:
        """The vCenters by name, each with its user."""
        found: dict[str, str] = {}
        for each in self.parts:
            if each.vsphere:
                found.setdefault(each.vsphere.vcenter, each.vsphere.user)
        return found

    @property
    def computes(self) -> tuple[Part, ...]:
        """The parts with a nova-compute."""
        return tuple(each for each in self.parts if each.is_compute)

    @property
    def libvirt(self) -> Part | None:
        """The one part with a libvirtd."""
        return next((each for each in self.parts if each.kind is Kind.COMPUTE), None)

    @property
    def network_host(self) -> str:
        """Host of Neutron's agents: one machine has one layer 2, and its agent binds the ports of libvirt's guests."""
        return self.libvirt.host if self.libvirt else CONTROLLER

    @property
    def vmware_zones(self) -> Mapping[str, tuple[Part, ...]]:
        """The zones that have a vSphere cluster, with their computes."""
        found: dict[str, tuple[Part, ...]] = {}
        for each in self.computes:
            if each.kind is Kind.VCENTER_COMPUTE:
                name = each.zone or "nova"
                found[name] = (*found.get(name, ()), each)
        return found

    def of_node(self, name: str) -> tuple[Part, ...]:
        """The parts of a node."""
        return tuple(each for each in self.parts if each.node == name)

    def with_(self, **changes: object) -> "Shape":
        """A copy with changes."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def without(self, parts: Iterable[Part]) -> "Shape":
        """A copy that lacks parts of these keys."""
        gone = {each.key for each in parts}
        return self.with_(parts=tuple(each for each in self.parts if each.key not in gone))

    def joined(self, other: "Shape") -> "Shape":
        """This, and what it lacks of another."""
        keys, names = {each.key for each in self.parts}, {each.name for each in self.images}
        return self.with_(
            parts=(*self.parts, *(each for each in other.parts if each.key not in keys)),
            images=(*self.images, *(each for each in other.images if each.name not in names)),
        )

    def named_as(self, other: "Shape") -> "Shape":
        """The same parts under the group names that they have in another shape: a group cannot be renamed."""
        names = {each.key: each.group for each in other.parts}
        return self.with_(
            parts=tuple(replace(each, group=names.get(each.key, each.group)) for each in self.parts)
        )

    def as_data(self) -> dict[str, Any]:
        """For JSON; ``of_data`` reads it."""
        return asdict(self)

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> "Shape":
        """A shape from what ``as_data`` gave, after JSON."""
        parts = [
            Part(
                **{
                    **each,
                    "kind": Kind(each["kind"]),
                    "vsphere": VSphere(**{**told, "clusters": tuple(told["clusters"])})
                    if (told := each["vsphere"])
                    else None,
                }
            )
            for each in data["parts"]
        ]
        images = tuple(Image(**each) for each in data["images"])
        return cls(**{**data, "parts": tuple(parts), "images": images})


def usual(names: Iterable[str]) -> Shape:
    """The lab that ``lab up`` makes, or these nodes of it and the controller."""
    vsphere = VSphere(vcenter="vc1", clusters=CLUSTERS[:1])

    def part(kind: Kind, name: str, **more: Any) -> Part:
        return Part(kind=kind, node=name, host=name, group=name, **more)

    parts = (
        part(Kind.CONTROLLER, CONTROLLER),
        part(Kind.COMPUTE, "compute-kvm", zone="kvm"),
        part(Kind.VCENTER_COMPUTE, "compute-vcenter", zone="vcenter", vsphere=vsphere),
        part(Kind.CINDER, "cinder-kvm", backend="kvm"),
        part(Kind.CINDER_VMWARE, "cinder-vmware", backend="vmdk", vsphere=vsphere),
    )
    wanted = {CONTROLLER, *names}
    chosen = tuple(each for each in parts if each.node in wanted)
    return Shape(parts=chosen, images=usual_images(each.kind for each in chosen))


def usual_images(kinds: Iterable[Kind]) -> tuple[Image, ...]:
    """The TestVM in the format of each hypervisor that is there."""
    there = set(kinds)
    named = {Kind.COMPUTE: Image(name="TestVM-KVM", disk_format="qcow2"),
             Kind.VCENTER_COMPUTE: Image(name="TestVM-VMDK", disk_format="vmdk")}  # fmt: skip
    return tuple(image for kind, image in named.items() if kind in there)


ALL_NODES = usual((CONTROLLER, "compute-kvm", "compute-vcenter", "cinder-kvm", "cinder-vmware")).nodes
