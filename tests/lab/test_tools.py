"""Unit tests that need a tool of the machine's: where it is missing they skip, and here it is installed first."""

import subprocess
import sys
from pathlib import Path

from ostf_dual.deployers.lab.packages import install

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("fish", "haproxy", "prometheus", "qemu-utils", "shellcheck", "systemd", "zsh")
"""Debian's packages of them; promtool is prometheus's, systemd-analyze systemd's. Nothing of them is started."""
SKIPPING = (
    "tests/unit/cli/test_completion.py",
    "tests/unit/cloud/test_vmdk.py",
    "tests/unit/examples/test_lint.py",
    "tests/unit/lab/test_ground.py",
    "tests/unit/lab/test_scripts.py",
)


def test_what_is_skipped_for_want_of_a_tool_passes_with_it(tmp_path: Path) -> None:
    install(TOOLS, tmp_path / "apt.log")

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-n", "2", *SKIPPING],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout, done.stdout
