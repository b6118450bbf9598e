"""The last of the lab tests: ``lab down`` leaves nothing but the cache."""

from pathlib import Path

from rich.console import Console

from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.progress import Progress
from ostf_dual.waiting import wait_until
from tests.machine import Machine, listeners


def test_down_leaves_nothing(lab: Lab, machine_before: Machine) -> None:
    of_lab = Path(f"/proc/{lab.record.living_init.pid}/ns/pid").readlink()
    ports = {f"127.0.0.1:{port}" for port in lab.record.ports.values()}
    progress = Progress(Console(stderr=True))
    try:
        lab.down(progress)
    finally:
        progress.close()

    after = Machine.now()

    assert not machine_before.differences(after)
    assert not ports & listeners().keys()
    assert not lab.layout.state.exists()
    # The last zombies wait for a moment for their parents outside.
    wait_until(
        lambda: _processes_in(of_lab),
        lambda left: not left,
        what="the lab's processes to be gone",
        timeout_s=20,
    )


def _processes_in(namespace: Path) -> list[str]:
    return [
        each.name
        for each in Path("/proc").iterdir()
        if each.name.isdigit() and _pid_namespace(each) == namespace
    ]


def _pid_namespace(process: Path) -> Path | None:
    try:
        return (process / "ns" / "pid").readlink()
    except OSError:
        return None
