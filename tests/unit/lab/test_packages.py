"""Debian packages: what dpkg says of them, and the machine's policy, that is put back whatever happens."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ostf_dual.deployers.lab import packages
from ostf_dual.errors import OstfError
from ostf_dual.waiting import wait_until

Program = Callable[[str, str], None]

INSTALL = """
import sys
from pathlib import Path
from ostf_dual.deployers.lab import packages
packages._POLICY = Path(sys.argv[1])
packages.install(("sl",), Path(sys.argv[2]))
"""


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "sbin" / "policy-rc.d"
    path.parent.mkdir()
    monkeypatch.setattr(packages, "_POLICY", path)
    return path


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Puts a shell script in front of the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    def write(name: str, script: str) -> None:
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)

    write("dpkg", "exit 0")
    write("dpkg-query", "exit 1")
    return write


def test_missing_are_those_that_dpkg_does_not_call_installed(program: Program) -> None:
    program(
        "dpkg-query",
        "echo 'qemu installed'; echo 'haproxy config-files'; echo 'dpkg-query: no gcc' >&2; exit 1",
    )

    assert packages.missing(("qemu", "haproxy", "gcc")) == ("haproxy", "gcc")


def test_while_packages_are_installed_nothing_may_start(
    policy: Path, program: Program, tmp_path: Path
) -> None:
    program("apt-get", f"{policy}; echo policy says $?; ls {policy.parent}")

    packages.install(("sl",), tmp_path / "log")

    assert "policy says 101" in (tmp_path / "log").read_text()
    assert not list(policy.parent.iterdir())


@pytest.mark.parametrize("code", [0, 100])
def test_the_machines_own_policy_is_put_back_also_after_a_failure(
    policy: Path, program: Program, tmp_path: Path, code: int
) -> None:
    policy.write_text("#!/bin/sh\nexit 104\n")
    policy.chmod(0o751)
    before = policy.stat()
    program("apt-get", f"exit {code}")

    if code:
        with pytest.raises(OstfError):
            packages.install(("sl",), tmp_path / "log")
    else:
        packages.install(("sl",), tmp_path / "log")

    assert policy.read_text() == "#!/bin/sh\nexit 104\n"
    assert (policy.stat().st_mode, policy.stat().st_ino) == (before.st_mode, before.st_ino)
    assert [each.name for each in policy.parent.iterdir()] == [policy.name]


def test_where_there_was_no_policy_there_is_none_after_an_exception(policy: Path) -> None:
    def install() -> None:
        with packages._nothing_starts():
            assert packages.policy_is_ours()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        install()

    assert not list(policy.parent.iterdir())


def test_a_policy_that_is_a_link_stays_one(policy: Path) -> None:
    policy.symlink_to("/somewhere/else")

    with packages._nothing_starts():
        assert not policy.is_symlink()

    assert policy.readlink() == Path("/somewhere/else")


@pytest.mark.parametrize("own", ["", "#!/bin/sh\nexit 104\n"])
def test_after_a_kill_the_policy_is_put_back_once_the_installation_has_ended(
    policy: Path, program: Program, tmp_path: Path, own: str
) -> None:
    if own:
        policy.write_text(own)
    log, going_on, ended = tmp_path / "log", tmp_path / "going-on", tmp_path / "ended"
    program("apt-get", f"touch {going_on}; sleep 1; {policy}; echo $? >{ended}")
    killed = subprocess.Popen([sys.executable, "-c", INSTALL, str(policy), str(log)])
    wait_until(going_on.exists, bool, what="apt-get to be called", timeout_s=20, longest_pause_s=0.1)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert packages.policy_is_ours()

    packages.put_policy_back(log)

    assert ended.read_text() == "101\n"
    assert (policy.read_text() if policy.exists() else "") == own
    assert not packages.policy_is_ours()


def test_a_mirror_that_does_not_answer_is_named_with_the_log(
    policy: Path, program: Program, tmp_path: Path
) -> None:
    program("apt-get", "echo 'E: Failed to fetch http://nowhere/sl.deb'; exit 100")

    with pytest.raises(OstfError, match=r"(?s)mirror reachable.*log.*Failed to fetch http://nowhere"):
        packages.install(("sl",), tmp_path / "log")

    assert not policy.exists()


def test_only_the_last_call_is_quoted(policy: Path, program: Program, tmp_path: Path) -> None:
    (tmp_path / "log").write_text("of last week\n")
    program("apt-get", "echo today; exit 100")

    with pytest.raises(OstfError, match="today") as caught:
        packages.install(("sl",), tmp_path / "log")

    assert "last week" not in str(caught.value)
    assert not policy.exists()
