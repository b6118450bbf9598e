"""A machine that cannot carry the lab: every reason at once."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from ostf_dual.deployers.lab import preflight
from ostf_dual.errors import InputError


class Usage(NamedTuple):
    free: float


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine that is all right, to be spoiled."""
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: {"ID": "debian", "VERSION_ID": "12"})
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(free=100 * 2**30))
    monkeypatch.setattr(preflight, "available_memory_gib", lambda: 20.0)
    monkeypatch.setattr(preflight, "_TUN", tmp_path)
    (tmp_path / "filesystems").write_text("nodev\tproc\nnodev\toverlay\n")
    monkeypatch.setattr(preflight, "_FILESYSTEMS", tmp_path / "filesystems")
    return monkeypatch


def test_a_good_machine_is_taken(tmp_path: Path) -> None:
    preflight.check((tmp_path / "not" / "there",))


def no_release() -> dict[str, str]:
    raise OSError(2, "No such file")


def spoil_overlay(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "filesystems").write_text("nodev\tproc\n")
    machine.setattr(shutil, "which", lambda *_, **__: None)


def test_every_reason_is_told_at_once(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr("os.geteuid", lambda: 1000)
    machine.setattr("platform.freedesktop_os_release", lambda: {"ID": "fedora", "PRETTY_NAME": "Fedora 41"})
    machine.setattr("platform.machine", lambda: "aarch64")
    machine.setattr("shutil.disk_usage", lambda _: Usage(free=5.5 * 2**30))
    machine.setattr(preflight, "available_memory_gib", lambda: 1.25)
    machine.setattr(preflight, "_TUN", tmp_path / "tun")
    spoil_overlay(machine, tmp_path)

    with pytest.raises(InputError) as caught:
        preflight.check((tmp_path / "cache", tmp_path / "state"))

    lines = str(caught.value).splitlines()
    assert [line.removeprefix("  - ") for line in lines] == [
        "this machine cannot carry the lab:",
        "root is needed (namespaces, taps, Debian packages); this is user id 1000",
        "Debian 12 is needed; this is Fedora 41",
        "x86_64 is needed; this is aarch64",
        f"6 GiB of disk are needed at {tmp_path}/cache and {tmp_path}/state; 5.5 GiB are free",
        "6 GiB of memory are needed; 1.2 GiB are available",
        f"{tmp_path}/tun is missing",
        "the kernel has no overlay file system",
    ]


def test_another_system_is_told_alone(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr("platform.system", lambda: "Darwin")

    with pytest.raises(InputError, match=r"needs Linux; this is Darwin"):
        preflight.check((tmp_path,))


def test_a_linux_that_does_not_say_which_is_no_debian(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine.setattr("platform.freedesktop_os_release", no_release)

    with pytest.raises(InputError, match="Debian 12 is needed; this is unknown"):
        preflight.check((tmp_path,))


def test_overlay_may_be_a_module_that_is_not_loaded_yet(machine: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spoil_overlay(machine, tmp_path)
    machine.setattr(shutil, "which", lambda *_, **__: "/bin/true")

    preflight.check((tmp_path,))
