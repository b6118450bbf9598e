"""What the machine must be and have, told all at once before anything is touched."""

import os
import platform
import shutil
from pathlib import Path

from ostf_dual.errors import InputError

_DISK_GIB, _MEMORY_GIB = 6, 6


def check(folders: tuple[Path, ...]) -> None:
    """Refuse a machine that cannot carry the lab, naming every reason."""
    problems = []
    if platform.system() != "Linux":
        raise InputError(
            f"the lab needs Linux; this is {platform.system()}. Any cloud can be checked from here, though"
        )
    if os.geteuid() != 0:
        problems.append(
            "root is needed (namespaces, taps, Debian packages); this is user id " + str(os.geteuid())
        )
    release = platform.freedesktop_os_release()
    if release.get("ID") != "debian" or release.get("VERSION_ID") != "12":
        problems.append(f"Debian 12 is needed; this is {release.get('PRETTY_NAME', 'unknown')}")
    if platform.machine() != "x86_64":
        problems.append(f"x86_64 is needed; this is {platform.machine()}")
    for folder in folders:
        free = shutil.disk_usage(_existing(folder)).free / 2**30
        if free < _DISK_GIB:
            problems.append(f"{_DISK_GIB} GiB of disk are needed at {folder}; {free:.1f} GiB are free")
    available = available_memory_gib()
    if available < _MEMORY_GIB:
        problems.append(f"{_MEMORY_GIB} GiB of memory are needed; {available:.1f} GiB are available")
    problems.extend(f"{device} is missing" for device in ("/dev/net/tun",) if not Path(device).exists())
    if "overlay" not in Path("/proc/filesystems").read_text():
        problems.append("the kernel has no overlay file system")
    if problems:
        raise InputError("this machine cannot carry the lab:\n  - " + "\n  - ".join(problems))


def available_memory_gib() -> float:
    """Memory that new processes can have."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) / 2**20
    return 0.0


def _existing(path: Path) -> Path:
    return next(each for each in (path, *path.parents) if each.exists())
