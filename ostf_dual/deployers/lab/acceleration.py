"""Whether KVM really works here: /dev/kvm may open, make a virtual machine, and then hang."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from ostf_dual.waiting import WaitTimeoutError, wait_until

# A boot sector that writes "K" to the first serial port and halts.
_PROBE = bytes.fromhex("baf803b04beef4ebfd")
_WITHIN_S = 5.0


def virt_type() -> str:
    """``kvm`` where a probe guest writes to its serial port within 5 s, else ``qemu``."""
    qemu = shutil.which("qemu-system-x86_64")
    if qemu is None or not Path("/dev/kvm").exists():
        return "qemu"
    with tempfile.TemporaryDirectory() as folder:
        disk, serial = Path(folder, "disk"), Path(folder, "serial")
        disk.write_bytes(_PROBE.ljust(510, b"\0") + b"\x55\xaa")
        command = [qemu, "-machine", "pc,accel=kvm", "-m", "16", "-display", "none", "-nodefaults", "-no-reboot",
                   "-serial", f"file:{serial}", "-drive", f"file={disk},format=raw,if=ide"]  # fmt: skip
        guest = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda: serial.exists() and b"K" in serial.read_bytes(), bool,
                       what="a probe guest on KVM", timeout_s=_WITHIN_S)  # fmt: skip
        except WaitTimeoutError:
            return "qemu"
        finally:
            guest.kill()
            guest.wait()
    return "kvm"
