"""The lab lives in namespaces of its own; the machine sees its loopback listeners, and nothing else."""

import os
import socket
from pathlib import Path

from ostf_dual.deployers.lab.embedded import Lab
from tests.machine import Machine, listeners


def test_lab_leaves_the_machine_as_it_was(lab: Lab, machine_before: Machine) -> None:
    assert not machine_before.differences(Machine.now()), lab.layout.state


def test_lab_listens_on_its_loopback_ports_and_nowhere_else(lab: Lab) -> None:
    of_lab = {int(each.name) for each in _inside(lab)}

    found = {place for place, processes in listeners().items() if processes & of_lab}

    assert found == {f"127.0.0.1:{port}" for port in lab.record.ports.values()}


def test_every_process_of_the_lab_is_in_its_own_namespaces(lab: Lab) -> None:
    init, inside = lab.record.living_init.pid, _inside(lab)
    network = Path(f"/proc/{init}/ns/net").readlink()
    machine = Path("/proc/self/ns/net").readlink()

    outside = {_name(each) for each in inside if _namespace(each, "net") == machine}

    assert len(inside) > 20
    assert network != machine
    assert outside == {"haproxy"}


def test_no_packet_of_the_lab_can_leave_it(lab: Lab) -> None:
    def reach_out() -> str:
        try:
            socket.create_connection(("192.0.2.1", 80), 2).close()
        except OSError as error:
            return os.strerror(error.errno or 0)
        return "connected"

    assert lab.inside.in_network(reach_out) == "Network is unreachable"


def test_secrets_of_the_lab_are_readable_by_its_owner_only(lab: Lab) -> None:
    open_files = [
        each
        for each in (*lab.layout.etc.rglob("*"), lab.layout.record, lab.layout.clouds_file)
        if each.is_file() and each.stat().st_mode & 0o077
    ]

    assert not open_files
    assert lab.layout.state.stat().st_mode & 0o077 == 0


def test_services_take_less_than_6_gib(lab: Lab) -> None:
    in_kib = sum(_pss_kib(each) for each in _inside(lab) if "qemu-system" not in _name(each))

    assert in_kib < 6 * 2**20


def _inside(lab: Lab) -> list[Path]:
    """The lab's processes, as the machine sees them."""
    of_lab = Path(f"/proc/{lab.record.living_init.pid}/ns/pid").readlink()
    numbered = (each for each in Path("/proc").iterdir() if each.name.isdigit())
    return [each for each in numbered if _namespace(each, "pid") == of_lab]


def _namespace(process: Path, kind: str) -> Path | None:
    try:
        return (process / "ns" / kind).readlink()
    except OSError:
        return None


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text().strip()
    except OSError:
        return ""


def _pss_kib(process: Path) -> int:
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
