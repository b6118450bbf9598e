"""However a scenario ends, its cloud goes with it, or with the next play of it."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import yaml

from ostf_dual.deployers.memory import Memory, Status
from ostf_dual.runs.data import data_folder
from ostf_dual.waiting import wait_until

INTERRUPTED, USAGE = 2, 4
SLOW_S = 60.0
"""For a machine that is busy."""


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cloud that is a file, and whose installer takes long after it made it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "cloud"


@pytest.fixture
def play(cloud: Path) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    """Begin to play the scenario `wrong-settings`, in a process group of its own."""
    definition = yaml.safe_load(
        (data_folder("fixtures") / "environments" / "qemu-and-vcenter.yaml").read_text()
    )
    definition["vmware"]["zones"][0]["vcenter"]["password"] = {"env": "HOME"}
    there = shlex.quote(str(cloud))
    definition |= {
        "deployer": "command",
        "commands": {
            "deploy": ["sh", "-c", f"touch {there}; exec sleep 20"],
            "destroy": ["rm", "-f", str(cloud)],
            "access": ["echo", '{"cloud": "c"}'],
        },
    }
    file = cloud.with_name("definition.yaml")
    file.write_text(yaml.safe_dump(definition))

    plays: list[subprocess.Popen[bytes]] = []

    def begin() -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "ostf_dual", "scenario", "wrong-settings", "--environment", str(file),
                   "--reports", str(cloud.with_name("reports")), "--no-html"]  # fmt: skip
        begun = subprocess.Popen(command, start_new_session=True)
        plays.append(begun)
        wait_until(cloud.exists, bool, what="the cloud to be there", timeout_s=SLOW_S)
        return begun

    yield begin
    for each in plays:
        with suppress(ProcessLookupError):
            os.killpg(each.pid, signal.SIGKILL)
        each.wait(SLOW_S)


def test_an_interrupted_scenario_takes_its_cloud_with_it(
    cloud: Path, play: Callable[[], "subprocess.Popen[bytes]"]
) -> None:
    begun = play()
    begun.send_signal(signal.SIGTERM)

    assert begun.wait(SLOW_S) == INTERRUPTED
    assert not cloud.exists()
    assert Memory("sys-wrong-settings").state is None


def test_what_a_killed_scenario_left_goes_before_the_next_play(
    cloud: Path, play: Callable[[], "subprocess.Popen[bytes]"]
) -> None:
    killed = play()
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait(SLOW_S)
    left = Memory("sys-wrong-settings").state
    cloud.write_text("of the killed one")  # which `touch` leaves alone
    again = play()
    wait_until(
        lambda: cloud.exists() and not cloud.stat().st_size,
        bool,
        what="the cloud to be new",
        timeout_s=SLOW_S,
    )
    again.send_signal(signal.SIGTERM)

    assert again.wait(SLOW_S) == INTERRUPTED
    assert left is not None
    assert left.status is Status.DEPLOYING
    assert not cloud.exists()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("dvs: true", "segmentatoin: x", "network.segmentatoin: no such key; did you mean segmentation?"),
        (
            "target: compute-vcenter",
            "target: compute-vcentre",
            "vmware.zones.0.clusters.0.target: there is no node",
        ),
        (
            "    zone: kvm",
            "    zone: kvm\n  - {name: more, roles: [compute]}",
            "nodes: the lab has one libvirtd",
        ),
    ],
    ids=["form", "rule", "deployer"],
)
def test_faults_of_its_definition_are_told_with_their_lines_before_anything_is_begun(
    tmp_path: Path, cloud: Path, old: str, new: str, told: str
) -> None:
    text = (data_folder("fixtures") / "environments" / "qemu-and-vcenter.yaml").read_text()
    file = tmp_path / "definition.yaml"
    file.write_text(text.replace(old, new, 1))

    def run(*arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "ostf_dual", *arguments], capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    checked, in_check = run("env", "check", str(file))
    played, in_play = run(
        "scenario", "refusals", "--environment", str(file), "--reports", str(tmp_path / "r"), "--no-html"
    )

    (line,) = (each.strip() for each in in_play.splitlines() if told in each)
    assert (checked, played) == (USAGE, USAGE), in_play
    assert re.match(r"line [0-9]+, ", line), line
    assert line.partition(": ")[0].split()[1] in in_check
    assert str(file) in in_play
    assert not cloud.with_name("state").exists()
