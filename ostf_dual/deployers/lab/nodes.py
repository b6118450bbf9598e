"""The lab's nodes: which programs and which configuration each consists of.

A node is a group of supervised programs with a configuration folder of its own (``etc/NODE``). Its name is the
host name under which its services report.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from ostf_dual.deployers.lab import configuration as conf
from ostf_dual.deployers.lab.configuration import Site, VCenter, ini
from ostf_dual.deployers.lab.layout import INSIDE
from ostf_dual.deployers.lab.supervision import Program


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
    """A program with its place in the order of start."""

    program: Program
    wave: Wave
    ready: Ready | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node, ready to be written to disk.

    Attributes:
        files: Name in ``etc/NODE`` to content.
        folders: To be made under ``var``.
    """

    name: str
    services: tuple[Service, ...]
    files: Mapping[str, str] = field(repr=False)
    folders: tuple[str, ...] = ()


def _etc(node: str, *names: str) -> tuple[str, ...]:
    return tuple(word for name in names for word in ("--config-file", f"{INSIDE}/etc/{node}/{name}"))


def _uwsgi(site: Site, name: str, *target: str) -> tuple[str, ...]:
    return (
        f"{site.venv}/bin/uwsgi", "--http-socket", f"127.0.0.1:{conf.PORTS[name]}", *target,
        "--master", "--processes", "1", "--threads", "4", "--enable-threads", "--lazy-apps", "--need-app",
        "--die-on-term", "--buffer-size", "65535", "--thunder-lock", "--http-chunked-input", "--so-keepalive",
        "--virtualenv", str(site.venv), "--disable-logging",
        # It closes idle connections as it likes: a request on one that just closed would be lost.
        "--add-header", "Connection: close",
    )  # fmt: skip


def controller(site: Site, ports: Mapping[str, int], rabbit: str) -> Node:
    """Everything that is there once: database, queue, APIs, schedulers, the network's agents, metering's store.

    Args:
        site: The lab.
        ports: Public ports on the machine's loopback, by service.
        rabbit: The queue's configuration.
    """
    program = site.venv / "bin"
    name = "controller"

    def run(executable: str, *files: str, **options: str) -> Program:
        return Program(name=options.get("name", executable), argv=(str(program / executable), *_etc(name, *files)))

    network = ("neutron.conf", "ml2.ini")
    services = (
        Service(program=Program(name="mariadb", argv=("/usr/sbin/mariadbd", f"--defaults-file={INSIDE}/etc/{name}/my.cnf")),
                wave=Wave.GROUND, ready=Ready(socket="mysql.sock")),
        Service(program=Program(name="epmd", argv=("/usr/bin/epmd", "-address", "127.0.0.1", "-port", str(conf.EPMD_PORT))),
                wave=Wave.GROUND, ready=Ready(port=conf.EPMD_PORT)),
        Service(program=_rabbitmq(name), wave=Wave.GROUND, ready=Ready(port=conf.RABBIT_PORT)),
        Service(program=Program(name="memcached", argv=("/usr/bin/memcached", "-u", "root", "-l", "127.0.0.1", "-p", str(conf.MEMCACHED_PORT), "-m", "32", "-t", "1")),
                wave=Wave.GROUND, ready=Ready(port=conf.MEMCACHED_PORT)),
        # In the machine's network, for the loopback ports; the way in is the namespace that its file names.
        Service(program=Program(name="haproxy", argv=("nsenter", "--net=/run/machine-network", "haproxy", "-db", "-f", f"{INSIDE}/etc/{name}/haproxy.cfg")),
                wave=Wave.GROUND),
        Service(program=Program(name="keystone", argv=_uwsgi(site, "keystone", "--wsgi-file", str(program / "keystone-wsgi-public")),
                                environment=(("OS_KEYSTONE_CONFIG_DIR", f"{INSIDE}/etc/{name}/keystone"),)),
                wave=Wave.IDENTITY, ready=Ready(api="keystone")),
        Service(program=Program(name="placement", argv=_uwsgi(site, "placement", "--wsgi-file", str(program / "placement-api")),
                                environment=(("OS_PLACEMENT_CONFIG_DIR", f"{INSIDE}/etc/{name}/placement"),)),
                wave=Wave.IDENTITY, ready=Ready(api="placement")),
        Service(program=run("glance-api", "glance.conf"), wave=Wave.APIS, ready=Ready(api="glance")),
        Service(program=run("nova-api", "nova.conf"), wave=Wave.APIS, ready=Ready(api="nova")),
        Service(program=run("nova-conductor", "nova.conf"), wave=Wave.APIS),
        Service(program=run("nova-scheduler", "nova.conf"), wave=Wave.APIS),
        Service(program=run("neutron-server", *network), wave=Wave.APIS, ready=Ready(api="neutron")),
        Service(program=run("cinder-api", "cinder.conf"), wave=Wave.APIS, ready=Ready(api="cinder")),
        Service(program=run("cinder-scheduler", "cinder.conf"), wave=Wave.APIS),
        Service(program=Program(name="gnocchi-api", argv=(*_uwsgi(site, "gnocchi", "--module", "gnocchi.rest.wsgi:application"),
                                                          "--pyargv", f"--config-file {INSIDE}/etc/{name}/gnocchi.conf")),
                wave=Wave.APIS, ready=Ready(api="gnocchi")),
        Service(program=run("gnocchi-metricd", "gnocchi.conf"), wave=Wave.AGENTS),
        Service(program=run("ceilometer-agent-notification", "ceilometer.conf"), wave=Wave.AGENTS),
        Service(program=run("neutron-linuxbridge-agent", *network), wave=Wave.AGENTS),
        Service(program=run("neutron-dhcp-agent", "neutron.conf", "dhcp.ini"), wave=Wave.AGENTS),
        Service(program=run("neutron-l3-agent", "neutron.conf", "l3.ini"), wave=Wave.AGENTS),
        Service(program=run("neutron-metadata-agent", "neutron.conf", "metadata.ini"), wave=Wave.AGENTS),
    )  # fmt: skip
    files = {
        "my.cnf": _my_cnf(), "rabbitmq.conf": rabbit, "enabled_plugins": "[].\n", "haproxy.cfg": _haproxy(ports),
        "keystone/keystone.conf": ini(conf.keystone(site)), "placement/placement.conf": ini(conf.placement(site)),
        "glance.conf": ini(conf.glance(site)), "nova.conf": ini(conf.nova_controller(site)),
        "neutron.conf": ini(conf.neutron(site)), "ml2.ini": ini(conf.ml2(site)), "dhcp.ini": ini(conf.dhcp(site)), "dnsmasq.conf": conf.dnsmasq(),
        "l3.ini": ini(conf.l3(site)), "metadata.ini": ini(conf.metadata(site)),
        "cinder.conf": ini(conf.cinder_controller(site)), "gnocchi.conf": ini(conf.gnocchi(site)),
        "gnocchi-paste.ini": _gnocchi_paste(site.venv), "ceilometer.conf": ini(conf.ceilometer_controller(site)),
        "polling.yaml": conf.polling(site), "pipeline.yaml": conf.pipeline(),
    }  # fmt: skip
    folders = ("mysql", "rabbitmq", "keystone/fernet", "keystone/credential", "glance/images", "glance/staging",
               "glance/tasks", "neutron", "gnocchi/coordination", "gnocchi/tmp", "gnocchi/measure", "lock",
               "controller/cinder", "controller/ceilometer")  # fmt: skip
    return Node(name=name, services=services, files=files, folders=folders)


def compute_kvm(site: Site, name: str = "compute-kvm") -> Node:
    """libvirtd with QEMU, nova-compute, and the polling agent beside them."""
    services = (
        Service(program=Program(name="libvirtd", argv=("/usr/sbin/libvirtd", "-f", f"{INSIDE}/etc/{name}/libvirtd.conf"),
                                ), wave=Wave.GROUND, ready=Ready(socket="libvirt/libvirt-sock")),
        _compute(site, name), _polling(site, name),
    )  # fmt: skip
    files = {
        "nova.conf": ini(conf.nova_kvm(site, name)), "ceilometer.conf": ini(conf.ceilometer_kvm(site, name)),
        "polling.yaml": conf.polling(site),
        "libvirtd.conf": 'unix_sock_dir = "/run/libvirt"\nunix_sock_group = "root"\nauth_unix_rw = "none"\n'
                         'auth_unix_ro = "none"\nlisten_tls = 0\nlisten_tcp = 0\n',
    }  # fmt: skip
    return Node(name=name, services=services, files=files, folders=(f"{name}/nova/instances", f"{name}/ceilometer"))


def compute_vcenter(site: Site, vcenter: VCenter, cluster: str, name: str = "compute-vcenter") -> Node:
    """nova-compute with the vCenter driver, and the polling agent that asks vCenter."""
    files = {
        "nova.conf": ini(conf.nova_vcenter(site, name, vcenter, cluster)),
        "ceilometer.conf": ini(conf.ceilometer_vcenter(site, name, vcenter)), "polling.yaml": conf.polling(site),
    }  # fmt: skip
    return Node(name=name, services=(_compute(site, name), _polling(site, name)), files=files,
                folders=(f"{name}/nova", f"{name}/ceilometer"))  # fmt: skip


def cinder_kvm(site: Site, name: str = "cinder-kvm") -> Node:
    """The KVM zone's volume service."""
    files = {"cinder.conf": ini(conf.cinder_kvm(site, name)), "shares": "127.0.0.1:/volumes\n"}
    return Node(name=name, services=(_volume(site, name),), files=files,
                folders=(f"{name}/cinder", f"{name}/mnt", "volumes"))  # fmt: skip


def cinder_vmware(site: Site, vcenter: VCenter, cluster: str, name: str = "cinder-vmware") -> Node:
    """The volume service with the VMDK driver."""
    files = {"cinder.conf": ini(conf.cinder_vmware(site, name, vcenter, cluster))}
    return Node(name=name, services=(_volume(site, name),), files=files, folders=(f"{name}/cinder",))


def vcenter(center: VCenter, program: Path, config: str) -> Node:
    """A vCenter: no OpenStack node, but run and watched the same way."""
    service = Service(
        program=Program(name=center.name, argv=(str(program), "-config", f"{INSIDE}/etc/{center.name}/vcenter.json")),
        wave=Wave.GROUND, ready=Ready(port=center.port),
    )  # fmt: skip
    return Node(name=center.name, services=(service,), files={"vcenter.json": config},
                folders=(f"{center.name}/console",))  # fmt: skip


def _compute(site: Site, node: str) -> Service:
    # One program name over the lab: with one compute per node, the node's name makes it unique.
    argv = (f"{site.venv}/bin/nova-compute", *_etc(node, "nova.conf"))
    return Service(program=Program(name=f"nova-{node}", argv=argv), wave=Wave.AGENTS)


def _polling(site: Site, node: str) -> Service:
    argv = (f"{site.venv}/bin/ceilometer-polling", "--polling-namespaces", "compute", *_etc(node, "ceilometer.conf"))
    return Service(program=Program(name=f"ceilometer-{node}", argv=argv), wave=Wave.AGENTS)


def _volume(site: Site, node: str) -> Service:
    argv = (f"{site.venv}/bin/cinder-volume", *_etc(node, "cinder.conf"))
    return Service(program=Program(name=f"volume-{node}", argv=argv), wave=Wave.AGENTS)


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
    return Program(name="rabbitmq", argv=("/usr/lib/rabbitmq/bin/rabbitmq-server",), environment=tuple(environment.items()))


def _my_cnf() -> str:
    # Durability off: a lab that lost power is made anew.
    return (
        f"[mysqld]\nuser = root\ndatadir = {INSIDE}/var/mysql\nsocket = {INSIDE}/run/mysql.sock\n"
        f"pid-file = {INSIDE}/run/mysql.pid\nskip-networking\nskip-name-resolve\n"
        "innodb_flush_log_at_trx_commit = 0\ninnodb_flush_method = nosync\ninnodb_doublewrite = 0\n"
        "innodb_buffer_pool_size = 128M\ninnodb_log_file_size = 48M\ninnodb_autoextend_increment = 8\n"
        "performance_schema = OFF\nskip-log-bin\nmax_connections = 500\ncharacter-set-server = utf8mb4\n"
    )


def _haproxy(ports: Mapping[str, int]) -> str:
    parts = [
        # Root, or it could not enter the lab's network for a connection.
        "global\n  maxconn 2000\n  log stderr local0 notice\n"
        "defaults\n  timeout connect 5s\n  timeout client 900s\n  timeout server 900s\n  log global\n"
    ]
    for service, port in ports.items():
        if service in conf.PORTS:
            parts.append(
                f"frontend {service}\n  mode http\n  bind 127.0.0.1:{port} ssl crt {INSIDE}/etc/controller/public.pem\n"
                "  http-request set-header X-Forwarded-Proto https\n  option forwardfor\n"
                f"  default_backend {service}\nbackend {service}\n  mode http\n"
                f"  server {service} 127.0.0.1:{conf.PORTS[service]} namespace lab\n"
            )
        else:
            parts.append(
                f"listen {service}\n  mode tcp\n  bind 127.0.0.1:{port}\n"
                f"  server {service} 127.0.0.1:{conf.vcenter_port(service)} namespace lab\n"
            )
    return "\n".join(parts)


def _gnocchi_paste(venv: Path) -> str:
    """Its token filter ignores --config-file: without this it asks https://127.0.0.1:35357."""
    packaged = next(venv.glob("lib/python3.*/site-packages/gnocchi/rest/api-paste.ini")).read_text()
    return packaged.replace(
        "oslo_config_project = gnocchi",
        f"oslo_config_project = gnocchi\noslo_config_file = {INSIDE}/etc/controller/gnocchi.conf",
        1,
    )


