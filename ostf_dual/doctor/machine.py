"""This machine: what the health check runs on, and what the embedded lab would need."""

import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

from ostf_dual.deployers.lab import preflight
from ostf_dual.deployers.lab.layout import Layout
from ostf_dual.doctor.finding import LAB, MACHINE, Finding, State
from ostf_dual.reports.node import ReportError, find_node
from ostf_dual.runs.state import runs_folder

_OLDEST = (3, 11)
_KVM = Path("/dev/kvm")


def machine() -> Iterator[Finding]:
    """What a run needs of the machine that it runs on."""
    is_new = sys.version_info >= _OLDEST
    yield Finding(
        group=MACHINE,
        item="Python",
        state=State.OK if is_new else State.MISSING,
        found=platform.python_version(),
        mend="" if is_new else f"install Python {_OLDEST[0]}.{_OLDEST[1]} or newer",
        bars=not is_new,
    )
    yield _state_folder()
    try:
        yield Finding(group=MACHINE, item="Node, for the HTML report", state=State.OK, found=str(find_node()))
    except ReportError as error:
        yield Finding(
            group=MACHINE,
            item="Node, for the HTML report",
            state=State.WARN,
            found="missing: runs write all but reports/html",
            mend=str(error),
        )


def lab() -> Iterator[Finding]:
    """What the embedded lab needs; a cloud of one's own can be checked without any of it."""
    if platform.system() != "Linux":
        yield _lab("system", "wants Linux", f"this is {platform.system()}: check a cloud from here")
        return
    layout = Layout.of("default")
    reasons = preflight.problems((layout.cache, layout.state))
    for reason in reasons:
        yield _lab("machine", reason, "use a Debian 12 machine, as root, with room")
    if not reasons:
        yield Finding(group=LAB, item="machine", state=State.OK, found="Debian 12, root, disk, memory")
    if os.access(_KVM, os.R_OK | os.W_OK):
        yield Finding(
            group=LAB, item=str(_KVM), state=State.OK, found="opens; `lab up` tries whether it holds"
        )
    else:
        mend = "turn on (nested) virtualisation; without it the lab's guests are emulated, and slower"
        yield _lab(str(_KVM), "cannot be opened", mend)


def _state_folder() -> Finding:
    folder = runs_folder()
    there = next(each for each in (folder, *folder.parents) if each.exists())
    is_writable = there.is_dir() and os.access(there, os.W_OK | os.X_OK)
    return Finding(
        group=MACHINE,
        item="journals of runs",
        state=State.OK if is_writable else State.MISSING,
        found=str(folder) if is_writable else f"{there} cannot be written: no run begins without its journal",
        mend="" if is_writable else "set XDG_STATE_HOME to a folder of yours",
        bars=not is_writable,
    )


def _lab(item: str, found: str, mend: str) -> Finding:
    return Finding(group=LAB, item=item, state=State.WARN, found=found, mend=mend)
