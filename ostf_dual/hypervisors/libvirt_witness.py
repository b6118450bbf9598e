"""One compute host's libvirt, asked with ``virsh``: every question is one or two commands on that host."""

import re
from base64 import b64decode
from collections.abc import Iterable
from pathlib import PurePosixPath
from urllib.parse import urlsplit
from xml.etree.ElementTree import ParseError, fromstring

from ostf_dual.environment.model import LibvirtAccess
from ostf_dual.errors import NotConfiguredError, OstfError
from ostf_dual.hypervisors.domain import Domain, domains_of, guest_of
from ostf_dual.hypervisors.libvirt_storage import Storage, sources_of
from ostf_dual.hypervisors.picture import as_png
from ostf_dual.hypervisors.probe import Guest
from ostf_dual.nodes.shell import SSH_FAILED, Completed, Shell, UnreachedError

_NOT_RUN = (126, 127)
"""Exit statuses of who was to run a program, and could not or has none."""
# $1: libvirt's URI. The ids, an empty line, then each domain's state and definition. One virsh tells them all:
# for a guest more there is a command of it more, and no session over ssh.
_DOMAINS = """
LC_ALL=C; export LC_ALL
ids=$(virsh --connect "$1" list --all --uuid) || exit
commands=
for id in $ids; do
    echo "$id"
    commands="$commands domstats --raw --state --nowait $id; dumpxml $id;"
done
echo
[ -z "$commands" ] || virsh --connect "$1" "$commands"
"""
# $1: libvirt's URI, $2: the domain. In letters, since a shell's output is text.
_SCREENSHOT = """
picture=$(mktemp) || exit
trap 'rm -f "$picture"' EXIT
virsh --connect "$1" screenshot "$2" "$picture" >/dev/null 2>&1 && base64 "$picture"
"""


class LibvirtWitness:
    """What libvirt of one compute host says. Every method raises ``OstfError`` where it does not answer."""

    def __init__(self, access: LibvirtAccess, shell: Shell) -> None:
        self._access, self._shell = access, shell
        self._own_disks, self._volumes = Storage(access.host, shell), Storage(access.host, shell)

    def guest(self, domain: str) -> Guest | None:
        """The domain of this uuid, or None where libvirt knows no such domain."""
        xml = self._definition(domain)
        stats = (
            None
            if xml is None
            else self._virsh("domstats", "--raw", "--state", "--block", "--nowait", domain)
        )
        return None if xml is None or stats is None else guest_of(xml, stats, self._access.host)

    def domains(self) -> tuple[Domain, ...]:
        """All domains that Nova made."""
        done = self._shell.run("sh", "-c", _DOMAINS, "sh", self._access.uri)
        listed, _, told = done.stdout.partition("\n\n")
        if not listed.strip() and done.exit_status != 0:
            raise self._unanswered("list", done)
        try:
            found = {each.guest.id: each for each in domains_of(told, self._access.host)}
        except ParseError:  # cut off in the middle
            raise self._unanswered("dumpxml", done) from None
        for domain in listed.split():
            # It went while it was asked for; or libvirt did, and then this raises.
            if domain not in found and self._virsh("dumpxml", domain) is not None:
                raise self._unanswered("dumpxml", done)
        return tuple(each for each in found.values() if each.is_novas)

    def guest_types(self) -> frozenset[str]:
        """By what the guests here are run: ``kvm``, ``qemu``; empty: there is none."""
        return frozenset(each.type for each in self.domains())

    def offered_type(self) -> str:
        """The best domain type that the host says it can run: ``kvm`` or ``qemu``."""
        capabilities = fromstring(self._virsh("domcapabilities") or "<none/>")  # noqa: S314 - as in domain.py
        return capabilities.findtext("domain", "")

    def remains_of(self, server_id: str) -> tuple[str, ...]:
        """A domain, folders of the instances path (Nova renames them to ``<id>_del`` to delete them), other disks.

        Raises:
            NotConfiguredError: No domain is left, and where its disks were cannot be looked at.
        """
        domain = () if self._definition(server_id) is None else (f"libvirt domain {server_id}",)
        files = self._find(self._access.instances_path.as_posix(), f"{server_id}*")
        if files is None and not domain:
            raise NotConfiguredError(self._without_files())
        seen = (*domain, *(files or ()))
        return self._here(seen or self._own_disks.remains_of(server_id))

    def remains_of_volume(self, volume_id: str) -> tuple[str, ...]:
        """Domains that still have it as a disk, its file where an NFS share is mounted (``mnt``), or what holds it.

        Raises:
            NotConfiguredError: No domain has it, and where it was cannot be looked at.
        """
        disks = []
        for domain in self.domains():
            for disk, source in domain.volumes:
                if source.volume_id == volume_id:
                    self._volumes.saw(volume_id, source)
                    disks.append(f"disk {disk} of guest {domain.guest.id}")
        mounts = PurePosixPath(self._access.instances_path.as_posix()).parent / "mnt"
        files = self._find(mounts.as_posix(), f"volume-{volume_id}*") or ()
        return self._here((*disks, *files) or self._volumes.remains_of(volume_id))

    @property
    def unmounted(self) -> tuple[str, ...]:
        """Files of volumes that could not be looked for, a line each."""
        return self._volumes.unmounted

    def screenshot(self, domain: str) -> bytes | None:
        """What a domain shows, as PNG; None: it is not here, does not run, or has no graphics card."""
        done = self._shell.run("sh", "-c", _SCREENSHOT, "sh", self._access.uri, domain)
        return as_png(b64decode(done.stdout)) if done.exit_status == 0 else None

    def _definition(self, domain: str) -> str | None:
        """Its XML, or None; where its disks are is remembered."""
        xml = self._virsh("dumpxml", domain)
        for source in sources_of(xml) if xml is not None else ():
            if source.volume_id is not None:
                self._volumes.saw(source.volume_id, source)
            elif source.kind != "file":  # those are in the instances path
                self._own_disks.saw(domain, source)
        return xml

    def _here(self, lines: Iterable[str]) -> tuple[str, ...]:
        return tuple(f"{line} on {self._access.host}" for line in lines)

    def _without_files(self) -> str:
        host, folder = self._access.host, self._access.instances_path
        if self._is_elsewhere:
            return (
                f"libvirt: {self._access.uri} is asked from another machine than {host}, so that files left behind"
                f" cannot be seen; give that host a `command` that leads to it, such as [ssh, {host}], and no `uri`"
            )
        return (
            f"libvirt: no folder {folder} is to be seen on {host}, so that files left behind cannot be either; set"
            " instances_path of that host to Nova's [DEFAULT] instances_path, and let its `command` find there"
        )

    @property
    def _is_elsewhere(self) -> bool:
        """Whether the commands run on another machine than libvirtd."""
        return bool(urlsplit(self._access.uri).hostname)

    def _find(self, folder: str, pattern: str) -> tuple[str, ...] | None:
        """Paths under a folder, down to two levels; None where the folder itself cannot be looked at.

        Raises:
            UnreachedError: Nor can the host.
        """
        if self._is_elsewhere:
            return None
        done = self._shell.run("env", "LC_ALL=C", "find", folder, "-maxdepth", "2", "-name", pattern)
        if done.exit_status == SSH_FAILED:
            raise self._unanswered("find", done)
        # What vanished below it while it was looked through is no matter; busybox does not quote.
        is_hidden = re.search(rf"^find: '?{re.escape(folder)}'?: ", done.stderr, re.MULTILINE)
        if is_hidden or done.exit_status in _NOT_RUN:
            return None
        return tuple(done.stdout.split("\n")[:-1])

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
        raise self._unanswered(arguments[0], done)

    def _unanswered(self, command: str, done: Completed) -> OstfError:
        kind = UnreachedError if done.exit_status == SSH_FAILED else OstfError
        return kind(
            f"libvirt of {self._access.host} did not answer (virsh {command} through {self._shell!r}):"
            f" {done.stderr.strip()}; look at: virsh --connect {self._access.uri} list"
        )
