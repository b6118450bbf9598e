"""Brings nodes up, into a new lab or into one that runs: the same way for both."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ostf_dual.deployers.lab import (
    certificates,
    configuration,
    containment,
    content,
    database,
    files,
    identity,
    nodes,
)
from ostf_dual.deployers.lab.configuration import Site
from ostf_dual.deployers.lab.layout import INSIDE, Layout
from ostf_dual.deployers.lab.nodes import Node, Service, Wave
from ostf_dual.deployers.lab.parts import Parts
from ostf_dual.deployers.lab.reach import connect
from ostf_dual.deployers.lab.record import Record
from ostf_dual.deployers.lab.start import start_wave
from ostf_dual.deployers.lab.supervision import Supervisor
from ostf_dual.deployers.progress import Progress

VCENTER_NODES = frozenset({"compute-vcenter", "cinder-vmware"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BringUp:
    """One bring-up: the lab's folders, what was decided, what it is made of."""

    layout: Layout
    record: Record
    parts: Parts
    progress: Progress

    def new_lab(self, names: Sequence[str]) -> Record:
        """From an empty state folder to a cloud that takes servers; returns the record of what is there."""
        layout, step = self.layout, self.progress.step
        plan = self._plan(names)
        with step("Write the configuration"):
            certificates.write(layout)
            identity.write_keys(layout)
            files.write_machine(layout, self.parts.venv)
            self._write(plan)
        packed = database.snapshot(layout, self.parts.venv)
        if packed.exists():
            with step("Unpack the databases"):
                database.unpack(packed, layout)
        with step("Start the lab's init in namespaces of its own"):
            supervisord = self.parts.venv / "bin" / "supervisord"
            inside = containment.start(layout.state, supervisord, layout.log / "init.log")
            record = self.record.with_(init=inside.init, nodes=tuple(each.name for each in plan))
            record.save(layout.record)
        if not packed.exists():
            with step("Make the databases (once)"):
                database.make(packed, layout, inside, Supervisor(layout.run), self.parts.venv)
        self._start(record, plan)
        return record

    def more_nodes(self, names: Sequence[str]) -> Record:
        """Take nodes into a lab that runs; returns the record of what is there then."""
        wanted = [each for each in self._plan(names) if each.name not in self.record.nodes]
        with self.progress.step(f"Write the configuration of {', '.join(each.name for each in wanted)}"):
            self._write(wanted)
            supervisor = Supervisor(self.layout.run)
            for node in wanted:
                supervisor.take_in(node.name)
        record = self.record.with_(nodes=(*self.record.nodes, *(each.name for each in wanted)))
        record.save(self.layout.record)
        self._start(record, wanted)
        return record

    def _plan(self, names: Sequence[str]) -> list[Node]:
        """The nodes of these names, and the vCenter that two of them need."""
        site = self._site
        plan = [nodes.controller(site, self.record.ports)]
        center = self.record.vcenters[0]
        if VCENTER_NODES & set(names):
            plan.append(nodes.vcenter(center, self.parts.simulator, files.vcenter_json(self.record, center)))
        made: dict[str, Callable[[], Node]] = {
            "compute-kvm": lambda: nodes.compute_kvm(site),
            "compute-vcenter": lambda: nodes.compute_vcenter(site, center, files.CLUSTER),
            "cinder-kvm": lambda: nodes.cinder_kvm(site),
            "cinder-vmware": lambda: nodes.cinder_vmware(site, center, files.CLUSTER),
        }
        return plan + [make() for name, make in made.items() if name in names]

    def _write(self, plan: Sequence[Node]) -> None:
        for node in plan:
            files.write_node(self.layout, node)
        files.write_vcenters(self.layout, self.record)

    @property
    def _site(self) -> Site:
        return files.site(self.record, self.parts.venv)

    def _start(self, record: Record, plan: Sequence[Node]) -> None:
        """Start the nodes' services in waves, each wave when the one before is ready."""
        started = datetime.now(UTC) - timedelta(seconds=1)
        inside = containment.Containment(record.living_init)
        services = [each for node in plan for each in node.services]
        is_new = any(node.name == "controller" for node in plan)
        step = self.progress.step

        def wave(which: Wave) -> None:
            start_wave(which, services, self.layout, inside, record)

        with step("Start what the services stand on"):
            wave(Wave.GROUND)
        if is_new:
            with step("Start Keystone and Placement"), ThreadPoolExecutor(1) as pool:
                bootstrapped = pool.submit(identity.bootstrap, inside, self._site)
                wave(Wave.IDENTITY)
                bootstrapped.result()
        files.write_access(self.layout, record, inside)
        if is_new:
            with step("Make service users and endpoints"), connect(self.layout) as cloud:
                identity.populate(cloud.identity, self._site)
        # A token holds the catalogue of its time: a new one for the new endpoints.
        with connect(self.layout) as cloud:
            if is_new:
                with step("Start the APIs"):
                    wave(Wave.APIS)
            with step("Start agents, computes and volume services"):
                wave(Wave.AGENTS)
            with step("Make images, flavor, volume types, networks"):
                self._fill(cloud, inside, {each.name for each in plan})
            self._wait(cloud, plan, services, started)

    def _fill(self, cloud: Any, inside: containment.Containment, names: set[str]) -> None:
        """What users find; made while the agents start."""
        if "controller" in names:
            upgrade = f"{self.parts.venv}/bin/ceilometer-upgrade"
            inside.run([upgrade, "--config-file", f"{INSIDE}/etc/controller/ceilometer.conf"])
            content.make_archive_policy(cloud, self._site.polling_interval_s)
            content.make_flavor(cloud)
            content.make_external_network(cloud)
        libvirt, vcenter = "compute-kvm" in names, "compute-vcenter" in names
        content.upload_images(cloud, self.parts.images, libvirt=libvirt, vcenter=vcenter)
        for node, volume_type in content.VOLUME_TYPES.items():
            if node in names:
                content.make_volume_type(cloud, volume_type)

    def _wait(self, cloud: Any, plan: Sequence[Node], services: Sequence[Service], started: datetime) -> None:
        computes = frozenset(each.name for each in plan) & content.ZONES.keys()
        with self.progress.step("Wait for every heartbeat and for Placement"):
            content.wait_for_agents(cloud, _reporting(services), started, timeout_s=150)
            content.wait_for_inventory(cloud, computes, timeout_s=120)
        with self.progress.step("Put the computes into their zones"):
            for host in sorted(computes):
                content.make_zone(cloud, host, content.ZONES[host])


def _reporting(services: Sequence[Service]) -> frozenset[str]:
    """``binary@host`` of every service that sends heartbeats."""
    found = set()
    for each in services:
        name = each.program.name
        if name.startswith("nova-compute"):
            found.add(f"nova-compute@{name.removeprefix('nova-')}")
        elif name.startswith("volume-"):
            found.add(f"cinder-volume@{name.removeprefix('volume-')}")
        elif name in {"nova-conductor", "nova-scheduler", "cinder-scheduler"}:
            found.add(f"{name}@controller")
        elif name.startswith("neutron-") and name != "neutron-server":
            found.add(f"{name}@{configuration.NETWORK_HOST}")
    return frozenset(found)
