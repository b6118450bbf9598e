"""What a cloud has, found with nothing but a clouds.yaml, and from what each fact was concluded."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ostf_dual.cloud.asking import Answer, Choice, answer_of
from ostf_dual.cloud.flavors import FlavorFacts, choose_flavor
from ostf_dual.cloud.image_choice import choose_image
from ostf_dual.cloud.images import ImageFacts
from ostf_dual.cloud.readings import Readings
from ostf_dual.cloud.releases import Release
from ostf_dual.cloud.volume_types import BackedType, choose_volume_type
from ostf_dual.cloud.zoning import Part, parts
from ostf_dual.environment.model import Access, Hypervisor, ZoneSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneFacts:
    """A zone, one hypervisor of it, and what its servers are made from."""

    part: Part
    image: Answer[Choice[ImageFacts]]
    flavor: Answer[Choice[FlavorFacts]]
    volume_type: Answer[Choice[BackedType]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteringFacts:
    """Where samples are kept, and the releases that Ceilometer may be of.

    Attributes:
        backend: gnocchi.
        releases: Oldest first ("2024.1", "2024.2"); empty: nothing tells.
    """

    backend: str
    url: str
    releases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """One thing that discovery concluded, and from what."""

    subject: str
    conclusion: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What a cloud has."""

    zones: tuple[ZoneFacts, ...]
    readings: Readings
    metering: MeteringFacts | None
    releases: tuple[Release, ...]
    conclusions: tuple[Conclusion, ...]

    def as_rows(self) -> tuple[tuple[str, str, str], ...]:
        """Subject, conclusion and reason, to be printed."""
        return tuple((line.subject, line.conclusion, line.because) for line in self.conclusions)


def conclude(access: Access, readings: Readings) -> Discovery:
    """What the readings mean. Pure."""
    zones = tuple(_equip(part, access, readings) for part in _parts(access, readings))
    metering = _metering(readings)
    release = readings.release.value
    return Discovery(
        zones=zones,
        readings=readings,
        metering=metering,
        releases=(release,) if release else (),
        conclusions=(
            *(line for zone in zones for line in _of_zone(zone)),
            *_of_cloud(access, readings, metering, zones),
        ),
    )


def _parts(access: Access, readings: Readings) -> tuple[Part, ...]:
    if (services := readings.compute_services.value) is not None:
        told = {name: kind for name in access.zones if (kind := _told(access, name, readings))}
        found = parts(services, readings.nodes.or_else(()), readings.aggregates.or_else(()), told)
        return (*found, *_silent(access, {part.zone for part in found}))
    return tuple(
        Part(
            zone=name,
            label=name,
            hypervisor=_told(access, name, readings) or Hypervisor.UNKNOWN,
            because="the environment file" if _told(access, name, readings) else (
                f"{readings.compute_services.error}; or give `zones.{name}.hypervisor`, or an `image` whose "
                "properties tell"
            ),
        )
        for name in readings.zone_names.or_else(())
    )  # fmt: skip


def _silent(access: Access, found: Collection[str]) -> Iterator[Part]:
    """Zones that are expected, that no nova-compute ever reported for, and whose vCenter can be asked."""
    for name in access.expect:
        if name not in found and any(name in vcenter.zones for vcenter in access.vcenters):
            because = "the environment gives it a vCenter; no nova-compute of it ever reported"
            yield Part(zone=name, label=name, hypervisor=Hypervisor.VCENTER, because=because)


def _told(access: Access, zone: str, readings: Readings) -> Hypervisor | None:
    """A zone's hypervisor by the environment: said, or by the image or the vCenter that it gives the zone."""
    settings = access.zones.get(zone, ZoneSettings())
    if settings.hypervisor:
        return settings.hypervisor
    if any(zone in vcenter.zones for vcenter in access.vcenters):
        return Hypervisor.VCENTER
    named = [each for each in readings.images.or_else(()) if settings.image in {each.id, each.name}]
    told = {_by(each) for each in [each for each in named if not each.is_anothers] or named}
    return told.pop() if len(told) == 1 else None  # a name that several bear may tell two things


def _by(image: ImageFacts) -> Hypervisor | None:
    if image.is_marked_vmware:
        return Hypervisor.VCENTER
    return Hypervisor.LIBVIRT if image.suits(Hypervisor.LIBVIRT) else None


def _equip(part: Part, access: Access, readings: Readings) -> ZoneFacts:
    settings = access.zones.get(part.zone, ZoneSettings())
    kind = part.hypervisor
    raw_only = not readings.raw_only.or_else(frozenset()).isdisjoint(node.name for node in part.nodes)
    image = answer_of(
        lambda: choose_image(readings.images.get(), kind, settings.image, part.zone, raw_only=raw_only)
    )
    return ZoneFacts(
        part=part,
        image=image,
        flavor=answer_of(
            lambda: choose_flavor(
                readings.flavors.get(),
                None if image.value is None else image.value.value,
                kind,
                settings.flavor,
                part.zone,
            )
        ),
        volume_type=answer_of(
            lambda: choose_volume_type(
                readings.volume_types.get(),
                readings.pools.or_else(()),
                [each for each in readings.volume_services.or_else(()) if each.binary == "cinder-volume"],
                kind,
                settings.volume_type,
                part.zone,
            )
        ),
    )


def _metering(readings: Readings) -> MeteringFacts | None:
    if (url := readings.gnocchi_url.value) is None:
        return None
    release = readings.release.value
    return MeteringFacts(backend="gnocchi", url=url, releases=release.candidates if release else ())


def _of_zone(zone: ZoneFacts) -> Iterator[Conclusion]:
    part, name = zone.part, f"zone {zone.part.label}"
    yield Conclusion(subject=name, conclusion=str(part.hypervisor), because=part.because)
    if part.hosts:
        nodes = ", ".join(node.name for node in part.nodes) or "no node"
        yield Conclusion(
            subject=name,
            conclusion=f"hosts {', '.join(part.hosts)}",
            because=f"nova-compute records; {nodes}",
        )
    if (image := zone.image.value) is not None:
        yield Conclusion(subject=name, conclusion=str(image.value), because=image.because)
    if (flavor := zone.flavor.value) is not None:
        yield Conclusion(subject=name, conclusion=str(flavor.value), because=flavor.because)
    if (kind := zone.volume_type.value) is not None:
        yield Conclusion(subject=name, conclusion=f"volume type {kind.value.name!r}", because=kind.because)
    for what, error in (
        ("image", zone.image.error),
        ("flavor", zone.flavor.error),
        ("volume type", zone.volume_type.error),
    ):
        if error is not None:
            yield Conclusion(subject=name, conclusion=f"no {what}", because=str(error))


def _of_cloud(
    access: Access, readings: Readings, metering: MeteringFacts | None, zones: tuple[ZoneFacts, ...]
) -> Iterator[Conclusion]:
    release = readings.release
    if release.value is not None:
        because = f"Nova's highest microversion is {release.value.microversion}; no API names the release"
        yield Conclusion(subject="release", conclusion=str(release.value), because=because)
    else:
        yield Conclusion(subject="release", conclusion="unknown", because=str(release.error))
    if metering is not None:
        yield Conclusion(
            subject="metering", conclusion=metering.backend, because=f"the catalogue has {metering.url}"
        )
        yield Conclusion(
            subject="metering",
            conclusion=f"Ceilometer of {' or '.join(metering.releases) or 'an unknown release'}",
            because="it has no API to ask: taken to be of Nova's release",
        )
    else:
        yield Conclusion(subject="metering", conclusion="none", because=str(readings.gnocchi_url.error))
    found = {zone.part.zone for zone in zones}
    for name in sorted({*access.expect, *access.zones} - found):
        yield Conclusion(
            subject=f"zone {name}",
            conclusion="not there",
            because="expected, and no nova-compute record names it",
        )
    if readings.compute_services.error is not None:
        yield Conclusion(
            subject="cloud", conclusion="seen in part", because=str(readings.compute_services.error)
        )
