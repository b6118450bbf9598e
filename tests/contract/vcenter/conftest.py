"""A vCenter simulator of its own for these tests, and a client that verifies its certificate."""

import json
import os
import signal
import socket
import ssl
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pyVim.connect import Disconnect, SmartConnect

from ostf_dual.deployers.lab import software
from ostf_dual.deployers.lab.layout import Layout
from ostf_dual.waiting import wait_until

USER, PASSWORD, TOKEN = "administrator@vsphere.local", "vcenter-password", "admin-token"


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Simulator:
    """The simulator's program with its configuration; started and stopped as often as a test likes."""

    def __init__(self, binary: str, folder: Path) -> None:
        self.binary, self.folder = binary, folder
        self.port, self.admin_port = free_port(), free_port()
        self.config = folder / "vcenter.json"
        self.config.touch(mode=0o600)
        self.config.write_text(
            json.dumps(
                {
                    "name": "contract",
                    "listen": f"127.0.0.1:{self.port}",
                    "admin": {"listen": f"127.0.0.1:{self.admin_port}", "token": TOKEN},
                    "state": str(folder),
                    "user": USER,
                    "password": PASSWORD,
                    "instance_uuid": "11111111-2222-3333-4444-555555555555",
                    "datacenter": "DC1",
                    "switch": "dvs1",
                    "portgroups": ["pg-a"],
                    "clusters": [
                        {"name": "C1", "hosts": 1, "datastores": [{"name": "ds1", "capacity_gib": 10}]}
                    ],
                    "qemu": "/usr/bin/qemu-system-x86_64",
                    "accel": "tcg",
                    "console": str(folder / "console"),
                    "bridge_prefix": "brq",
                }
            )
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([self.binary, "-config", str(self.config)], stderr=log)
        wait_until(self._answers, bool, what="the simulator to answer", timeout_s=30)

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.folder / "log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def end(self, how: signal.Signals) -> None:
        """Send it a signal and wait for its end, for at most the 3 s that it may take."""
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(timeout=3)

    def admin(self, path: str, token: str = TOKEN) -> bytes:
        """POST to the fault injection."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.admin_port}{path}",
            method="POST",
            headers={"Authorization": f"Bearer {token}"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            body: bytes = answer.read()
            return body

    def console(self, instance_uuid: str) -> str:
        """What a guest has printed on its serial port."""
        file = self.folder / "console" / instance_uuid.replace("-", "")
        return file.read_text(errors="replace") if file.exists() else ""

    @contextmanager
    def session(self) -> Iterator[Any]:
        """A logged-in pyvmomi session, the certificate verified against the simulator's CA."""
        context = ssl.create_default_context(cafile=str(self.folder / "ca.pem"))
        service = SmartConnect(host="127.0.0.1", port=self.port, user=USER, pwd=PASSWORD, sslContext=context)
        try:
            yield service.content
        finally:
            Disconnect(service)


def _cache() -> Layout:
    """Where the lab keeps what is slow to build; nothing of a lab is started."""
    layout = Layout.of("contract")
    layout.cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    return layout


@pytest.fixture(scope="module")
def testvm() -> Path:
    """The TestVM's image for vCenter."""
    return software.images(_cache()) / "testvm.vmdk"


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """A running simulator."""
    if os.geteuid() != 0:
        pytest.fail("guests have taps, which need root: `make test-fast` runs what does not")
    binary = software.simulator(_cache())
    simulator = Simulator(str(binary), tmp_path_factory.mktemp("vc"))
    simulator.start()
    yield simulator
    if simulator.process is not None and simulator.process.poll() is None:
        simulator.end(signal.SIGTERM)
