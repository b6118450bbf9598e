"""What the lab runs that Debian does not package: made once, cached by content key until `pruning` ends it."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from ostf_dual.deployers.lab import packages, pruning
from ostf_dual.deployers.lab.layout import Layout, recipe
from ostf_dual.deployers.lab.logs import opened_log
from ostf_dual.errors import OstfError
from ostf_dual.locks import exclusive
from ostf_dual.surroundings import passed_on

LOCK = Path(__file__).with_name("openstack.lock")
_KERNEL, _BUSYBOX = "linux-image-cloud-amd64", "busybox-static"


def key(*parts: str | bytes | Path) -> str:
    """A short name for this very content: texts, files, and folders with all that is in them."""
    digest = hashlib.sha256()
    for part in parts:
        files = [part] if isinstance(part, str | bytes) else _files(part)
        for each in files:
            content = each.read_bytes() if isinstance(each, Path) else each
            digest.update(content.encode() if isinstance(content, str) else content)
            digest.update(b"\0")
    return digest.hexdigest()[:12]


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else sorted(each for each in path.rglob("*") if each.is_file())


def openstack(layout: Layout) -> Path:
    """The venv with OpenStack, from the lock file, by hash."""
    driver = recipe("neutron")

    def build(folder: Path, log: Path) -> None:
        python = folder / "bin" / "python"
        _uv(log, "venv", "--quiet", "--python", "/usr/bin/python3", str(folder))
        _uv(log, "pip", "install", "--quiet", "--python", str(python), "--require-hashes", "--no-deps",
            "--compile-bytecode", "-r", str(LOCK))  # fmt: skip
        with tempfile.TemporaryDirectory() as scratch:  # setuptools writes beside the sources
            copy = shutil.copytree(driver, Path(scratch, "driver"))
            _uv(log, "pip", "install", "--quiet", "--python", str(python), "--no-deps", "--no-build-isolation",
                str(copy))  # fmt: skip

    return made_once(layout, "openstack", key(LOCK, driver), build)


def simulator(layout: Layout) -> Path:
    """The vCenter simulator's program."""
    source = recipe("vcenter")
    versions = packages.version("golang-go") + packages.version("golang-github-vmware-govmomi-dev")

    def build(folder: Path, log: Path) -> None:
        folder.mkdir()
        run([str(source / "build.sh"), str(folder / "vcenter")], log, {"GOCACHE": str(layout.cache / "go")})

    return made_once(layout, "vcenter", key(source, versions), build) / "vcenter"


def images(layout: Layout, variant: str = "") -> Path:
    """A folder with ``testvm.qcow2``, ``testvm.vmdk`` and ``manifest.json``.

    Args:
        layout: The lab's folders.
        variant: "" for the TestVM itself; "blind" for one that does not see disks come, which proves a check.
    """
    source = recipe("images")
    kernel = packages.dependency(_KERNEL, r"linux-image-\S+-cloud-amd64")
    debs = layout.cache / "debs"
    packages.download((kernel, _BUSYBOX), debs, layout.cache / "testvm.log")
    chosen = [newest(debs, kernel), newest(debs, _BUSYBOX)]

    def build(folder: Path, log: Path) -> None:
        folder.mkdir()
        own = folder / "debs"
        own.mkdir()
        for each in chosen:
            (own / each.name).symlink_to(each)
        run([str(source / "build.sh"), str(folder), str(own), *([variant] if variant else [])], log)
        shutil.rmtree(own)

    name = f"testvm-{variant}" if variant else "testvm"
    return made_once(layout, name, key(source, *(each.name for each in chosen)), build)


def newest_images(layout: Layout) -> Path | None:
    """The folder of the TestVM that was made last, if one is there; makes none."""
    whole = [each for each in layout.cache.glob("testvm-*.whole") if "blind" not in each.name]
    return max(whole, key=lambda each: each.stat().st_mtime).with_suffix("") if whole else None


def newest(folder: Path, package: str) -> Path:
    """The newest file of a Debian package in a folder."""
    return max(folder.glob(f"{package}_*.deb"), key=lambda each: each.stat().st_mtime)


def made_once(layout: Layout, name: str, content_key: str, build: Callable[[Path, Path], None]) -> Path:
    """A folder that ``build`` makes where the cache has none; what was cut short is made anew.

    A venv cannot be moved, so the folder is made in place and a mark beside it says that it is whole.
    """
    folder = layout.cache / f"{name}-{content_key}"
    whole = folder.with_suffix(".whole")
    log = layout.cache / f"{name}.log"
    with exclusive(folder.with_suffix(".lock")):  # two labs may lack the same, a third may find it old
        pruning.stamped(folder, layout)
        if not whole.exists():
            with opened_log(log):  # nothing of a build that was killed works in the folder any more
                shutil.rmtree(folder, ignore_errors=True)
            build(folder, log)
            whole.touch()
    return folder


def run(
    command: list[str], log: Path, environment: Mapping[str, str] | None = None, *, hint: str = ""
) -> None:
    """Run a build step; its output goes to a log, whose end is shown where it fails, after a hint at the cause."""
    with opened_log(log) as out:
        done = subprocess.run(
            command, env={**_surroundings(), **(environment or {})}, stdin=subprocess.DEVNULL, stdout=out,
            stderr=out, check=False,
        )  # fmt: skip
    if done.returncode:
        last = "\n".join(log.read_text(errors="replace").splitlines()[-12:])
        raise OstfError(
            f"{Path(command[0]).name} ended with {done.returncode}; {hint}whole log: {log}\n{last}"
        )


def _surroundings() -> dict[str, str]:
    """What uv may need: where things come from and are kept, and the keys to a private index."""
    return passed_on(prefixes=("UV_", "PIP_", "XDG_", "SSL_CERT_"))


def _uv(log: Path, *arguments: str) -> None:
    beside = Path(sys.executable).with_name("uv")
    run([str(beside) if beside.exists() else "uv", *arguments], log, {"VIRTUAL_ENV": "", "UV_SYSTEM_CERTS": "1"},
        hint="is PyPI (or UV_DEFAULT_INDEX) reachable? ")  # fmt: skip
