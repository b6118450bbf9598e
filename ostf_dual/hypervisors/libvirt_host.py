"""A libvirt host as a place to run guests: does libvirtd live, what can it run, is there room."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import fromstring

from ostf_dual.environment.model import Hypervisor, LibvirtAccess
from ostf_dual.environment.sizes import GIB
from ostf_dual.errors import NotConfiguredError, OstfError
from ostf_dual.hypervisors.libvirt_witness import LibvirtWitness
from ostf_dual.nodes.clocks import LONGEST_SKEW_S
from ostf_dual.nodes.shell import CommandShell, Shell, TimedOutError

DAEMONS = ("libvirtd", "virtqemud")
"""libvirt in one piece, or its part for QEMU."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibvirtHostFacts:
    """One compute host.

    Attributes:
        silence: What virsh says where libvirtd does not answer, or for how long it hung; None: it answers.
        daemons: Which of libvirt's run, where it is silent; None: it was not asked, or does not tell.
        offered: Domain types that it can run, of any architecture: kvm, qemu ...
        cpu_model: As libvirt calls it.
        run_as: Domain types of the guests that Nova has there.
        root_disks: What the guests of Nova there have their root disks on: file, block, network.
        free_bytes: Under Nova's instances_path.
        total_bytes: Of the filesystem that this is on.
        skew_s: Its clock minus ours.
    """

    host: str
    free_bytes: int
    total_bytes: int
    skew_s: float
    silence: str | None = None
    daemons: tuple[str, ...] | None = None
    offered: frozenset[str] = frozenset()
    cpu_model: str | None = None
    run_as: frozenset[str] = frozenset()
    root_disks: frozenset[str] = frozenset()


def read_host(
    access: LibvirtAccess, shell: Callable[[Sequence[str]], Shell] = CommandShell
) -> LibvirtHostFacts:
    """Ask a compute host.

    Raises:
        OstfError: The host itself cannot be reached.
        NotConfiguredError: Nova's instances_path is not where the environment says.
    """
    there = shell(access.command)
    clock = there.run("date", "+%s.%N")
    skew_s = float(clock.stdout) - time.time() if clock.exit_status == 0 else None
    if skew_s is None:
        raise OstfError(
            f"compute host {access.host} cannot be reached through {there!r}: {clock.stderr.strip()}"
        )
    room = there.run("df", "--output=size,avail", "-B1", str(access.instances_path))
    if room.exit_status != 0:
        raise NotConfiguredError(
            f"libvirt: no folder {access.instances_path} on {access.host}; set instances_path of that host "
            "to Nova's"
        )
    total_bytes, free_bytes = map(int, room.stdout.split()[-2:])
    facts = LibvirtHostFacts(host=access.host, free_bytes=free_bytes, total_bytes=total_bytes, skew_s=skew_s)
    try:
        facts = _with_libvirts_word(facts, access, there)
    except TimedOutError as error:
        facts = replace(facts, silence=f"it hangs ({error})")  # the host itself has answered
    except OstfError as error:
        facts = replace(facts, silence=str(error))
    return facts if facts.silence is None else replace(facts, daemons=_daemons(there))


def _daemons(there: Shell) -> tuple[str, ...] | None:
    from ostf_dual.nodes.facts import running  # testinfra takes 0.2 s

    return running(there, DAEMONS)


def _with_libvirts_word(facts: LibvirtHostFacts, access: LibvirtAccess, there: Shell) -> LibvirtHostFacts:
    answer = there.run("virsh", "--connect", access.uri, "capabilities")
    if answer.exit_status != 0:
        return replace(facts, silence=answer.stderr.strip())
    capabilities = fromstring(answer.stdout)  # noqa: S314 - libvirtd wrote it
    domains = LibvirtWitness(access, there).domains()
    return replace(
        facts,
        offered=frozenset(each.get("type", "") for each in capabilities.iterfind("guest/arch/domain")),
        cpu_model=capabilities.findtext("host/cpu/model"),
        run_as=frozenset(each.type for each in domains),
        root_disks=frozenset(each.root_disk for each in domains if each.root_disk),
    )


def keeps_root_disks(facts: LibvirtHostFacts, disk_gib: int | None) -> bool | None:
    """Whether new root disks become files under instances_path, and not on LVM or RBD; None: it cannot be told.

    Args:
        facts: The host's.
        disk_gib: Its DISK_GB in Placement: Nova reports there the filesystem of instances_path, or else the volume
            group or the pool. None: it has none, or is not known. Another size may be a filesystem that has just
            grown, or instances_path another one than Nova's: it tells nothing.
    """
    if len(facts.root_disks) == 1:  # of both kinds where Nova's images_type was changed
        return "file" in facts.root_disks
    return True if disk_gib == facts.total_bytes // GIB else None


def host_faults(
    facts: LibvirtHostFacts, *, expected: Hypervisor | None, wanted_bytes: int
) -> tuple[str, ...]:
    """What keeps a host from running servers as expected.

    Args:
        facts: The host's.
        expected: What the environment says of the zone; only KVM demands something.
        wanted_bytes: What one server needs under instances_path.
    """
    if facts.silence is not None:
        return (f"libvirtd on {facts.host} does not answer: {facts.silence}; {_look_at(facts.daemons)}",)
    faults = []
    if expected is Hypervisor.KVM and "kvm" not in facts.offered:
        faults.append(
            f"{facts.host} has no KVM, only {', '.join(sorted(facts.offered))}: servers are slow; "
            "look at /dev/kvm, the kvm modules and the firmware's virtualisation switch"
        )
    elif expected is Hypervisor.KVM and facts.run_as - {"kvm"}:
        faults.append(
            f"{facts.host} offers KVM, and guests there are emulated ({', '.join(sorted(facts.run_as))}): "
            "look at virt_type in its nova.conf [libvirt]"
        )
    if facts.free_bytes < wanted_bytes:
        faults.append(
            f"{facts.host} has {facts.free_bytes / GIB:.1f} GiB free under Nova's instances_path, and a "
            f"server needs {wanted_bytes / GIB:.1f}"
        )
    if abs(facts.skew_s) > LONGEST_SKEW_S:
        faults.append(f"the clock of {facts.host} is {facts.skew_s:+.0f} s off ours: look at its NTP")
    return tuple(faults)


def _look_at(daemons: tuple[str, ...] | None) -> str:
    if daemons is None:
        return "look at the service and its log"
    if not daemons:
        return f"neither {' nor '.join(DAEMONS)} runs there: start the service, and look at its log"
    return f"{' and '.join(daemons)} runs there: look at its log, and at who may use its socket"
