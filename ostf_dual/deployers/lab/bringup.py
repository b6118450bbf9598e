"""Brings a lab's parts up, into a new lab or into one that runs: the same way for both."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ostf_dual.deployers.lab import (
    access,
    certificates,
    containment,
    content,
    database,
    files,
    identity,
    nodes,
    pruning,
)
from ostf_dual.deployers.lab.configuration import Site
from ostf_dual.deployers.lab.controller import NETWORK_AGENTS, controller
from ostf_dual.deployers.lab.layout import INSIDE, Layout
from ostf_dual.deployers.lab.parts import Parts
from ostf_dual.deployers.lab.reach import connect
from ostf_dual.deployers.lab.record import Record
from ostf_dual.deployers.lab.service import Node, Service, Wave
from ostf_dual.deployers.lab.shape import Kind, Part
from ostf_dual.deployers.lab.start import start_wave
from ostf_dual.deployers.lab.supervision import Supervisor
from ostf_dual.deployers.progress import Progress
from ostf_dual.waiting import WaitTimeoutError, wait_until

_HOPELESS_S = 30.0
_UPGRADE_S = 300.0
"""It takes ten seconds alone, and two minutes where every agent starts on a busy machine meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BringUp:
    """One bring-up: the lab's folders, its record with the shape that is wanted, what it is made of."""

    layout: Layout
    record: Record
    parts: Parts
    progress: Progress

    def new_lab(self) -> Record:
        """From an empty state folder to a cloud that takes servers; returns the record of what is there."""
        layout, step, shape = self.layout, self.progress.step, self.record.shape
        plan = self._plan(self.record, shape.parts)
        with step("Write the configuration"):
            certificates.write(layout)
            identity.write_keys(layout)
            files.write_machine(layout, self.parts.venv)
            for node in plan:
                files.write_node(layout, node)
            files.write_vcenters(layout, self.record)
        packed = database.snapshot(layout, self.parts.venv)
        pruning.use(packed, layout)
        if packed.exists():
            with step("Unpack the databases"):
                database.unpack(packed, layout)
        with step("Start the lab's init in namespaces of its own"):
            supervisord = self.parts.venv / "bin" / "supervisord"
            inside = containment.start(layout.state, supervisord, layout.log / "init.log")
            record = self.record.with_(init=inside.init, unfinished=tuple(each.group for each in shape.parts))
            record.save(layout.record)
        if not packed.exists():
            with step("Make the databases (once)"):
                database.make(packed, layout, inside, Supervisor(layout.run), self.parts.venv)
        return self._start(record, shape.parts, plan, is_new=True)

    def more(self, parts: Sequence[Part]) -> Record:
        """Bring these parts up in a lab that runs, or bring them to another configuration.

        Only what has another configuration than before is started anew. Returns the record of what is there then.
        """
        record, plan = self.record, self._plan(self.record, parts)
        libvirt = record.shape.libvirt
        if libvirt is not None and libvirt.host != record.network_host:
            record = self._move_network(libvirt.host)
        supervisor = Supervisor(self.layout.run)
        for node in plan:
            with self.progress.step(f"Write the configuration of {node.name}"):
                if files.write_node(self.layout, node):
                    supervisor.let_go(node.name)
                supervisor.take_in(node.name)
        files.write_vcenters(self.layout, record)
        return self._start(record, parts, plan, is_new=False)

    def _move_network(self, host: str) -> Record:
        """Let Neutron's agents report under another host: that of the libvirt guests, whose ports they bind."""
        record = self.record.with_(network_host=host)
        with self.progress.step(f"Move Neutron's agents to {host}"), connect(self.layout) as cloud:
            supervisor = Supervisor(self.layout.run)
            for agent in NETWORK_AGENTS:
                supervisor.stop(agent)
            # Before the new ones come: they take networks and routers that no agent has.
            content.forget_network_agents(cloud)
            files.write_node(self.layout, controller(self._site(record), record.ports))
            for agent in NETWORK_AGENTS:
                supervisor.start(agent)
        record.save(self.layout.record)
        return record

    def _plan(self, record: Record, parts: Sequence[Part]) -> list[Node]:
        """The nodes that parts are, and the vCenters that they need."""
        site = self._site(record)
        wanted = {each.vsphere.vcenter for each in parts if each.vsphere}
        centers = [
            nodes.vcenter(
                each, self.parts.simulator, files.vcenter_json(record, each), record.ports[each.name]
            )
            for each in record.vcenters
            if each.name in wanted
        ]
        return [*centers, *(nodes.node_of(each, site, record.ports) for each in parts)]

    def _site(self, record: Record) -> Site:
        return files.site(record, self.parts.venv)

    def _start(self, record: Record, parts: Sequence[Part], plan: Sequence[Node], *, is_new: bool) -> Record:
        """Start the nodes' services in waves, each wave when the one before is ready."""
        started = datetime.now(UTC) - timedelta(seconds=1)
        inside = containment.Containment(record.living_init)
        services = [each for node in plan for each in node.services]
        step, site = self.progress.step, self._site(record)

        def wave(which: Wave) -> None:
            start_wave(which, services, self.layout, inside, record)

        with step("Start what the services stand on"):
            wave(Wave.GROUND)
        if is_new:
            with step("Start Keystone and Placement"), ThreadPoolExecutor(1) as pool:
                bootstrapped = pool.submit(identity.bootstrap, inside, site)
                wave(Wave.IDENTITY)
                bootstrapped.result()
        access.write_access(self.layout, record, inside)
        if is_new:
            with step("Make service users and endpoints"), connect(self.layout) as cloud:
                identity.populate(cloud.identity, site)
            # From here on what is missing can be added.
            record = record.with_(ready=True)
        record.save(self.layout.record)
        # A token holds the catalogue of its time: a new one for the new endpoints.
        with connect(self.layout) as cloud:
            if Kind.CONTROLLER in {each.kind for each in parts}:
                with step("Start the APIs"):
                    wave(Wave.IDENTITY)
                    wave(Wave.APIS)
            with step("Start agents, computes and volume services"):
                wave(Wave.AGENTS)
            with step("Make images, flavor, volume types, networks"):
                self._fill(cloud, inside, site, parts)
            self._wait(cloud, parts, services, started)
        record = record.with_(unfinished=())
        record.save(self.layout.record)
        return record

    def _fill(self, cloud: Any, inside: containment.Containment, site: Site, parts: Sequence[Part]) -> None:
        """What users find; made while the agents start."""
        if Kind.CONTROLLER in {each.kind for each in parts}:
            upgrade = f"{self.parts.venv}/bin/ceilometer-upgrade"
            config = f"{INSIDE}/etc/controller/ceilometer.conf"
            inside.run([upgrade, "--config-file", config], timeout_s=_UPGRADE_S)
            content.make_archive_policy(cloud, site.polling_interval_s)
            content.make_flavor(cloud)
            content.make_external_network(cloud)
        content.upload_images(cloud, self.parts.images, self.record.shape.images)
        for backend in {each.backend for each in parts if each.backend}:
            content.make_volume_type(cloud, backend)

    def _wait(
        self,
        cloud: Any,
        parts: Sequence[Part],
        services: Sequence[Service],
        started: datetime,
    ) -> None:
        computes = [each for each in parts if each.is_compute]
        awaited = frozenset(each.reports for each in services if each.reports and not each.is_hopeless)
        with self.progress.step("Wait for every heartbeat and for Placement"):
            content.wait_for_agents(cloud, awaited, started, timeout_s=150)
            hosts = frozenset(each.host for each in computes if not each.faults)
            content.wait_for_inventory(cloud, hosts, timeout_s=120)
        known = self._hopeless(cloud, [each for each in computes if each.faults])
        with self.progress.step("Put the computes into their zones"):
            for each in computes:
                if each.host in known or not each.faults:
                    content.place(cloud, each.host, each.zone)

    def _hopeless(self, cloud: Any, computes: Sequence[Part]) -> frozenset[str]:
        """The hosts of computes that cannot work and are known to Placement nevertheless, after a short while."""
        hosts = {each.host for each in computes}
        if not hosts:
            return frozenset()

        def known() -> frozenset[str]:
            return frozenset(hosts & content.inventories(cloud).keys())

        with self.progress.step(f"Wait a little for what cannot work ({', '.join(sorted(hosts))})"):
            with suppress(WaitTimeoutError):
                wait_until(known, lambda found: found == hosts, what="the hopeless", timeout_s=_HOPELESS_S)
            found = known()
        for each in computes:
            state = "is there" if each.host in found else "did not come up"
            self.progress.say(f"nova-compute {each.host} {state}, and cannot work: {'; '.join(each.faults)}")
        return found
