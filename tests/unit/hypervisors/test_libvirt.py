"""The probe against answers as virsh gave them on a compute host of Nova 30."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ostf_dual.environment.model import Hypervisor, LibvirtAccess
from ostf_dual.errors import NotConfiguredError, OstfError
from ostf_dual.hypervisors.libvirt import LibvirtProbe
from ostf_dual.hypervisors.probe import Disk, ListedGuest, Nic, PartlyUnaskedError, Power
from ostf_dual.nodes.shell import Completed, Shell, TimedOutError
from ostf_dual.nodes.silence import Silences

SERVER, VOLUME, STRANGER = "5e41f0a3-9f6c-4a55-8b0e-2a8f6d0a1c11", "0c7c-volume", "11111111-stranger"
XML = f"""<domain type='qemu' id='3'>
  <name>instance-00000007</name>
  <uuid>{SERVER}</uuid>
  <metadata>
    <nova:instance xmlns:nova="http://openstack.org/xmlns/libvirt/nova/1.1">
      <nova:name>ostf-1-server</nova:name>
    </nova:instance>
  </metadata>
  <memory unit='KiB'>131072</memory>
  <vcpu placement='static'>1</vcpu>
  <devices>
    <disk type='file' device='disk'>
      <source file='/i/{SERVER}/disk'/><target dev='vda' bus='virtio'/>
    </disk>
    <disk type='file' device='disk'>
      <source file='/mnt/x/volume-{VOLUME}'/><target dev='vdb' bus='virtio'/><serial>{VOLUME}</serial>
    </disk>
    <disk type='file' device='cdrom'><target dev='hda' bus='ide'/></disk>
    <interface type='bridge'>
      <mac address='FA:16:3e:00:00:01'/><source bridge='brq1'/><model type='virtio'/>
      <link state='down'/>
    </interface>
  </devices>
</domain>"""
STATS = """Domain: 'instance-00000007'
  state.state=1
  state.reason=1
  block.count=2
  block.0.name=vda
  block.0.capacity=1073741824
  block.1.name=vdb
  block.1.capacity=2147483648
"""
NOT_FOUND = Completed(stdout="", stderr="error: failed to get domain 'x'\n", exit_status=1)


class Host:
    """A shell in which virsh, test and find answer from tables."""

    def __init__(
        self,
        *,
        domains: dict[str, str] | None = None,
        stats: str = STATS,
        offers: str = "kvm",
        files: dict[str, list[str]] | None = None,
        refusal: str | None = None,
        vanished: tuple[str, ...] = (),
    ) -> None:
        self.domains, self.stats, self.offers = domains or {}, stats, offers
        self.files, self.refusal, self.vanished = files or {}, refusal, vanished

    def run(self, *argv: str, timeout_s: float = 30.0) -> Completed:  # noqa: ARG002, PLR0911
        match argv:
            case ("env", "LC_ALL=C", "find", folder, *_) if folder not in self.files:
                missing = f"find: '{folder}': No such file or directory"
                return Completed(stdout="", stderr=missing, exit_status=1)
            case ("env", "LC_ALL=C", "find", folder, *_, pattern):
                lines = [path for path in self.files[folder] if pattern.rstrip("*") in path]
                return _said("".join(f"{line}\n" for line in lines))
            case ("env", "LC_ALL=C", "virsh", "--connect", _, *_) if self.refusal:
                return Completed(stdout="", stderr=self.refusal, exit_status=1)
            case ("env", "LC_ALL=C", "virsh", "--connect", _, "dumpxml", domain):
                return _said(self.domains[domain]) if domain in self.domains else NOT_FOUND
            case ("env", "LC_ALL=C", "virsh", "--connect", _, "domstats", *_, domain):
                return _said(self.stats) if domain in self.domains else NOT_FOUND
            case ("sh", "-c", _, "sh", _, _):  # no screen
                return NOT_FOUND
            case ("sh", "-c", _, "sh", _) if self.refusal:
                return Completed(stdout="", stderr=self.refusal, exit_status=1)
            case ("sh", "-c", _, "sh", _):
                listed = "".join(f"{domain}\n" for domain in (*self.vanished, *self.domains))
                told = "".join(f"{self.stats}\n{xml}\n\n" for xml in self.domains.values())
                return _said(f"{listed}\n{told}")
            case ("env", "LC_ALL=C", "virsh", "--connect", _, "domcapabilities"):
                return _said(f"<domainCapabilities><domain>{self.offers}</domain></domainCapabilities>")
        raise AssertionError(f"unexpected: {argv}")


class Blind:
    """The shell of a host on which a search ends in some other way."""

    def __init__(self, stderr: str, exit_status: int) -> None:
        self.shell, self.search = Host(), Completed(stdout="", stderr=stderr, exit_status=exit_status)

    def run(self, *argv: str, timeout_s: float = 30.0) -> Completed:
        return self.search if "find" in argv else self.shell.run(*argv, timeout_s=timeout_s)


class Counting:
    """A shell that counts what is run in it."""

    def __init__(self, shell: Shell) -> None:
        self.shell, self.commands = shell, 0

    def run(self, *argv: str, timeout_s: float = 30.0) -> Completed:
        self.commands += 1
        return self.shell.run(*argv, timeout_s=timeout_s)


class Off:
    """The shell of a host that is switched off."""

    def run(self, *argv: str, timeout_s: float = 30.0) -> Completed:
        raise TimedOutError(f"{argv[0]} did not end within {timeout_s:g} s")


class Noted:
    """A shell that notes whose it is whenever it is asked something."""

    def __init__(self, shell: Shell, name: str, asked: list[str]) -> None:
        self.shell, self.name, self.asked = shell, name, asked

    def run(self, *argv: str, timeout_s: float = 30.0) -> Completed:
        self.asked.append(self.name)
        return self.shell.run(*argv, timeout_s=timeout_s)


def _said(text: str) -> Completed:
    return Completed(stdout=text, stderr="", exit_status=0)


def probe_of(*lacking: str, **hosts: Shell) -> LibvirtProbe:
    accesses = [
        LibvirtAccess(host=name, command=(name,), instances_path=Path("/nova/instances")) for name in hosts
    ]
    without = {host: NotConfiguredError(f"no entry for {host}") for host in lacking}
    return LibvirtProbe(accesses, shell_of=lambda command: hosts[command[0]], without=without)


@pytest.mark.parametrize(
    ("stderr", "exit_status", "raised"),
    [
        ("find: '/nova/instances': Permission denied\n", 1, NotConfiguredError),
        ("find: '/nova/instances': Stale file handle\n", 1, NotConfiguredError),
        ("find: /nova/instances: No such file or directory\n", 1, NotConfiguredError),  # busybox
        ("env: 'find': No such file or directory\n", 127, NotConfiguredError),
        ("ssh: connect to host c1: No route to host\n", 255, OstfError),
    ],
)
def test_where_nobody_can_look_nothing_is_said_to_be_gone(
    stderr: str, exit_status: int, raised: type[OstfError]
) -> None:
    with pytest.raises(OstfError) as caught:
        probe_of(one=Blind(stderr, exit_status)).remains_of(SERVER)

    assert type(caught.value) is raised


def test_what_vanishes_while_it_is_looked_for_is_gone() -> None:
    vanished = "find: '/nova/instances/other': No such file or directory\n"

    assert probe_of(one=Blind(vanished, 1)).remains_of(SERVER) == ()


def test_finds_a_guest_on_the_host_that_has_it() -> None:
    guest = probe_of(one=Host(), two=Host(domains={SERVER: XML})).find_guest(SERVER)

    assert guest is not None
    assert (guest.id, guest.name, guest.host) == (SERVER, "instance-00000007", "two")
    assert (guest.vcpus, guest.memory_mib, guest.is_running) == (1, 128, True)
    assert guest.disks == (
        Disk(name="vda", source=f"/i/{SERVER}/disk", size_bytes=1024**3, bus="virtio"),
        Disk(
            name="vdb",
            source=f"/mnt/x/volume-{VOLUME}",
            size_bytes=2 * 1024**3,
            bus="virtio",
            volume_id=VOLUME,
        ),
    )
    assert guest.nics == (Nic(mac="fa:16:3e:00:00:01", model="virtio", network="brq1", connected=False),)


def test_an_unknown_guest_is_none() -> None:
    assert probe_of(one=Host(), two=Host()).find_guest(SERVER) is None


def test_a_libvirt_that_does_not_answer_is_not_an_unknown_guest() -> None:
    probe = probe_of(one=Host(refusal="error: failed to connect to the hypervisor"))

    with pytest.raises(OstfError, match=r"libvirt of one did not answer.*failed to connect"):
        probe.find_guest(SERVER)


def test_a_host_that_is_off_hides_no_guest_of_another() -> None:
    probe = probe_of(one=Off(), two=Host(domains={SERVER: XML}))

    guest = probe.find_guest(SERVER)

    assert guest is not None
    assert guest.host == "two"


def test_a_guest_that_may_be_on_a_silent_host_is_not_unknown() -> None:
    probe = probe_of(one=Off(), two=Host())

    with pytest.raises(
        PartlyUnaskedError, match=rf"has guest {SERVER}, and 1 of 2 hosts could not be asked \(one\)"
    ):
        probe.find_guest(SERVER)
    with pytest.raises(
        PartlyUnaskedError, match=r"has guest .* 1 of 2 hosts could not be asked \(one\): one: "
    ):
        probe.find_guest(SERVER)
    with pytest.raises(PartlyUnaskedError, match=r"shows guest .* could not be asked \(one\)"):
        probe.screenshot(SERVER)


@pytest.mark.parametrize(
    ("state", "power"),
    [(1, Power.RUNNING), (3, Power.PAUSED), (5, Power.OFF), (6, Power.OFF), (4, Power.OTHER)],
)
def test_tells_the_power_state(state: Any, power: Any) -> None:
    host = Host(domains={SERVER: XML}, stats=f"  state.state={state}\n")

    guest = probe_of(one=host).find_guest(SERVER)

    assert guest is not None
    assert guest.power is power
    assert guest.disks[0].size_bytes is None


@pytest.mark.parametrize(
    ("state", "reason", "forced"),
    [
        (1, 1, ""),
        (3, 1, ""),
        (5, 1, ""),  # its user's `shutdown`
        (5, 2, "destroyed"),
        (5, 3, "crashed"),
        (6, 1, "crashed"),
        (5, 0, "ended while libvirt did not see it"),
        (5, 99, "ended while libvirt did not see it"),
    ],
)
def test_tells_a_guest_that_shut_down_from_one_that_was_ended(state: int, reason: int, forced: str) -> None:
    stats = f"Domain: 'instance-00000007'\n  state.state={state}\n  state.reason={reason}\n"
    probe = probe_of(one=Host(domains={SERVER: XML}, stats=stats))

    guest = probe.find_guest(SERVER)

    assert guest is not None
    assert guest.forced == forced
    assert [each.forced for each in probe.guests().guests] == [forced]


def test_of_two_hosts_in_a_migration_the_running_guest_counts() -> None:
    hosts = {
        "target": Host(domains={SERVER: XML}, stats="  state.state=3\n"),
        "source": Host(domains={SERVER: XML}),
    }

    guest = probe_of(**hosts).find_guest(SERVER)

    assert guest is not None
    assert guest.host == "source"


def test_lists_only_what_nova_made() -> None:
    foreign = "<domain type='kvm'><name>a database</name><uuid>1</uuid></domain>"
    host = Host(domains={SERVER: XML, "1": foreign})

    listing = probe_of(one=host).guests()

    assert listing.guests == (
        ListedGuest(id=SERVER, name="instance-00000007", power=Power.RUNNING, host="one"),
    )
    assert (listing.unasked, listing.because) == ((), "")


def test_a_list_says_which_hosts_it_lacks() -> None:
    probe = probe_of(one=Off(), two=Host(domains={SERVER: XML}), three=Host(refusal="no socket"))

    listing = probe.guests()

    assert [guest.id for guest in listing.guests] == [SERVER]
    assert listing.unasked == ("one", "three")
    assert "2 of 3 hosts could not be asked (one, three)" in listing.because
    assert "no socket" in listing.because


def test_where_no_host_answers_there_is_no_list() -> None:
    with pytest.raises(OstfError, match="1 of 1 hosts could not be asked"):
        probe_of(one=Off()).guests()


def test_a_domain_that_went_while_the_list_was_made_is_not_in_it() -> None:
    host = Host(domains={SERVER: XML}, vanished=(STRANGER,))

    assert [guest.id for guest in probe_of(one=host).guests().guests] == [SERVER]


def test_a_server_named_as_virsh_begins_a_domain_does_not_break_the_list() -> None:
    named = XML.replace("ostf-1-server", "Domain: 'x'")

    assert [guest.id for guest in probe_of(one=Host(domains={SERVER: named})).guests().guests] == [SERVER]


@pytest.mark.parametrize(
    ("domains", "offers", "hypervisor"),
    [
        ({SERVER: XML}, "kvm", Hypervisor.QEMU),
        ({SERVER: XML.replace("'qemu'", "'kvm'")}, "kvm", Hypervisor.KVM),
        ({}, "qemu", Hypervisor.QEMU),
        ({}, "kvm", Hypervisor.LIBVIRT),
    ],
)
def test_kvm_or_qemu_is_told_by_guests_and_excluded_by_capabilities(
    domains: Any, offers: Any, hypervisor: Any
) -> None:
    assert probe_of(one=Host(domains=domains, offers=offers)).hypervisor is hypervisor


def test_the_kind_is_told_by_one_host_that_answers_and_has_a_guest() -> None:
    busy = Host(domains={SERVER: XML.replace("'qemu'", "'kvm'")})

    assert probe_of(off=Off(), idle=Host(), busy=busy).hypervisor is Hypervisor.KVM
    assert probe_of(off=Off(), idle=Host(offers="qemu")).hypervisor is Hypervisor.QEMU


def test_remains_are_the_domain_and_its_folder() -> None:
    folder = f"/nova/instances/{SERVER}_del"
    host = Host(domains={SERVER: XML}, files={"/nova/instances": [folder, "/nova/instances/_base"]})

    assert probe_of(one=host).remains_of(SERVER) == (
        f"libvirt domain {SERVER} on one",
        f"{folder} on one",
    )
    assert probe_of(one=Host(files={"/nova/instances": []})).remains_of(SERVER) == ()


def test_a_wrong_instances_path_cannot_pass_for_no_remains() -> None:
    with pytest.raises(NotConfiguredError, match="instances_path"):
        probe_of(one=Host()).remains_of(SERVER)


def test_remains_of_a_volume_are_disks_and_files_on_mounted_shares() -> None:
    file = f"/nova/mnt/share/volume-{VOLUME}"
    host = Host(domains={SERVER: XML}, files={"/nova/mnt": [file]})

    assert probe_of(one=host).remains_of_volume(VOLUME) == (
        f"disk vdb of guest {SERVER} on one",
        f"{file} on one",
    )
    assert probe_of(one=Host()).remains_of_volume(VOLUME) == ()


def test_a_host_that_is_off_leaves_no_doubt_about_what_was_seen_on_another() -> None:
    host = Host(domains={SERVER: XML}, files={"/nova/instances": []})
    probe = probe_of(one=Off(), two=host)
    assert probe.remains_of(SERVER) == (f"libvirt domain {SERVER} on two",)

    host.domains.clear()

    assert probe.remains_of(SERVER) == ()
    assert probe.unasked == ()


def test_a_host_that_is_off_is_told_of_where_nobody_knows_where_the_server_was() -> None:
    probe = probe_of(one=Off(), two=Host(files={"/nova/instances": []}))

    assert probe.remains_of(SERVER) == ()
    assert probe.remains_of_volume(VOLUME) == ()
    assert len(probe.unasked) == 1
    assert probe.unasked[0].startswith("one: ")


def test_a_host_that_lets_others_wait_is_asked_once_and_told_of_each_time() -> None:
    clock = iter(range(0, 10_000, 7))  # each look at it is 7 s later
    off, there = Off(), Host(files={"/nova/instances": []})
    asked: list[str] = []

    def shell_of(command: Sequence[str]) -> Shell:
        return Noted(off if command == ("off",) else there, command[0], asked)

    accesses = [
        LibvirtAccess(host=name, command=(name,), instances_path=Path("/nova/instances"))
        for name in ("off", "on")
    ]
    probe = LibvirtProbe(accesses, shell_of, silences=Silences(lambda: float(next(clock))))

    for _ in range(2):
        assert probe.remains_of(SERVER) == ()

    assert asked.count("off") == 1
    assert probe.unasked[0].startswith("off: silent at ")
    assert "env did not end within 30 s" in probe.unasked[0]


def test_the_silence_of_the_host_that_had_it_is_not_the_lack_of_remains() -> None:
    host = Host(domains={SERVER: XML}, files={"/nova/instances": []})
    probe = probe_of(one=host, two=Host(files={"/nova/instances": []}))
    assert probe.find_guest(SERVER) is not None

    host.refusal = "no socket"

    with pytest.raises(OstfError, match=rf"{SERVER} was on a host that does not answer any more.*no socket"):
        probe.remains_of(SERVER)


def test_the_host_that_nova_names_is_asked_alone_where_the_guest_runs_there() -> None:
    others = {f"other-{number}": Counting(Host()) for number in range(30)}
    probe = probe_of(**others, named=Host(domains={SERVER: XML}))

    guest = probe.find_guest(SERVER, "named")

    assert guest is not None
    assert guest.host == "named"
    assert probe.find_guest(SERVER) == guest  # where it was seen
    assert probe.screenshot(SERVER) is None
    assert sum(other.commands for other in others.values()) == 30, "only for the screen that it has not"


def test_a_guest_on_another_host_than_nova_says_is_found_there() -> None:
    guest = probe_of(named=Host(), other=Host(domains={SERVER: XML})).find_guest(SERVER, "named")

    assert guest is not None
    assert guest.host == "other"


def test_while_remains_are_left_where_the_guest_was_no_other_host_is_asked() -> None:
    host = Host(domains={SERVER: XML}, files={"/nova/instances": []})
    orphan = f"/nova/instances/{SERVER}_del"
    other = Host(files={"/nova/instances": [orphan]})
    asked = Counting(other)
    probe = probe_of(one=host, two=asked)
    probe.find_guest(SERVER, "one")

    assert probe.remains_of(SERVER) == probe.remains_of(SERVER) == (f"libvirt domain {SERVER} on one",)
    assert asked.commands == 0

    host.domains.clear()

    assert probe.remains_of(SERVER) == (f"{orphan} on two",)
    other.files["/nova/instances"].clear()
    assert probe.remains_of(SERVER) == ()


def test_hosts_without_access_matter_only_where_the_guest_may_be_there() -> None:
    host = Host(domains={SERVER: XML}, files={"/nova/instances": []})
    probe = probe_of("closed", one=host)

    assert probe.find_guest(SERVER, "one") is not None
    assert probe.hypervisor is Hypervisor.QEMU
    host.domains.clear()
    assert probe.remains_of(SERVER) == ()
    assert probe.unasked == ()


def test_a_guest_that_may_be_on_a_host_without_access_names_what_is_missing() -> None:
    probe = probe_of("closed", one=Host(files={"/nova/instances": []}))

    with pytest.raises(
        NotConfiguredError, match=r"1 of 2 hosts could not be asked \(closed\).*no entry for closed"
    ):
        probe.find_guest(SERVER, "closed")
    listing = probe.guests()
    assert (listing.guests, listing.unasked) == ((), ("closed",))
    assert probe.remains_of(SERVER) == ()
    assert probe.unasked == ("closed: no entry for closed",)


def test_a_host_that_is_off_besides_those_without_access_is_no_lack_of_access_alone() -> None:
    with pytest.raises(PartlyUnaskedError, match=r"2 of 3 hosts could not be asked \(two, closed\)"):
        probe_of("closed", one=Host(), two=Off()).find_guest(SERVER)
