"""The services' databases: made once, kept as a packed data folder, unpacked by the next ``lab up``.

Only the schema is kept (before any user or compute exists), after a clean stop of MariaDB. Cell mappings are
templates, so no password or port is in it.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ostf_dual.deployers.lab import configuration as conf
from ostf_dual.deployers.lab import packages
from ostf_dual.deployers.lab.containment import Containment
from ostf_dual.deployers.lab.layout import INSIDE, Layout
from ostf_dual.deployers.lab.software import key, run
from ostf_dual.deployers.lab.supervision import Supervisor
from ostf_dual.waiting import wait_until

_ETC = f"{INSIDE}/etc/controller"
_FOLDERS = ("mysql", "gnocchi")  # gnocchi-upgrade also lays out the store of the measures
_NOVA = ("nova-manage", "--config-file", f"{_ETC}/nova.conf")
_LANES: tuple[tuple[tuple[str, ...], ...], ...] = (
    (
        ("keystone-manage", "--config-dir", f"{_ETC}/keystone", "db_sync"),
        ("glance-manage", "--config-file", f"{_ETC}/glance.conf", "db_sync"),
        ("placement-manage", "--config-dir", f"{_ETC}/placement", "db", "sync"),
        ("gnocchi-upgrade", "--config-file", f"{_ETC}/gnocchi.conf"),
        ("cinder-manage", "--config-file", f"{_ETC}/cinder.conf", "db", "sync"),
    ),
    (
        (*_NOVA, "api_db", "sync"),
        (*_NOVA, "cell_v2", "map_cell0", "--database_connection", conf.database("nova_cell0")),
        (*_NOVA, "cell_v2", "create_cell", "--name", "cell1",
         "--transport-url", "{scheme}://{username}:{password}@{hostname}:{port}/",
         "--database_connection", conf.database("nova")),
        (*_NOVA, "db", "sync"),
        ("neutron-db-manage", "--config-file", f"{_ETC}/neutron.conf", "--config-file", f"{_ETC}/ml2.ini",
         "upgrade", "heads"),
    ),
)  # fmt: skip


def snapshot(layout: Layout, venv: Path) -> Path:
    """Where the packed databases are, or would be."""
    content = key(
        venv.name,
        packages.version("mariadb-server"),
        (layout.etc / "controller/my.cnf").read_text(),
        repr((_LANES, _FOLDERS)),
    )
    return layout.cache / f"databases-{content}.tar.gz"


def unpack(packed: Path, layout: Layout) -> None:
    """Put the databases where MariaDB looks."""
    run(
        ["tar", "--extract", "--file", str(packed), "--directory", str(layout.var)],
        layout.log / "databases.log",
    )


def make(packed: Path, layout: Layout, inside: Containment, supervisor: Supervisor, venv: Path) -> None:
    """Make the databases by each service's own migrations, and pack them for the next time."""
    inside.run(["mariadb-install-db", f"--defaults-file={_ETC}/my.cnf", "--user=root",
                "--auth-root-authentication-method=normal", "--skip-test-db"])  # fmt: skip
    supervisor.start("mariadb")
    wait_for_server(layout)
    statements = "".join(f"CREATE DATABASE {each} CHARACTER SET utf8mb4;" for each in conf.DATABASES)
    inside.run(["mariadb", "--user=root", f"--socket={INSIDE}/run/mysql.sock", "--execute", statements])

    def follow(lane: tuple[tuple[str, ...], ...]) -> None:
        for program, *arguments in lane:
            # A migration that cannot go on may retry for ever (gnocchi-upgrade does).
            inside.run([f"{venv}/bin/{program}", *arguments], timeout_s=240)

    with ThreadPoolExecutor(len(_LANES)) as pool:
        list(pool.map(follow, _LANES))
    supervisor.stop("mariadb")
    temporary = packed.with_name(f".{packed.name}.{os.getpid()}")
    run(["tar", "--create", "--gzip", "--file", str(temporary), "--directory", str(layout.var), *_FOLDERS],
        layout.log / "databases.log")  # fmt: skip
    temporary.replace(packed)


def wait_for_server(layout: Layout) -> None:
    """Until MariaDB takes connections."""
    socket = layout.run / "mysql.sock"
    wait_until(socket.exists, bool, what=f"MariaDB (log: {layout.log}/mariadb.log)", timeout_s=60)
