"""The embedded lab, from nothing to a cloud that takes servers in both zones, and back to nothing."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from ostf_dual.deployers.lab import (
    acceleration, certificates, configuration, containment, content, database, identity, nodes, packages, preflight,
    software,
)  # fmt: skip
from ostf_dual.deployers.lab.configuration import Site
from ostf_dual.deployers.lab.containment import Containment
from ostf_dual.deployers.lab.layout import INSIDE, Layout, recipe
from ostf_dual.deployers.lab.nodes import Node, Service, Wave
from ostf_dual.deployers.lab.progress import Progress
from ostf_dual.deployers.lab.record import Record, write_private
from ostf_dual.deployers.lab.start import start_wave
from ostf_dual.deployers.lab.supervision import Supervisor, main_file, node_file
from ostf_dual.errors import OstfError

ALL_NODES = ("controller", "compute-kvm", "compute-vcenter", "cinder-kvm", "cinder-vmware")
_VCENTER_NODES = frozenset({"compute-vcenter", "cinder-vmware"})
_CLUSTER = "Cluster1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the cache holds for this lab."""

    venv: Path
    simulator: Path | None
    images: Path


class Lab:
    """One lab by name. ``up`` is idempotent; ``down`` leaves nothing but the cache."""

    def __init__(self, name: str) -> None:
        self.layout = Layout.of(name)

    # What is there ---------------------------------------------------------------------------------------------

    @property
    def record(self) -> Record:
        """The record of this lab.

        Raises:
            OstfError: There is no such lab.
        """
        found = Record.load(self.layout.record)
        if found is None:
            raise OstfError(f"there is no lab {self.layout.name!r}: `ostf-dual lab up` makes one")
        return found

    @property
    def is_up(self) -> bool:
        """Whether its init lives and it came up to the end."""
        found = Record.load(self.layout.record)
        return found is not None and found.ready and found.init is not None and found.init.lives

    @property
    def inside(self) -> Containment:
        """The way into its namespaces."""
        init = self.record.init
        if init is None or not init.lives:
            raise OstfError(f"the lab {self.layout.name!r} is not up: `ostf-dual lab up` starts it")
        return Containment(init)

    @property
    def supervisor(self) -> Supervisor:
        """What runs its services."""
        return Supervisor(self.layout.run)

    # Up --------------------------------------------------------------------------------------------------------

    def up(self, progress: Progress, wanted: tuple[str, ...] = ALL_NODES) -> None:
        """Bring the lab up with these nodes; what is up already stays as it is."""
        preflight.check((self.layout.cache.parent, self.layout.state.parent))
        self.layout.make()
        with self._alone(progress):
            if self.is_up:
                progress.say(f"The lab {self.layout.name!r} is up already.")
                return
            self._clear(progress)
            self.layout.make()
            parts = self._prepare(progress, wanted)
            with progress.step("Look whether KVM works here"):
                virt_type = acceleration.virt_type(parts.images / "testvm.qcow2")
            record = Record.new(self.layout.name, vcenters=1 if _VCENTER_NODES & set(wanted) else 0, virt_type=virt_type)
            record.save(self.layout.record)
            self._start(progress, record, parts, wanted)

    def _prepare(self, progress: Progress, wanted: tuple[str, ...]) -> Parts:
        """Install and build what the cache lacks; what does not wait for another goes on at the same time."""
        log = self.layout.cache / "apt.log"
        build = (recipe("images") / "packages.txt").read_text().split("\n")
        tools = tuple(word for line in build for word in line.partition("#")[0].split())
        everything = (*packages.wanted(), *tools)
        if packages.missing(everything):
            with progress.step("Install Debian packages"):
                packages.install(everything, log)
        with ThreadPoolExecutor(3) as pool:
            venv = pool.submit(self._made, progress, "Install OpenStack 2024.2", software.openstack)
            images = pool.submit(self._made, progress, "Build the TestVM", software.images)
            simulator: Future[Path] | None = None
            if _VCENTER_NODES & set(wanted):
                simulator = pool.submit(self._made, progress, "Build the vCenter simulator", software.simulator)
            return Parts(venv=venv.result(), images=images.result(), simulator=simulator.result() if simulator else None)

    def _made(self, progress: Progress, what: str, make: Any) -> Path:
        with progress.step(what):
            made: Path = make(self.layout)
            return made

    def _start(self, progress: Progress, record: Record, parts: Parts, wanted: tuple[str, ...]) -> None:
        started = datetime.now(UTC) - timedelta(seconds=1)
        site = _site(record, parts.venv)
        plan = self._plan(record, site, parts, wanted)
        with progress.step("Write the configuration"):
            certificates.write(self.layout)
            identity.write_keys(self.layout)
            self._write_machine(parts.venv)
            for node in plan:
                self._write_node(node)
            self._write_vcenters(record)
        packed = database.snapshot(self.layout, parts.venv)
        if packed.exists():
            with progress.step("Unpack the databases"):
                database.unpack(packed, self.layout)
        with progress.step("Start the lab's init in namespaces of its own"):
            inside = containment.start(self.layout.state, parts.venv / "bin" / "supervisord", self.layout.log / "init.log")
            record = record.with_(init=inside.init, nodes=tuple(each.name for each in plan))
            record.save(self.layout.record)
        if not packed.exists():
            with progress.step("Make the databases (once)"):
                database.make(packed, self.layout, inside, self.supervisor, parts.venv)
        services = [each for node in plan for each in node.services]
        self._start_waves(progress, record, site, services, parts, frozenset(wanted), started)
        record.with_(ready=True).save(self.layout.record)

    def _start_waves(
        self, progress: Progress, record: Record, site: Site, services: list[Service], parts: Parts,
        wanted: frozenset[str], started: datetime,
    ) -> None:  # fmt: skip
        inside = self.inside

        def wave(which: Wave) -> None:
            start_wave(which, services, self.layout, self.supervisor, inside, record)

        with progress.step("Start the database, the queue, the hypervisors"):
            wave(Wave.GROUND)
        with progress.step("Start Keystone and Placement"), ThreadPoolExecutor(1) as pool:
            bootstrapped = pool.submit(identity.bootstrap, inside, site)
            wave(Wave.IDENTITY)
            bootstrapped.result()
        self._write_clouds(record, parts)
        with progress.step("Make service users and endpoints"), self.connect() as cloud:
            identity.populate(cloud.identity, site)
        # A token holds the catalogue of its time: a new one for the new endpoints.
        with self.connect() as cloud:
            with progress.step("Start the APIs"):
                wave(Wave.APIS)
            with progress.step("Start agents, computes and volume services"):
                wave(Wave.AGENTS)
            self._fill(progress, cloud, site, parts, wanted)
            self._wait(progress, cloud, wanted, services, started)

    def _fill(self, progress: Progress, cloud: Any, site: Site, parts: Parts, wanted: frozenset[str]) -> None:
        """What users find; made while the agents start."""
        with progress.step("Make images, flavor, volume types, networks"):
            libvirt, vcenter = "compute-kvm" in wanted, "compute-vcenter" in wanted
            self.inside.run(
                [f"{parts.venv}/bin/ceilometer-upgrade", "--config-file", f"{INSIDE}/etc/controller/ceilometer.conf"]
            )
            content.make_archive_policy(cloud, site.polling_interval_s)
            content.make_flavor(cloud)
            content.upload_images(cloud, parts.images, libvirt=libvirt, vcenter=vcenter)
            content.make_external_network(cloud)
            for node, name in (("cinder-kvm", "kvm"), ("cinder-vmware", "vmdk")):
                if node in wanted:
                    content.make_volume_type(cloud, name)

    def _wait(
        self, progress: Progress, cloud: Any, wanted: frozenset[str], services: list[Service], started: datetime
    ) -> None:
        computes = frozenset(wanted & content.ZONES.keys())
        with progress.step("Wait for every heartbeat and for Placement"):
            content.wait_for_agents(cloud, _reporting(services), started, timeout_s=150)
            content.wait_for_inventory(cloud, computes, timeout_s=120)
        with progress.step("Put the computes into their zones"):
            for host in sorted(computes):
                content.make_zone(cloud, host, content.ZONES[host])

    # Nodes -----------------------------------------------------------------------------------------------------

    def _plan(self, record: Record, site: Site, parts: Parts, wanted: tuple[str, ...]) -> list[Node]:
        plan = [nodes.controller(site, record.ports, _rabbitmq_conf(record))]
        for center in record.vcenters:
            assert parts.simulator is not None  # noqa: S101 (told to the type checker)
            plan.append(nodes.vcenter(center, parts.simulator, _vcenter_json(record, center)))
        center = record.vcenters[0] if record.vcenters else None
        if "compute-kvm" in wanted:
            plan.append(nodes.compute_kvm(site))
        if "cinder-kvm" in wanted:
            plan.append(nodes.cinder_kvm(site))
        if center and "compute-vcenter" in wanted:
            plan.append(nodes.compute_vcenter(site, center, _CLUSTER))
        if center and "cinder-vmware" in wanted:
            plan.append(nodes.cinder_vmware(site, center, _CLUSTER))
        return plan

    def _write_node(self, node: Node) -> None:
        for name, text in node.files.items():
            write_private(self.layout.etc / node.name / name, text)
        for folder in node.folders:
            (self.layout.var / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        programs = [each.program for each in node.services]
        write_private(self.layout.etc / "nodes" / f"{node.name}.conf", node_file(INSIDE, node.name, programs))

    def _write_machine(self, venv: Path) -> None:
        """What is no node's: the supervisor and QEMU's defaults."""
        (self.layout.state / "tmp").mkdir(mode=0o700, exist_ok=True)
        environment = {
            "PATH": f"{venv}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LC_ALL": "C.UTF-8", "HOME": f"{INSIDE}/tmp", "TMPDIR": f"{INSIDE}/tmp", "PYTHONWARNINGS": "ignore",
        }  # fmt: skip
        write_private(self.layout.etc / "supervisord.conf", main_file(INSIDE, environment))
        write_private(self.layout.etc / "qemu.conf", _QEMU_CONF)

    def _write_vcenters(self, record: Record) -> None:
        """For Neutron's driver: which compute's ports bind at which vCenter."""
        found = [
            {
                "name": each.name, "hosts": ["compute-vcenter"], "host": "127.0.0.1", "port": each.port,
                "user": each.user, "password": record.passwords[each.name], "ca_file": f"{INSIDE}/ca.pem",
                "switch": "dvs1",
            }
            for each in record.vcenters
        ]  # fmt: skip
        write_private(self.layout.etc / "controller" / "vcenters.json", json.dumps(found, indent=2))

    # Down ------------------------------------------------------------------------------------------------------

    def down(self, progress: Progress) -> None:
        """End everything and remove the lab's state; nothing to do is no error."""
        if not self.layout.state.exists():
            progress.say(f"There is no lab {self.layout.name!r}: nothing to do.")
            return
        with self._alone(progress):
            self._clear(progress)

    def _clear(self, progress: Progress) -> None:
        found = Record.load(self.layout.record)
        if found is not None and found.init is not None and found.init.lives:
            with progress.step("End the lab's init, and all that it holds"):
                Containment(found.init).end()
        for each in self.layout.state.iterdir():
            if each.name != _LOCK:
                shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()

    @contextmanager
    def _alone(self, progress: Progress) -> Iterator[None]:
        """One change of this lab at a time; a second one waits and says so."""
        self.layout.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.layout.state / _LOCK).open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                with progress.step(f"Wait for another `lab` command (process {lock.read().strip() or 'unknown'}) to end"):
                    fcntl.flock(lock, fcntl.LOCK_EX)
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    # The way in ------------------------------------------------------------------------------------------------

    def connect(self, *, admin: bool = True) -> Any:
        """openstacksdk's connection to this lab."""
        import openstack

        name = self.layout.name + ("-admin" if admin else "")
        config = openstack.config.OpenStackConfig(config_files=[str(self.layout.clouds_file)], load_envvars=False)
        return openstack.connection.Connection(config=config.get_one(cloud=name))

    def _write_clouds(self, record: Record, parts: Parts) -> None:
        """clouds.yaml, and the environment file by which the health check reaches this lab and its witnesses."""
        name = self.layout.name
        ca_file = str(self.layout.state / "ca.pem")

        def cloud(user: str, project: str, password: str) -> dict[str, object]:
            return {
                "region_name": configuration.REGION, "cacert": ca_file,
                "auth": {
                    "auth_url": f"https://127.0.0.1:{record.ports['keystone']}/v3", "username": user,
                    "password": password, "project_name": project, "user_domain_name": "Default",
                    "project_domain_name": "Default",
                },
            }  # fmt: skip

        clouds = {
            name: cloud("ostf", "ostf", record.passwords["checks"]),
            f"{name}-admin": cloud("admin", "admin", record.passwords["admin"]),
        }
        write_private(self.layout.clouds_file, yaml.safe_dump({"clouds": clouds}, sort_keys=False))
        write_private(self.layout.environment_file, yaml.safe_dump(self._environment(record), sort_keys=False))

    def _environment(self, record: Record) -> dict[str, object]:
        way_in = list(self.inside.command)
        vcenters = []
        for center in record.vcenters:
            secret = self.layout.state / f"{center.name}.password"
            write_private(secret, record.passwords[center.name] + "\n")
            vcenters.append({
                "name": center.name, "host": "127.0.0.1", "port": record.ports[center.name], "user": center.user,
                "password": {"file": str(secret)}, "ca_file": str(self.layout.state / "ca.pem"),
                "cluster": _CLUSTER, "datastore_regex": center.datastore, "zones": ["vcenter"],
            })  # fmt: skip
        return {
            "cloud": record.name, "admin_cloud": f"{record.name}-admin",
            "clouds_file": str(self.layout.clouds_file), "external_network": "public",
            "polling_interval_s": 10, "vantage": {"command": way_in},
            "libvirt": [{"host": "compute-kvm", "command": way_in,
                         "instances_path": f"{INSIDE}/var/compute-kvm/nova/instances"}],
            "vcenters": vcenters, "zones": {"kvm": {"hypervisor": record.virt_type}},
        }  # fmt: skip


_LOCK = "lock"
_QEMU_CONF = """\
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
namespaces = []
cgroup_controllers = []
stdio_handler = "file"
vnc_listen = "127.0.0.1"
set_process_name = 1
max_core = 0
"""


def _site(record: Record, venv: Path) -> Site:
    public = {each: f"https://127.0.0.1:{port}" for each, port in record.ports.items()}
    return Site(venv=venv, passwords=record.passwords, public=public, virt_type=record.virt_type)


def _rabbitmq_conf(record: Record) -> str:
    return (
        f"listeners.tcp.1 = 127.0.0.1:{configuration.RABBIT_PORT}\nlog.console.level = warning\n"
        "vm_memory_high_watermark.absolute = 1GB\ndisk_free_limit.absolute = 100MB\n"
        f"default_user = lab\ndefault_pass = {record.passwords['rabbitmq']}\n"
    )


def _vcenter_json(record: Record, center: configuration.VCenter) -> str:
    state = f"{INSIDE}/var/{center.name}"
    return json.dumps({
        "name": center.name, "listen": f"127.0.0.1:{center.port}",
        "admin": {"listen": f"127.0.0.1:{center.port + 1}", "token": record.passwords["vcenter-admin"]},
        "state": state, "user": center.user, "password": record.passwords[center.name],
        "tls": {"certificate": f"{INSIDE}/etc/vcenter.pem", "key": f"{INSIDE}/etc/vcenter.key"},
        "instance_uuid": center.instance_uuid, "datacenter": "DC1", "switch": "dvs1", "portgroups": ["VM Network"],
        "clusters": [
            {"name": each, "hosts": center.hosts, "datastores": [{"name": center.datastore, "capacity_gib": 200}]}
            for each in center.clusters
        ],
        "qemu": "/usr/bin/qemu-system-x86_64", "accel": "kvm" if record.virt_type == "kvm" else "tcg",
        "console": configuration.console_folder(center), "bridge_prefix": "brq",
    }, indent=2)  # fmt: skip


def _reporting(services: list[Service]) -> frozenset[str]:
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
