"""libvirt's word on a zone's guests, asked with ``virsh`` on every compute host of the zone."""

from base64 import b64decode
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath
from typing import TypeVar
from urllib.parse import urlsplit
from xml.etree.ElementTree import fromstring

from ostf_dual.environment.model import Hypervisor, LibvirtAccess
from ostf_dual.errors import NotConfiguredError, OstfError
from ostf_dual.hypervisors.domain import guest_of, is_novas
from ostf_dual.hypervisors.picture import as_png
from ostf_dual.hypervisors.probe import Guest
from ostf_dual.nodes.shell import CommandShell, Shell

T = TypeVar("T")

# $1: libvirt's URI, $2: the domain. In letters, since a shell's output is text.
_SCREENSHOT = """
picture=$(mktemp) || exit
trap 'rm -f "$picture"' EXIT
virsh --connect "$1" screenshot "$2" "$picture" >/dev/null 2>&1 && base64 "$picture"
"""


class LibvirtProbe:
    """The ``Probe`` of a libvirt zone. Hosts are asked at the same time."""

    def __init__(
        self,
        accesses: Sequence[LibvirtAccess],
        shell_of: Callable[[Sequence[str]], Shell] = CommandShell,
    ) -> None:
        self._hosts = tuple(_Host(access, shell_of(access.command)) for access in accesses)

    @property
    def hypervisor(self) -> Hypervisor:
        """KVM or QEMU by the type of the guests; without any, LIBVIRT where it could be either.

        A host that offers KVM may still be told (Nova's ``virt_type``) not to use it, so an offer proves
        nothing; the lack of one does.
        """
        kinds = {dict(guest.facts)["domain type"] for guest in self.guests()}
        if kinds:
            return Hypervisor.KVM if kinds == {"kvm"} else Hypervisor.QEMU
        offers = set(self._ask_all(lambda host: host.offered_type()))
        return Hypervisor.LIBVIRT if "kvm" in offers else Hypervisor.QEMU

    def find_guest(self, server_id: str) -> Guest | None:
        """See ``Probe.find_guest``."""
        found = [guest for guest in self._ask_all(lambda host: host.guest(server_id)) if guest is not None]
        # In the middle of a migration two hosts have it; the one that runs is the server's.
        return max(found, key=lambda guest: guest.is_running, default=None)

    def guests(self) -> tuple[Guest, ...]:
        """See ``Probe.guests``."""
        return tuple(guest for guests in self._ask_all(lambda host: host.guests()) for guest in guests)

    def remains_of(self, server_id: str) -> tuple[str, ...]:
        """See ``Probe.remains_of``."""
        return tuple(
            line for lines in self._ask_all(lambda host: host.remains_of(server_id)) for line in lines
        )

    def remains_of_volume(self, volume_id: str) -> tuple[str, ...]:
        """See ``Probe.remains_of_volume``."""
        answers = self._ask_all(lambda host: host.remains_of_volume(volume_id))
        return tuple(line for lines in answers for line in lines)

    def screenshot(self, server_id: str) -> bytes | None:
        """See ``Probe.screenshot``."""
        pictures = self._ask_all(lambda host: host.screenshot(server_id))
        return next((picture for picture in pictures if picture is not None), None)

    def _ask_all(self, ask: "Callable[[_Host], T]") -> tuple[T, ...]:
        with ThreadPoolExecutor(max_workers=min(16, len(self._hosts))) as pool:
            return tuple(pool.map(ask, self._hosts))


class _Host:
    """One compute host's libvirt."""

    def __init__(self, access: LibvirtAccess, shell: Shell) -> None:
        self._access, self._shell = access, shell

    def guest(self, domain: str) -> Guest | None:
        """The domain of this uuid, or None where libvirt knows no such domain."""
        xml = self._virsh("dumpxml", domain)
        stats = (
            None
            if xml is None
            else self._virsh("domstats", "--raw", "--state", "--block", "--nowait", domain)
        )
        return None if xml is None or stats is None else guest_of(xml, stats, self._access.host)

    def guests(self) -> tuple[Guest, ...]:
        """All domains that Nova made."""
        listed = self._virsh("list", "--all", "--uuid") or ""
        found = (self.guest(domain) for domain in listed.split())
        return tuple(guest for guest in found if guest is not None and is_novas(guest))

    def offered_type(self) -> str:
        """The best domain type that the host says it can run: ``kvm`` or ``qemu``."""
        capabilities = fromstring(self._virsh("domcapabilities") or "<none/>")  # noqa: S314 - as in domain.py
        return capabilities.findtext("domain", "")

    def remains_of(self, server_id: str) -> tuple[str, ...]:
        """A domain, and folders of the instances path (Nova renames them to ``<id>_del`` to delete them)."""
        domain = () if self._virsh("dumpxml", server_id) is None else (f"libvirt domain {server_id}",)
        files = self._find(self._access.instances_path.as_posix(), f"{server_id}*")
        if files is None:
            raise NotConfiguredError(
                f"libvirt: no folder {self._access.instances_path} on {self._access.host}, so that files left"
                " behind cannot be seen; set instances_path of that host to Nova's [DEFAULT] instances_path"
            )
        return tuple(f"{line} on {self._access.host}" for line in (*domain, *files))

    def remains_of_volume(self, volume_id: str) -> tuple[str, ...]:
        """Domains that still have it as a disk, and its file where an NFS share is mounted (``mnt``)."""
        disks = tuple(
            f"disk {disk.name} of guest {guest.id}"
            for guest in self.guests()
            for disk in guest.disks
            if disk.volume_id == volume_id
        )
        mounts = PurePosixPath(self._access.instances_path.as_posix()).parent / "mnt"
        files = self._find(mounts.as_posix(), f"volume-{volume_id}*") or ()
        return tuple(f"{line} on {self._access.host}" for line in (*disks, *files))

    def screenshot(self, domain: str) -> bytes | None:
        """What a domain shows, as PNG; None: it is not here, does not run, or has no graphics card."""
        done = self._shell.run("sh", "-c", _SCREENSHOT, "sh", self._access.uri, domain)
        return as_png(b64decode(done.stdout)) if done.exit_status == 0 else None

    def _find(self, folder: str, pattern: str) -> tuple[str, ...] | None:
        """Paths under a folder, down to two levels; None where there is no such folder."""
        if urlsplit(self._access.uri).hostname:  # the commands run on another machine than libvirtd
            return ()
        if self._shell.run("test", "-d", folder).exit_status != 0:
            return None
        return tuple(
            self._shell.run("find", folder, "-maxdepth", "2", "-name", pattern).stdout.split("\n")[:-1]
        )

    def _virsh(self, *arguments: str) -> str | None:
        """What virsh prints; None where it says that there is no such domain.

        Raises:
            OstfError: libvirt did not answer.
        """
        # The C locale, because the one way to tell "no such domain" from "no answer" is the message.
        done = self._shell.run("env", "LC_ALL=C", "virsh", "--connect", self._access.uri, *arguments)
        if done.exit_status == 0:
            return done.stdout
        if "failed to get domain" in done.stderr or "Domain not found" in done.stderr:
            return None
        raise OstfError(
            f"libvirt of {self._access.host} did not answer (virsh {arguments[0]} through {self._shell!r}):"
            f" {done.stderr.strip()}; look at: virsh --connect {self._access.uri} list"
        )
