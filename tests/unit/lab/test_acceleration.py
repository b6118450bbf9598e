"""Whether KVM works: only a guest that speaks is believed."""

from pathlib import Path

import pytest

from ostf_dual.deployers.lab import acceleration


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with /dev/kvm, a patience of 1 s, and nothing on its PATH but a folder for a QEMU."""
    device = tmp_path / "kvm"
    device.touch()
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setattr(acceleration, "_DEVICE", device)
    monkeypatch.setattr(acceleration, "_WITHIN_S", 1.0)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setattr(
        "shutil.which", lambda name: str(programs / name) if (programs / name).exists() else None
    )
    return tmp_path


def qemu(machine: Path, script: str) -> None:
    path = machine / "bin" / "qemu-system-x86_64"
    serial = """serial=$(echo "$*" | sed 's/.*file:\\([^ ]*\\) .*/\\1/')"""
    path.write_text(f"#!/bin/sh\necho $$ >{machine}/pid\n{serial}\n{script}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ('echo "TESTVM up" >"$serial"; exec sleep 60', "kvm"),
        ('echo "TESTVM up" >"$serial"', "kvm"),
        ("exec sleep 60", "qemu"),
        ('echo "SeaBIOS" >"$serial"; exec sleep 60', "qemu"),
        ("exit 1", "qemu"),
    ],
    ids=["speaks", "speaks and ends", "hangs", "hangs in its firmware", "dies"],
)
def test_kvm_is_what_makes_the_guest_speak(machine: Path, script: str, told: str) -> None:
    qemu(machine, script)

    assert acceleration.virt_type(machine / "testvm.qcow2") == told
    assert not Path("/proc", (machine / "pid").read_text().strip()).exists()


def test_without_qemu_or_without_the_device_nothing_is_tried(machine: Path) -> None:
    assert acceleration.virt_type(machine / "testvm.qcow2") == "qemu"
    qemu(machine, 'echo "TESTVM" >"$serial"')
    (machine / "kvm").unlink()

    assert acceleration.virt_type(machine / "testvm.qcow2") == "qemu"
    assert not (machine / "pid").exists()
