"""Whether KVM really works here.

/dev/kvm may open, make a virtual machine, even run a boot sector, and then hang or stumble over an instruction. So
the question is put with a whole system: the TestVM on the processor type that nova-compute would ask for.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

from ostf_dual.deployers.lab import software
from ostf_dual.deployers.lab.layout import Layout
from ostf_dual.waiting import WaitTimeoutError, wait_until

_DEVICE = Path("/dev/kvm")
_WITHIN_S = 5.0
REFUSAL = "hypervisor kvm: a guest on /dev/kvm does not start on this machine; qemu (emulation) does"


def refusal(layout: Layout) -> str | None:
    """Why a lab cannot run kvm; None: it can, or nobody knows before the TestVM is made."""
    images = software.newest_images(layout)
    works = _DEVICE.exists() if images is None else virt_type(images / "testvm.qcow2") == "kvm"
    return None if works else REFUSAL


def virt_type(image: Path) -> str:
    """``kvm`` where the TestVM writes to its serial port within 5 s, else ``qemu``."""
    qemu = shutil.which("qemu-system-x86_64")
    if qemu is None or not _DEVICE.exists():
        return "qemu"
    with tempfile.TemporaryDirectory() as folder:
        serial = Path(folder, "serial")
        command = [qemu, "-machine", "pc,accel=kvm", "-cpu", "host", "-m", "128", "-display", "none",
                   "-nodefaults", "-no-reboot", "-serial", f"file:{serial}",
                   "-drive", f"file={image},format=qcow2,if=virtio,snapshot=on"]  # fmt: skip
        guest = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda: guest.poll() is not None or _speaks(serial), bool,
                       what="a probe guest on KVM", timeout_s=_WITHIN_S)  # fmt: skip
        except WaitTimeoutError:
            return "qemu"
        finally:
            guest.kill()
            guest.wait()
        return "kvm" if _speaks(serial) else "qemu"


def _speaks(serial: Path) -> bool:
    return serial.exists() and b"TESTVM" in serial.read_bytes()
