"""Libvirt's domains as values: pure parsing of ``virsh dumpxml`` and ``virsh domstats --raw``."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, fromstring

from ostf_dual.hypervisors.libvirt_storage import Source, disks_of, source_of
from ostf_dual.hypervisors.probe import Disk, Guest, ListedGuest, Nic, Power

_KIB_PER_MIB = 1024
_NOVA = "{*}instance"  # its namespace carries a version: http://openstack.org/xmlns/libvirt/nova/1.1
_BEGINS = re.compile("^Domain: ", re.MULTILINE)  # at a line's begin: a server may have that for a name
_ROOT_DISKS = ("/disk", "_disk", "_disk-dmcrypt")  # <id>/disk is a file; the others are on LVM and RBD
_POWER = {
    1: Power.RUNNING,
    3: Power.PAUSED,
    5: Power.OFF,
    6: Power.OFF,
}  # virDomainState: running, paused, shutoff, crashed
_SHUT_OFF, _CRASHED, _BY_ITSELF = 5, 6, 1
_FORCED = {
    2: "destroyed",
    3: "crashed",
    4: "migrated away",
    5: "saved to a file",
    6: "failed to start",
    7: "put back to a snapshot of when it was off",
    8: "lost by libvirtd",
}  # virDomainShutoffReason; 0, and what is newer: libvirt was not there to see it, as after a reboot of the host


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A domain as a listing of its host tells of it.

    Attributes:
        type: By what it is run: ``kvm``, ``qemu``.
        is_novas: Whether Nova made it: libvirt hosts may run guests of others.
        volumes: The names of its disks that are volumes of Cinder's, and where those are.
        root_disk: What the disk that Nova made for its system is for libvirt: ``file``, ``block`` (LVM), ``network``
            (RBD); None: it has none, its system is on a volume.
    """

    guest: ListedGuest
    type: str
    is_novas: bool
    volumes: tuple[tuple[str, Source], ...]
    root_disk: str | None


def domains_of(told: str, host: str) -> Iterator[Domain]:
    """The domains of ``virsh "domstats --raw --state ID; dumpxml ID; ..."``; one that had gone left no trace."""
    for each in _BEGINS.split(told)[1:]:
        stats, begin, rest = each.partition("<domain ")
        if not begin:
            continue
        domain = fromstring(f"{begin}{rest}")  # noqa: S314 - as below
        yield Domain(
            guest=ListedGuest(
                id=domain.findtext("uuid", ""),
                name=domain.findtext("name", ""),
                power=_power(_figures(stats)),
                host=host,
                forced=_forced(_figures(stats)),
            ),
            type=domain.get("type", ""),
            is_novas=domain.find(f"metadata/{_NOVA}") is not None,
            volumes=tuple(_volumes(domain)),
            root_disk=_root_disk(domain),
        )


def guest_of(xml: str, stats: str, host: str) -> Guest:
    """The guest that a domain's XML and statistics describe."""
    # libvirtd wrote this XML, and expat bounds entity expansion since 2.4.1, which Python 3.11 requires.
    domain = fromstring(xml)  # noqa: S314
    figures = _figures(stats)
    return Guest(
        id=domain.findtext("uuid", ""),
        name=domain.findtext("name", ""),
        power=_power(figures),
        host=host,
        forced=_forced(figures),
        vcpus=int(domain.findtext("vcpu", "0")),
        memory_mib=int(domain.findtext("memory", "0")) // _KIB_PER_MIB,  # libvirt always writes KiB
        disks=tuple(_disks(domain, figures)),
        nics=tuple(_nics(domain)),
        facts=tuple(_facts(domain)),
    )


def _figures(stats: str) -> Mapping[str, str]:
    return dict(line.strip().split("=", 1) for line in stats.splitlines() if "=" in line)


def _power(figures: Mapping[str, str]) -> Power:
    return _POWER.get(int(figures.get("state.state", "0")), Power.OTHER)


def _forced(figures: Mapping[str, str]) -> str:
    state, reason = (int(figures.get(f"state.{name}", "0")) for name in ("state", "reason"))
    if state == _CRASHED:
        return "crashed"
    if state != _SHUT_OFF or reason == _BY_ITSELF:
        return ""
    return _FORCED.get(reason, "ended while libvirt did not see it")


def _disks(domain: Element, figures: Mapping[str, str]) -> Iterator[Disk]:
    sizes = {
        figures[f"block.{number}.name"]: int(figures[f"block.{number}.capacity"])
        for number in range(int(figures.get("block.count", "0")))
        if f"block.{number}.capacity" in figures
    }
    for disk in disks_of(domain):
        target, source = _attributes(disk, "target"), source_of(disk)
        yield Disk(
            name=target.get("dev", ""),
            source=source.name,
            size_bytes=sizes.get(target.get("dev", "")),
            bus=target.get("bus", ""),
            volume_id=source.volume_id,
        )


def _volumes(domain: Element) -> Iterator[tuple[str, Source]]:
    for disk in disks_of(domain):
        if (source := source_of(disk)).volume_id:
            yield _attributes(disk, "target").get("dev", ""), source


def _root_disk(domain: Element) -> str | None:
    """By the names that Nova's image backends give it."""
    disks = disks_of(domain)
    return next((disk.get("type") for disk in disks if source_of(disk).name.endswith(_ROOT_DISKS)), None)


def _nics(domain: Element) -> Iterator[Nic]:
    for nic in domain.iterfind("devices/interface"):
        source = _attributes(nic, "source")
        yield Nic(
            mac=_attributes(nic, "mac").get("address", "").lower(),
            model=_attributes(nic, "model").get("type", ""),
            network=next((source[key] for key in ("bridge", "network", "dev") if key in source), ""),
            connected=_attributes(nic, "link").get("state", "up") == "up",
        )


def _facts(domain: Element) -> Iterator[tuple[str, str]]:
    yield "domain type", domain.get("type", "")
    nova = domain.find(f"metadata/{_NOVA}")
    if nova is not None:
        yield "nova name", nova.findtext("{*}name", "")


def _attributes(parent: Element, tag: str) -> Mapping[str, str]:
    found = parent.find(tag)
    return {} if found is None else found.attrib
