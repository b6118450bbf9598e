"""The Debian packages that the lab runs on, installed without letting them start anything."""

import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ostf_dual.deployers.lab.logs import opened_log
from ostf_dual.errors import OstfError
from ostf_dual.locks import exclusive
from ostf_dual.surroundings import without_secrets

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
_NOTHING_STARTS = "#!/bin/sh\n# ostf-dual installs packages; what was here is put back then.\nexit 101\n"


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
    with _nothing_starts():
        absent = missing(packages)
        if not absent:
            return
        # What a killed installation left half done; apt refuses to go on without.
        _run(log, "dpkg", "--configure", "--pending")
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
    """Packages ask policy-rc.d before they start a daemon; 101 means no.

    The machine's own is moved aside, not read: so it is whole again even where this process is killed meanwhile, as
    soon as the next one comes.
    """
    with exclusive(_POLICY.parent):
        _put_back()
        if _POLICY.is_symlink() or _POLICY.exists():
            _POLICY.rename(_aside())
        _POLICY.write_text(_NOTHING_STARTS)
        _POLICY.chmod(0o755)
        try:
            yield
        finally:
            _put_back()


def policy_is_ours() -> bool:
    """Whether policy-rc.d says that nothing starts: somebody installs, or was killed while installing."""
    try:
        return _aside().exists() or _POLICY.read_text(errors="replace") == _NOTHING_STARTS
    except FileNotFoundError:
        return False


def put_policy_back(log: Path) -> None:
    """Put the machine's own policy back once nobody installs any more.

    Args:
        log: That of the installation: what outlived its ``lab up`` is waited for.
    """
    with exclusive(_POLICY.parent), opened_log(log):
        _put_back()


def _put_back() -> None:
    if not policy_is_ours():
        return
    _POLICY.unlink(missing_ok=True)
    if _aside().is_symlink() or _aside().exists():
        _aside().rename(_POLICY)


def _aside() -> Path:
    return _POLICY.with_name("policy-rc.d.before-ostf-dual")


def _apt(log: Path, *arguments: str, cwd: Path | None = None) -> None:
    _run(log, "apt-get", "--quiet", "-o", "DPkg::Lock::Timeout=300", *arguments, cwd=cwd)


def _run(log: Path, *command: str, cwd: Path | None = None) -> None:
    environment = {**without_secrets(), "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    with opened_log(log) as out:
        begins = log.stat().st_size
        # Of a session of its own: Ctrl-C must not cut an installation in two.
        program = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                   cwd=cwd, start_new_session=True)  # fmt: skip
        try:
            program.wait()
        except KeyboardInterrupt:
            program.send_signal(signal.SIGINT)  # apt stops where it can go on later
            program.wait()
            raise
    if program.returncode:
        said = log.read_bytes()[begins:].decode(errors="replace").splitlines()
        raise OstfError(
            f"{' '.join(word for word in command[:8])} ... ended with {program.returncode}; "
            f"is Debian's mirror reachable? whole log: {log}\n" + "\n".join(said[-8:])
        )
