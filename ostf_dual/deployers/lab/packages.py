"""The Debian packages that the lab runs on, installed without letting them start anything."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ostf_dual.errors import OstfError

SERVICES = ("mariadb-server", "rabbitmq-server", "memcached", "haproxy")
HYPERVISOR = (
    "qemu-system-x86", "qemu-utils", "libvirt-daemon", "libvirt-daemon-driver-qemu", "libvirt-clients",
)  # fmt: skip
NETWORK = (
    "iproute2", "iptables", "ebtables", "ipset", "conntrack", "dnsmasq-base", "dnsmasq-utils", "bridge-utils",
    "iputils-arping", "iputils-ping",
)  # fmt: skip
BUILD = ("gcc", "libc6-dev", "python3-dev", "libvirt-dev", "pkg-config")
SIMULATOR = ("golang-go", "golang-github-vmware-govmomi-dev")

_POLICY = Path("/usr/sbin/policy-rc.d")


def wanted() -> tuple[str, ...]:
    """Every package of the lab but what the TestVM recipe lists."""
    return (*SERVICES, *HYPERVISOR, *NETWORK, *BUILD, *SIMULATOR)


def missing(packages: tuple[str, ...]) -> tuple[str, ...]:
    """Those that dpkg does not know as installed."""
    asked = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\n", *packages],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    installed = {line.split()[0] for line in asked.stdout.splitlines() if line.endswith(" installed")}
    return tuple(each for each in packages if each not in installed)


def version(package: str) -> str:
    """The installed version."""
    asked = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${Version}", package],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return asked.stdout.strip()


def install(packages: tuple[str, ...], log: Path) -> None:
    """Install what is missing; nothing is started, and the machine's own policy is put back."""
    absent = missing(packages)
    if not absent:
        return
    with _nothing_starts():
        _apt(log, "update")
        _apt(log, "install", "--yes", "--no-install-recommends", *absent)


def download(packages: tuple[str, ...], folder: Path, log: Path) -> None:
    """Fetch package files without installing them; what is there already is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    absent = [each for each in packages if not list(folder.glob(f"{each}_*.deb"))]
    if absent:
        _apt(log, "-o", "APT::Sandbox::User=root", "download", *absent, cwd=folder)


def dependency(package: str, pattern: str) -> str:
    """The first dependency of a (meta) package whose name matches; Debian's kernels are found so."""
    asked = subprocess.run(["apt-cache", "depends", package], capture_output=True, text=True, check=False)
    found = re.search(rf"Depends: ({pattern})", asked.stdout)
    if not found:
        raise OstfError(
            f"Debian's {package} names no package like {pattern}; `apt-get update` may have failed: "
            "look at `apt-cache policy " + package + "`"
        )
    return found[1]


@contextmanager
def _nothing_starts() -> Iterator[None]:
    """Packages ask policy-rc.d before they start a daemon; 101 means no."""
    before = _POLICY.read_bytes() if _POLICY.exists() else None
    mode = _POLICY.stat().st_mode if before is not None else 0
    _POLICY.write_text("#!/bin/sh\nexit 101\n")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        if before is None:
            _POLICY.unlink(missing_ok=True)
        else:
            _POLICY.write_bytes(before)
            _POLICY.chmod(mode)


def _apt(log: Path, *arguments: str, cwd: Path | None = None) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    command = ["apt-get", "--quiet", "-o", "DPkg::Lock::Timeout=300", *arguments]
    with log.open("ab") as out:
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                              cwd=cwd, check=False)  # fmt: skip
    if done.returncode:
        last = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
        raise OstfError(
            f"apt-get {' '.join(arguments[:3])} ... ended with {done.returncode}; "
            f"is Debian's mirror reachable? whole log: {log}\n{last}"
        )
