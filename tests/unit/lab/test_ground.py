"""The way in from the machine, and what can be made to befall those who take it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from ostf_dual.deployers.lab import configuration, ground
from ostf_dual.deployers.lab.faults.mishaps import Mishap
from ostf_dual.deployers.lab.layout import INSIDE

PORTS = {service: 20000 + number for number, service in enumerate(configuration.PORTS)}


def test_mishaps_befall_those_who_come_from_outside_alone() -> None:
    outside, inside = ground.haproxy_cfg(PORTS), ground.haproxy_cfg(PORTS, outside=False)

    assert ground.MISHAPS in outside
    assert "stats socket" in outside
    assert ground.MISHAPS not in inside
    assert "stats socket" not in inside


def test_every_service_can_meet_with_every_mishap() -> None:
    frontends = ground.haproxy_cfg(PORTS).split("\nfrontend ")[1:]

    assert len(frontends) == len(PORTS)
    assert all(f"-m str {mishap} " in each for mishap in Mishap for each in frontends)


@pytest.mark.skipif(shutil.which("haproxy") is None, reason="no haproxy on this machine")
def test_haproxy_understands_it(tmp_path: Path) -> None:
    (tmp_path / ground.MISHAPS).touch()
    text = ground.haproxy_cfg(PORTS).replace(
        f"{INSIDE}/etc/controller/{ground.MISHAPS}", str(tmp_path / "mishaps")
    )
    text = text.replace(f"{INSIDE}/run", str(tmp_path)).replace(" namespace lab", "")
    lines = [line.partition(" ssl crt")[0] for line in text.splitlines()]
    file = tmp_path / "haproxy.cfg"
    file.write_text("\n".join(lines) + "\n")

    done = subprocess.run(["haproxy", "-c", "-f", str(file)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
