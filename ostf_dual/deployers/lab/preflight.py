"""What the machine must be and have, told all at once before anything is touched."""

import os
import platform
import shutil
import subprocess
from pathlib import Path

from ostf_dual.errors import InputError

_DISK_GIB, _MEMORY_GIB = 6, 6
_TUN, _FILESYSTEMS = Path("/dev/net/tun"), Path("/proc/filesystems")


def check(folders: tuple[Path, ...]) -> None:
    """Refuse a machine that cannot carry the lab, naming every reason."""
    if platform.system() != "Linux":
        raise InputError(
            f"the lab needs Linux; this is {platform.system()}. Any cloud can be checked from here, though"
        )
    if reasons := problems(folders):
        raise InputError("this machine cannot carry the lab:\n  - " + "\n  - ".join(reasons))


def problems(folders: tuple[Path, ...]) -> list[str]:
    """Why this Linux machine cannot carry the lab, a line each."""
    reasons = []
    if os.geteuid() != 0:
        reasons.append(
            "root is needed (namespaces, taps, Debian packages); this is user id " + str(os.geteuid())
        )
    release = _release()
    if release.get("ID") != "debian" or release.get("VERSION_ID") != "12":
        reasons.append(f"Debian 12 is needed; this is {release.get('PRETTY_NAME', 'unknown')}")
    if platform.machine() != "x86_64":
        reasons.append(f"x86_64 is needed; this is {platform.machine()}")
    reasons.extend(_short_of_disk(folders))
    available = available_memory_gib()
    if available < _MEMORY_GIB:
        reasons.append(f"{_MEMORY_GIB} GiB of memory are needed; {available:.1f} GiB are available")
    if not _TUN.exists():
        reasons.append(f"{_TUN} is missing")
    if not _has_overlay():
        reasons.append("the kernel has no overlay file system")
    return reasons


def _release() -> dict[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:  # there is no such file
        return {}


def _short_of_disk(folders: tuple[Path, ...]) -> list[str]:
    """A line per file system; folders on the same one are named together."""
    by_device: dict[int, list[Path]] = {}
    for folder in folders:
        by_device.setdefault(_existing(folder).stat().st_dev, []).append(folder)
    lines = []
    for sharing in by_device.values():
        free = shutil.disk_usage(_existing(sharing[0])).free / 2**30
        if free < _DISK_GIB:
            at = " and ".join(str(each) for each in sharing)
            lines.append(f"{_DISK_GIB} GiB of disk are needed at {at}; {free:.1f} GiB are free")
    return lines


def _has_overlay() -> bool:
    """Debian's kernel has it as a module, that the first mount loads."""
    if "\toverlay\n" in _FILESYSTEMS.read_text():
        return True
    modprobe = shutil.which("modprobe", path="/usr/sbin:/sbin")
    return (
        modprobe is not None
        and subprocess.run([modprobe, "--dry-run", "--quiet", "overlay"], check=False).returncode == 0
    )


def available_memory_gib() -> float:
    """Memory that new processes can have."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) / 2**20
    return 0.0


def _existing(path: Path) -> Path:
    return next(each for each in (path, *path.parents) if each.exists())
