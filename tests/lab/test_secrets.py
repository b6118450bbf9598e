"""On a real cloud: its passwords and tokens are in nothing that a run leaves, and in no process's arguments."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ostf_dual.deployers.lab.embedded import Lab
from tests.canary.canaries import Canary
from tests.canary.world import NOISE

TOKEN = re.compile(rb"gAAAAAB[A-Za-z0-9_-]{20,}")
"""Fernet: version 128, and a time between 2004 and 2038. A picture in base64 has gAAAA too."""
CHECKS = "API or SVC or VC or KVM or BOOT-01 or LEAK"


@pytest.fixture(scope="module")
def left(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a talkative run of reading and booting checks leaves, and what it printed."""
    folder = tmp_path_factory.mktemp("left")
    command = [sys.executable, "-m", "ostf_dual", "run", "--environment", str(lab.layout.environment_file),
               "--reports", str(folder / "reports"), "--profile", "smoke", "--", "-k", CHECKS, *NOISE]  # fmt: skip
    variables = {
        "XDG_STATE_HOME": str(folder / "state"),
        "OS_PASSWORD": Canary("OS_PASSWORD").value,
        "OTHER_TOKEN": Canary("OTHER_TOKEN").value,
    }
    with (folder / "printed").open("wb") as printed:
        done = subprocess.run(
            command, cwd=folder, stdout=printed, stderr=printed, env={**os.environ, **variables}, check=False
        )
    # Whether the cloud is well is another test's question: one that is not says even more.
    checks = json.loads((folder / "reports/summary.json").read_text())["checks"]
    assert "BOOT-01" in {each["id"] for each in checks}, (
        f"{done.returncode}: {(folder / 'printed').read_text()[-3000:]}"
    )
    return folder


def test_no_password_and_no_token_of_the_cloud_is_in_what_a_run_leaves(lab: Lab, left: Path) -> None:
    wanted = {name: password.encode() for name, password in lab.record.passwords.items()}
    canaries = (Canary("OS_PASSWORD"), Canary("OTHER_TOKEN"))
    found = []
    for path in _files(left):
        content = path.read_bytes()
        found += [f"{name} in {path}" for name, password in wanted.items() if password in content]
        found += [f"{canary.place} in {path}" for canary in canaries if canary.is_in(content)]
        found += [f"a token in {path}"] * bool(TOKEN.search(content))

    assert not found
    assert (left / "pytest.log").stat().st_size > 10_000, "nothing was said that could hold one"


def test_no_process_has_a_password_in_its_arguments_and_no_service_in_its_environment(lab: Lab) -> None:
    passwords = [password.encode() for password in lab.record.passwords.values()]
    found = [
        str(file)
        for name in ("cmdline", "environ")
        for file in Path("/proc").glob(f"[0-9]*/{name}")
        if any(password in _content(file) for password in passwords)
    ]

    assert not found


def _files(folder: Path) -> Iterator[Path]:
    return (each for each in folder.rglob("*") if each.is_file())


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # it has ended
        return b""
