"""What is known of the run's servers in the zone: by Nova, Neutron, the hypervisor and their own consoles."""

from contextlib import suppress
from dataclasses import asdict

from ostf_dual.cloud.complaints import failed_events
from ostf_dual.cloud.guestlog import GuestLog
from ostf_dual.cloud.networks import ports_of
from ostf_dual.cloud.symptoms import console_of
from ostf_dual.diagnosis.findings import Findings
from ostf_dual.diagnosis.subject import Collected, Subject
from ostf_dual.errors import OstfError


def servers(subject: Subject) -> Collected:
    """Nova's records, with the faults of those in ERROR."""
    found = subject.servers
    evidence = {"servers": [asdict(each) for each in found]} if found else {}
    return Collected(findings=Findings(servers=found), evidence=evidence)


def actions(subject: Subject) -> Collected:
    """What failed in the course of their actions; to admins with tracebacks."""
    found = tuple(event for server in subject.servers for event in failed_events(subject.cloud, server.id))
    told = "\n\n".join(f"{event}\n{event.traceback}".strip() for event in found)
    return Collected(
        findings=Findings(events=found), evidence={"failed server actions": told} if told else {}
    )


def consoles(subject: Subject) -> Collected:
    """What they print; a server without a console, as one that was never placed, has none."""
    texts = {}
    for server in subject.servers:
        with suppress(OstfError):
            texts[server.name] = GuestLog.parse(console_of(subject.cloud, server.id), "console").text.strip()
    told = {name: text for name, text in texts.items() if text}
    return Collected(
        findings=Findings(consoles=told),
        evidence={f"console of {name}": text for name, text in told.items()},
    )


def screens(subject: Subject) -> Collected:
    """What their graphics cards show: all there is to see of a guest without a serial console."""
    pictures = {server.name: subject.zone.probe.screenshot(server.id) for server in subject.servers}
    return Collected(
        evidence={f"screen of {name}": picture for name, picture in pictures.items() if picture is not None}
    )


def ports(subject: Subject) -> Collected:
    """Neutron's ports, and how they are bound."""
    found = tuple(port for server in subject.servers for port in ports_of(subject.cloud, server.id))
    return Collected(
        findings=Findings(ports=found), evidence={"ports": [asdict(each) for each in found]} if found else {}
    )


def guests(subject: Subject) -> Collected:
    """The hypervisor's word on each of them."""
    found = {server: subject.zone.probe.find_guest(server.id, server.host) for server in subject.servers}
    known = tuple(guest for guest in found.values() if guest is not None)
    told = {
        server.name: asdict(guest) if guest else f"{subject.zone.hypervisor} has no such guest"
        for server, guest in found.items()
    }
    return Collected(findings=Findings(guests=known), evidence={"guests": told} if told else {})
