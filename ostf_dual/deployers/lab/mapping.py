"""From the definition of a cloud to the shape of a lab. Asks nobody but for secrets."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from ostf_dual.deployers.base import Action, Change
from ostf_dual.deployers.lab.limits import beyond, lab_name, vmware_zones, with_role
from ostf_dual.deployers.lab.shape import CONTROLLER, Image, Kind, Part, Shape, VSphere, usual_images
from ostf_dual.environment.definition import (
    Environment,
    Node,
    VCenter,
    VMwareZone,
    VolumeBackend,
    VSphereCluster,
)
from ostf_dual.environment.expectations import DEFAULT_ZONE, expected_zones
from ostf_dual.environment.model import Budgets, Secret

Tell = Callable[[VMwareZone, Sequence[VSphereCluster]], VSphere]
_BACKENDS = {Kind.CINDER: "kvm", Kind.CINDER_VMWARE: "vmdk"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A definition as a lab's shape.

    Attributes:
        shape: Of no use where there are refusals.
        refusals: What the lab cannot carry, a sentence each.
        notes: What is otherwise in the lab than the definition has it.
    """

    shape: Shape
    refusals: tuple[str, ...]
    notes: tuple[Change, ...]


def mapped(environment: Environment, resolve: Callable[[Secret], str], own: Mapping[str, str]) -> Mapped:
    """The shape that a definition asks for.

    Args:
        environment: The definition.
        resolve: Fetches a secret.
        own: The passwords of the lab's vCenters that are there already, by name.
    """
    if refusals := beyond(environment):
        return Mapped(shape=Shape(), refusals=refusals, notes=())
    parts = _parts(environment, _teller(resolve, own))
    libvirt = any(each.kind is Kind.COMPUTE for each in parts)
    virt_type = str(environment.hypervisor) if libvirt and environment.hypervisor else None
    images = tuple(Image(name=each.name, disk_format=each.disk_format) for each in environment.images)
    shape = Shape(
        parts=parts,
        images=images or usual_images(each.kind for each in parts),
        virt_type=virt_type,
        access=_access(environment),
    )
    return Mapped(shape=shape, refusals=(), notes=tuple(_notes(environment)))


def _parts(environment: Environment, tell: "Tell") -> tuple[Part, ...]:
    found = [Part(kind=Kind.CONTROLLER, node=CONTROLLER, host=CONTROLLER, group=CONTROLLER)]
    found += [
        Part(kind=Kind.COMPUTE, node=name, host=name, group=name, zone=_lab_zone(zone))
        for name, zone in ((lab_name(node), node.zone) for node in with_role(environment, Kind.COMPUTE))
    ]
    names = {node.name: lab_name(node) for node in environment.nodes} | {"controllers": CONTROLLER}
    found += [
        Part(
            kind=Kind.VCENTER_COMPUTE,
            node=names[each.target],
            host=each.service_name,
            group=each.service_name,
            zone=_lab_zone(zone.name),
            vsphere=tell(zone, (each,)),
        )
        for zone in vmware_zones(environment)
        for each in zone.clusters
    ]
    found += [_volumes(Kind.CINDER, node) for node in with_role(environment, Kind.CINDER)]
    if (zone_of_volumes := _cinder_zone(environment)) is not None:
        told = tell(zone_of_volumes, zone_of_volumes.clusters)
        vmware = with_role(environment, Kind.CINDER_VMWARE)
        found += [replace(_volumes(Kind.CINDER_VMWARE, node), vsphere=told) for node in vmware]
    return _grouped(found)


def _volumes(kind: Kind, node: Node) -> Part:
    name = lab_name(node)
    return Part(kind=kind, node=name, host=name, group=name, backend=_BACKENDS[kind])


def _grouped(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The node's own name for what is alone on it, and for the controller."""
    on_node = Counter(each.node for each in parts)

    def group(part: Part) -> str:
        if part.kind is Kind.CONTROLLER or on_node[part.node] == 1:
            return part.node
        return f"{part.node}+{part.kind if part.host == part.node else part.host}"

    return tuple(replace(each, group=group(each)) for each in parts)


def _teller(resolve: Callable[[Secret], str], own: Mapping[str, str]) -> "Tell":
    def tell(zone: VMwareZone, clusters: Sequence[VSphereCluster]) -> VSphere:
        center = zone.vcenter
        password = resolve(center.password) if center.password else None
        return VSphere(
            vcenter=center.host,
            clusters=tuple(each.cluster for each in clusters),
            datastore_regex=clusters[0].datastore_regex,
            user=center.user,
            password=None if password == own.get(center.host) else password,
            insecure=center.insecure,
        )

    return tell


def _access(environment: Environment) -> dict[str, Any]:
    """What the definition says to the health check, as an environment file has it."""
    zones = {
        name: {key: str(value) for key, value in asdict(settings).items() if value is not None}
        for name, settings in environment.zones.items()
    }
    found: dict[str, Any] = {"expect": list(expected_zones(environment))}
    if zones:
        found["zones"] = zones
    if environment.expect.services:
        found["services"] = list(environment.expect.services)
    if environment.budgets != Budgets():
        found["budgets"] = asdict(environment.budgets)
    if environment.hypervisor_budgets:
        found["hypervisor_budgets"] = {
            str(kind): dict(told) for kind, told in environment.hypervisor_budgets.items()
        }
    return found


def _notes(environment: Environment) -> Iterator[Change]:
    def note(what: str, detail: str) -> Change:
        return Change(action=Action.NOTE, what=what, detail=detail)

    for node in with_role(environment, Kind.CONTROLLER):
        if node.name != CONTROLLER:
            yield note(f"node {node.name}", f"is called `{CONTROLLER}` in the lab")
    if with_role(environment, Kind.CINDER) and VolumeBackend.LVM in environment.storage.volumes:
        yield note("storage lvm", "the lab's volumes are files of Cinder's NFS driver")
    for center in dict.fromkeys(zone.vcenter for zone in vmware_zones(environment)):
        if _is_elsewhere(center):
            yield note(
                f"vCenter {center.host}", "the lab's own: it has its own CA, and a port that the lab chooses"
            )


def _is_elsewhere(center: VCenter) -> bool:
    return center.ca_file is not None or center.port != 443  # noqa: PLR2004 (the definition's default)


def _lab_zone(name: str | None) -> str | None:
    """None is the zone in which a compute is that no aggregate puts elsewhere."""
    return None if name == DEFAULT_ZONE else name


def _cinder_zone(environment: Environment) -> VMwareZone | None:
    wanted = environment.vmware.cinder_zone if environment.vmware else None
    return next(
        (each for each in vmware_zones(environment) if wanted in {None, each.name} and each.clusters), None
    )
