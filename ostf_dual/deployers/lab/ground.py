"""Configuration in formats of their own: what stands below OpenStack, and what it is reached through."""

from collections.abc import Mapping
from pathlib import Path

from ostf_dual.deployers.lab import configuration as conf
from ostf_dual.deployers.lab.configuration import VCenter
from ostf_dual.deployers.lab.layout import INSIDE


def rabbitmq_conf(password: str) -> str:
    """The queue's configuration; its user is made at its first start only."""
    return (
        f"listeners.tcp.1 = 127.0.0.1:{conf.RABBIT_PORT}\nlog.console.level = warning\n"
        "vm_memory_high_watermark.absolute = 1GB\ndisk_free_limit.absolute = 100MB\n"
        f"default_user = lab\ndefault_pass = {password}\n"
    )


def my_cnf() -> str:
    """MariaDB without durability: a lab that lost power is made anew."""
    return (
        f"[mysqld]\nuser = root\ndatadir = {INSIDE}/var/mysql\nsocket = {INSIDE}/run/mysql.sock\n"
        f"pid-file = {INSIDE}/run/mysql.pid\nskip-networking\nskip-name-resolve\n"
        "innodb_flush_log_at_trx_commit = 0\ninnodb_flush_method = nosync\ninnodb_doublewrite = 0\n"
        "innodb_buffer_pool_size = 128M\ninnodb_log_file_size = 48M\ninnodb_autoextend_increment = 8\n"
        "performance_schema = OFF\nskip-log-bin\nmax_connections = 500\ncharacter-set-server = utf8mb4\n"
    )


# It stays root, or it could not enter the lab's network for a connection.
_HAPROXY = (
    "global\n  maxconn 2000\n  log stderr local0 notice\n"
    "defaults\n  timeout connect 5s\n  timeout client 900s\n  timeout server 900s\n  log global\n"
)


def haproxy(file: str) -> tuple[str, ...]:
    """HAProxy in the machine's network: the one program of the lab that listens there."""
    return ("nsenter", "--net=/run/machine-network", "haproxy", "-db", "-f", file)


MISHAPS = "mishaps"
"""HAProxy's map, from the name of a service to what befalls its answers; empty until somebody fills it at run time."""
MISHAPS_SOCKET = "haproxy.sock"


def _mishaps(service: str) -> str:
    """The rules of a frontend by which an answer becomes another, or none, while the map says so."""
    path = f"{INSIDE}/etc/controller/{MISHAPS}"
    answer = 'content-type text/plain string "a mishap"'

    def when(mishap: str) -> str:
        return f"if {{ var(txn.mishap) -m str {mishap} }}\n"

    return (
        f"  http-request set-var(txn.mishap) str({service}),map({path})\n"
        f"  http-request return status 500 {answer} {when('500')}"
        f"  http-request return status 503 {answer} {when('503')}"
        f"  http-request return status 429 {answer} hdr Retry-After 1 {when('429')}"
        f"  http-request reject {when('drop')}"
        # The service has done what it was asked to do, and nobody is told.
        f"  http-response return status 502 {answer} {when('lost')}"
    )


def haproxy_cfg(ports: Mapping[str, int], *, outside: bool = True) -> str:
    """TLS on the machine's loopback for each API; every server line leads into the lab's network.

    Args:
        ports: By service.
        outside: Whether for those who come from the machine; only to them mishaps can be made to happen.
    """
    control = f"  stats socket {INSIDE}/run/{MISHAPS_SOCKET} mode 600 level admin\n" if outside else ""
    parts = [_HAPROXY.replace("global\n", f"global\n{control}", 1)]
    for service, port in conf.PORTS.items():
        mishaps = _mishaps(service) if outside else ""
        parts.append(
            f"frontend {service}\n  mode http\n  bind 127.0.0.1:{ports[service]} ssl"
            f" crt {INSIDE}/etc/controller/public.pem\n{mishaps}"
            "  http-request set-header X-Forwarded-Proto https\n  option forwardfor\n"
            f"  default_backend {service}\nbackend {service}\n  mode http\n"
            f"  server {service} 127.0.0.1:{port} namespace lab\n"
        )
    return "\n".join(parts)


def haproxy_of_vcenter(center: VCenter, port: int) -> str:
    """A vCenter has TLS of its own: it goes through as it is."""
    return (
        f"{_HAPROXY}\nlisten {center.name}\n  mode tcp\n  bind 127.0.0.1:{port}\n"
        f"  server {center.name} 127.0.0.1:{center.port} namespace lab\n"
    )


def gnocchi_paste(venv: Path) -> str:
    """Its token filter ignores --config-file: without this it asks https://127.0.0.1:35357."""
    packaged = next(venv.glob("lib/python3.*/site-packages/gnocchi/rest/api-paste.ini")).read_text()
    return packaged.replace(
        "oslo_config_project = gnocchi",
        f"oslo_config_project = gnocchi\noslo_config_file = {INSIDE}/etc/controller/gnocchi.conf",
        1,
    )
