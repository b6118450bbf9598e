"""The controller: everything that a lab has once, from the database to the network's agents."""

from collections.abc import Mapping

from ostf_dual.deployers.lab import configuration as conf
from ostf_dual.deployers.lab import ground
from ostf_dual.deployers.lab.configuration import Site, ini
from ostf_dual.deployers.lab.layout import INSIDE
from ostf_dual.deployers.lab.service import Node, Ready, Service, Wave, config_files
from ostf_dual.deployers.lab.shape import CONTROLLER
from ostf_dual.deployers.lab.supervision import Program

NETWORK_AGENTS = {
    "neutron-linuxbridge-agent": "ml2.ini", "neutron-dhcp-agent": "dhcp.ini", "neutron-l3-agent": "l3.ini",
    "neutron-metadata-agent": "metadata.ini",
}  # fmt: skip
"""The agents that report under the network's host, each with the file that it reads beside neutron.conf."""


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
        argv = (f"{site.venv}/bin/{executable}", *config_files(name, *config))
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
        "haproxy-inside.cfg": ground.haproxy_cfg(ports, outside=False), ground.MISHAPS: "",
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
        service("haproxy-inside", "haproxy", "-db", "-f", f"{etc}/haproxy-inside.cfg"),
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
