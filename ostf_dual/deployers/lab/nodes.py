"""The lab's nodes: which programs and which configuration each consists of.

A node is a group of supervised programs with a configuration folder of its own (``etc/NODE``); where it has several
roles it is several groups. Its name is the host name under which its services report, but for the nova-compute of a
vSphere cluster, which has one of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from ostf_dual.deployers.lab import configuration as conf
from ostf_dual.deployers.lab import ground
from ostf_dual.deployers.lab.configuration import Site, VCenter, ini
from ostf_dual.deployers.lab.layout import INSIDE
from ostf_dual.deployers.lab.shape import CONTROLLER, Kind, Part, VSphere
from ostf_dual.deployers.lab.supervision import Program

_LONGEST_DEATH_S = 60


class Wave(IntEnum):
    """The order of start; a wave starts when the one before it is ready.

    All at once, the agents time out on each other: 143 s; in waves: 59 s.
    """

    GROUND = 1
    IDENTITY = 2
    APIS = 3
    AGENTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """When a service counts as ready: a TCP port of the lab, a socket file in its folder, or a public API."""

    port: int | None = None
    socket: str | None = None
    api: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A program with its place in the order of start.

    Attributes:
        reports: As what it sends heartbeats: ``binary@host``, with Cinder's backend behind the host.
        is_hopeless: Whether it was told what keeps it from working: it is started, and not waited for.
    """

    program: Program
    wave: Wave
    ready: Ready | None = None
    reports: str | None = None
    is_hopeless: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node's group of programs, ready to be written to disk.

    Attributes:
        name: Of the group, and of its folder under ``etc``.
        files: Name in that folder to content.
        folders: To be made under ``var``.
    """

    name: str
    services: tuple[Service, ...]
    files: Mapping[str, str] = field(repr=False)
    folders: tuple[str, ...] = ()


NETWORK_AGENTS = {
    "neutron-linuxbridge-agent": "ml2.ini", "neutron-dhcp-agent": "dhcp.ini", "neutron-l3-agent": "l3.ini",
    "neutron-metadata-agent": "metadata.ini",
}  # fmt: skip
"""The agents that report under the network's host, each with the file that it reads beside neutron.conf."""


def _etc(folder: str, *names: str) -> tuple[str, ...]:
    return tuple(word for name in names for word in ("--config-file", f"{INSIDE}/etc/{folder}/{name}"))


def _uwsgi(site: Site, name: str, *target: str) -> tuple[str, ...]:
    return (
        f"{site.venv}/bin/uwsgi", "--http-socket", f"127.0.0.1:{conf.PORTS[name]}", *target,
        "--master", "--processes", "1", "--threads", "4", "--enable-threads", "--lazy-apps", "--need-app",
        "--die-on-term", "--buffer-size", "65535", "--thunder-lock", "--http-chunked-input", "--so-keepalive",
        "--virtualenv", str(site.venv), "--disable-logging",
        # It closes idle connections as it likes: a request on one that just closed would be lost.
        "--add-header", "Connection: close",
    )  # fmt: skip


def controller(site: Site, ports: Mapping[str, int]) -> Node:
    """Everything that is there once: database, queue, APIs, schedulers, the network's agents, metering's store.

    Args:
        site: The lab.
        ports: Public ports on the machine's loopback, by service.
    """
    name, network = CONTROLLER, ("neutron.conf", "ml2.ini")

    def openstack(
        executable: str, wave: Wave, *config: str, api: str | None = None, host: str | None = None
    ) -> Service:
        argv = (f"{site.venv}/bin/{executable}", *_etc(name, *config))
        return Service(
            program=Program(name=executable, argv=argv),
            wave=wave,
            ready=Ready(api=api) if api else None,
            reports=f"{executable}@{host}" if host else None,
        )

    services = (
        *_ground(name),
        _wsgi(
            site, "keystone", f"{site.venv}/bin/keystone-wsgi-public", {"OS_KEYSTONE_CONFIG_DIR": "keystone"}
        ),
        _wsgi(site, "placement", f"{site.venv}/bin/placement-api", {"OS_PLACEMENT_CONFIG_DIR": "placement"}),
        openstack("glance-api", Wave.APIS, "glance.conf", api="glance"),
        openstack("nova-api", Wave.APIS, "nova.conf", api="nova"),
        openstack("nova-conductor", Wave.APIS, "nova.conf", host=name),
        openstack("nova-scheduler", Wave.APIS, "nova.conf", host=name),
        openstack("neutron-server", Wave.APIS, *network, api="neutron"),
        openstack("cinder-api", Wave.APIS, "cinder.conf", api="cinder"),
        openstack("cinder-scheduler", Wave.APIS, "cinder.conf", host=name),
        _gnocchi_api(site, name),
        openstack("gnocchi-metricd", Wave.AGENTS, "gnocchi.conf"),
        openstack("ceilometer-agent-notification", Wave.AGENTS, "ceilometer.conf"),
        *(
            openstack(agent, Wave.AGENTS, "neutron.conf", config, host=site.network_host)
            for agent, config in NETWORK_AGENTS.items()
        ),
    )
    files = {
        "my.cnf": ground.my_cnf(),
        "rabbitmq.conf": ground.rabbitmq_conf(site.passwords["rabbitmq"]),
        "enabled_plugins": "[].\n", "haproxy.cfg": ground.haproxy_cfg(ports),
        "keystone/keystone.conf": ini(conf.keystone()), "placement/placement.conf": ini(conf.placement(site)),
        "glance.conf": ini(conf.glance(site)), "nova.conf": ini(conf.nova_controller(site)),
        "neutron.conf": ini(conf.neutron(site)), "ml2.ini": ini(conf.ml2(site)), "dhcp.ini": ini(conf.dhcp(site)),
        "dnsmasq.conf": conf.dnsmasq(),
        "l3.ini": ini(conf.l3(site)), "metadata.ini": ini(conf.metadata(site)),
        "cinder.conf": ini(conf.cinder_controller(site)), "gnocchi.conf": ini(conf.gnocchi(site)),
        "gnocchi-paste.ini": ground.gnocchi_paste(site.venv), "ceilometer.conf": ini(conf.ceilometer_controller(site)),
        "polling.yaml": conf.polling(site), "pipeline.yaml": conf.pipeline(),
    }  # fmt: skip
    folders = ("mysql", "rabbitmq", "keystone/fernet", "keystone/credential", "glance/images", "glance/staging",
               "glance/tasks", "neutron", "gnocchi/coordination", "gnocchi/tmp", "gnocchi/measure", "lock",
               "controller/cinder", "controller/ceilometer")  # fmt: skip
    return Node(name=name, services=services, files=files, folders=folders)


def _ground(node: str) -> tuple[Service, ...]:
    """Database, queue, cache, and the way in from the machine."""

    def service(name: str, *argv: str, ready: Ready | None = None) -> Service:
        return Service(program=Program(name=name, argv=argv), wave=Wave.GROUND, ready=ready)

    etc, memcached = f"{INSIDE}/etc/{node}", str(conf.MEMCACHED_PORT)
    return (
        service("mariadb", "/usr/sbin/mariadbd", f"--defaults-file={etc}/my.cnf", ready=Ready(socket="mysql.sock")),
        service("epmd", "/usr/bin/epmd", "-address", "127.0.0.1", "-port", str(conf.EPMD_PORT),
                ready=Ready(port=conf.EPMD_PORT)),
        Service(program=_rabbitmq(node), wave=Wave.GROUND, ready=Ready(port=conf.RABBIT_PORT)),
        service("memcached", "/usr/bin/memcached", "-u", "root", "-l", "127.0.0.1", "-p", memcached, "-m", "32",
                "-t", "1", ready=Ready(port=conf.MEMCACHED_PORT)),
        # In the machine's network, for the loopback ports; each server line of its file leads into the lab's. And
        # once more inside: some services ask their peers at the public addresses, whatever they are told.
        service("haproxy", *ground.haproxy(f"{etc}/haproxy.cfg")),
        service("haproxy-inside", "haproxy", "-db", "-f", f"{etc}/haproxy.cfg"),
    )  # fmt: skip


def _wsgi(site: Site, name: str, file: str, folders: Mapping[str, str]) -> Service:
    environment = tuple((key, f"{INSIDE}/etc/controller/{folder}") for key, folder in folders.items())
    program = Program(name=name, argv=_uwsgi(site, name, "--wsgi-file", file), environment=environment)
    return Service(program=program, wave=Wave.IDENTITY, ready=Ready(api=name))


def _gnocchi_api(site: Site, node: str) -> Service:
    argv = _uwsgi(site, "gnocchi", "--module", "gnocchi.rest.wsgi:application")
    arguments = ("--pyargv", f"--config-file {INSIDE}/etc/{node}/gnocchi.conf")
    program = Program(name="gnocchi-api", argv=(*argv, *arguments))
    return Service(program=program, wave=Wave.APIS, ready=Ready(api="gnocchi"))


def node_of(part: Part, site: Site, ports: Mapping[str, int]) -> Node:
    """The node that a part of the lab's shape is."""
    match part.kind, part.vsphere:
        case Kind.COMPUTE, _:
            return compute_kvm(site, part)
        case Kind.CINDER, _:
            return cinder_kvm(site, part)
        case Kind.VCENTER_COMPUTE, VSphere() as told:
            return compute_vcenter(site, part, told)
        case Kind.CINDER_VMWARE, VSphere() as told:
            return cinder_vmware(site, part, told)
    return controller(site, ports)


def compute_kvm(site: Site, part: Part) -> Node:
    """Libvirtd with QEMU, nova-compute, and the polling agent beside them."""
    etc = f"{INSIDE}/etc/{part.group}"
    libvirtd = Program(name="libvirtd", argv=("/usr/sbin/libvirtd", "-f", f"{etc}/libvirtd.conf"))
    services = (
        Service(program=libvirtd, wave=Wave.GROUND, ready=Ready(socket="libvirt/libvirt-sock")),
        _compute(site, part),
        _polling(site, part),
    )
    files = {
        "nova.conf": ini(conf.nova_kvm(site, part)), "ceilometer.conf": ini(conf.ceilometer_kvm(site, part)),
        "polling.yaml": conf.polling(site),
        "libvirtd.conf": 'unix_sock_dir = "/run/libvirt"\nunix_sock_group = "root"\nauth_unix_rw = "none"\n'
                         'auth_unix_ro = "none"\nlisten_tls = 0\nlisten_tcp = 0\n',
    }  # fmt: skip
    return _node(part, services, files, "nova/instances", "ceilometer")


def compute_vcenter(site: Site, part: Part, told: VSphere) -> Node:
    """nova-compute with the vCenter driver, and the polling agent that asks vCenter."""
    files = {
        "nova.conf": ini(conf.nova_vcenter(site, part, told)),
        "ceilometer.conf": ini(conf.ceilometer_vcenter(site, part, told)), "polling.yaml": conf.polling(site),
    }  # fmt: skip
    return _node(part, (_compute(site, part), _polling(site, part)), files, "nova", "ceilometer")


def cinder_kvm(site: Site, part: Part) -> Node:
    """The KVM zone's volume service."""
    files = {"cinder.conf": ini(conf.cinder_kvm(site, part)), "shares": "127.0.0.1:/volumes\n"}
    return _node(part, (_volume(site, part),), files, "cinder", "mnt", "/volumes")


def cinder_vmware(site: Site, part: Part, told: VSphere) -> Node:
    """The volume service with the VMDK driver."""
    return _node(
        part, (_volume(site, part),), {"cinder.conf": ini(conf.cinder_vmware(site, part, told))}, "cinder"
    )


def vcenter(center: VCenter, program: Path, config: str, public_port: int) -> Node:
    """A vCenter and its way in from the machine: no OpenStack node, but run and watched the same way."""
    name = center.name
    etc = f"{INSIDE}/etc/{name}"
    simulator = Program(name=name, argv=(str(program), "-config", f"{etc}/vcenter.json"))
    services = (
        Service(program=simulator, wave=Wave.GROUND, ready=Ready(port=center.port)),
        # Its own, so that a vCenter can come and go while the controller's HAProxy runs on.
        Service(
            program=Program(name=f"haproxy-{name}", argv=ground.haproxy(f"{etc}/haproxy.cfg")),
            wave=Wave.GROUND,
        ),
    )
    files = {"vcenter.json": config, "haproxy.cfg": ground.haproxy_of_vcenter(center, public_port)}
    return Node(name=name, services=services, files=files, folders=(f"{name}/console",))


def _node(part: Part, services: tuple[Service, ...], files: Mapping[str, str], *folders: str) -> Node:
    """A part's node; its folders are its own but for those that begin with a slash."""
    return Node(
        name=part.group,
        services=services,
        files=files,
        folders=tuple(each[1:] if each.startswith("/") else f"{part.group}/{each}" for each in folders),
    )


def _compute(site: Site, part: Part) -> Service:
    # One program name over the lab: the host's name makes it unique.
    return _agent(part, f"nova-{part.host}", f"{site.venv}/bin/nova-compute", *_etc(part.group, "nova.conf"),
                  reports=f"nova-compute@{part.host}")  # fmt: skip


def _polling(site: Site, part: Part) -> Service:
    return _agent(part, f"ceilometer-{part.host}", f"{site.venv}/bin/ceilometer-polling", "--polling-namespaces",
                  "compute", *_etc(part.group, "ceilometer.conf"))  # fmt: skip


def _volume(site: Site, part: Part) -> Service:
    return _agent(part, f"volume-{part.group}", f"{site.venv}/bin/cinder-volume", *_etc(part.group, "cinder.conf"),
                  reports=f"cinder-volume@{part.host}@{part.backend}")  # fmt: skip


def _agent(part: Part, name: str, *argv: str, reports: str | None = None) -> Service:
    is_hopeless = bool(part.faults)
    # What dies of what it was told is not to be started for ever: that would take a processor.
    program = Program(name=name, argv=argv, settles_s=_LONGEST_DEATH_S if is_hopeless else 2)
    return Service(program=program, wave=Wave.AGENTS, reports=reports, is_hopeless=is_hopeless)


def _rabbitmq(node: str) -> Program:
    var = f"{INSIDE}/var/rabbitmq"
    environment = {
        "RABBITMQ_NODENAME": "lab@localhost", "RABBITMQ_CONFIG_FILE": f"{INSIDE}/etc/{node}/rabbitmq.conf",
        "RABBITMQ_MNESIA_BASE": var, "RABBITMQ_LOG_BASE": f"{INSIDE}/log", "RABBITMQ_LOGS": "-",
        "RABBITMQ_ENABLED_PLUGINS_FILE": f"{INSIDE}/etc/{node}/enabled_plugins",
        "ERL_EPMD_ADDRESS": "127.0.0.1", "ERL_EPMD_PORT": str(conf.EPMD_PORT), "RABBITMQ_DIST_PORT": "25672",
        # Busy waiting would eat one of two cores; its home holds the cookie.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none "
                                               "-kernel inet_dist_use_interface {127,0,0,1}",
        "HOME": var,
    }  # fmt: skip
    return Program(
        name="rabbitmq",
        argv=("/usr/lib/rabbitmq/bin/rabbitmq-server",),
        environment=tuple(environment.items()),
    )
