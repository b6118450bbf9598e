"""The probe against answers as virsh gave them on a compute host of Nova 30."""

from pathlib import Path
from typing import Any

import pytest

from ostf_dual.environment.model import Hypervisor, LibvirtAccess
from ostf_dual.errors import NotConfiguredError, OstfError
from ostf_dual.hypervisors.libvirt import LibvirtProbe
from ostf_dual.hypervisors.probe import Disk, Nic, Power
from ostf_dual.nodes.shell import Completed

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
    ) -> None:
        self.domains, self.stats, self.offers = domains or {}, stats, offers
        self.files, self.refusal = files or {}, refusal

    def run(self, *argv: str, timeout_s: float = 30.0) -> Completed:  # noqa: ARG002, PLR0911
        match argv:
            case ("test", "-d", folder):
                return Completed(stdout="", stderr="", exit_status=0 if folder in self.files else 1)
            case ("find", folder, *_, pattern):
                lines = [path for path in self.files[folder] if pattern.rstrip("*") in path]
                return _said("".join(f"{line}\n" for line in lines))
            case ("env", "LC_ALL=C", "virsh", "--connect", _, *_) if self.refusal:
                return Completed(stdout="", stderr=self.refusal, exit_status=1)
            case ("env", "LC_ALL=C", "virsh", "--connect", _, "dumpxml", domain):
                return _said(self.domains[domain]) if domain in self.domains else NOT_FOUND
            case ("env", "LC_ALL=C", "virsh", "--connect", _, "domstats", *_, domain):
                return _said(self.stats) if domain in self.domains else NOT_FOUND
            case ("env", "LC_ALL=C", "virsh", "--connect", _, "list", "--all", "--uuid"):
                return _said("\n".join(self.domains) + "\n\n")
            case ("env", "LC_ALL=C", "virsh", "--connect", _, "domcapabilities"):
                return _said(f"<domainCapabilities><domain>{self.offers}</domain></domainCapabilities>")
        raise AssertionError(f"unexpected: {argv}")


def _said(text: str) -> Completed:
    return Completed(stdout=text, stderr="", exit_status=0)


def probe_of(**hosts: Host) -> LibvirtProbe:
    accesses = [
        LibvirtAccess(host=name, command=(name,), instances_path=Path("/nova/instances")) for name in hosts
    ]
    return LibvirtProbe(accesses, shell_of=lambda command: hosts[command[0]])


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
    host = Host(domains={SERVER: XML, STRANGER: foreign})

    assert [guest.id for guest in probe_of(one=host).guests()] == [SERVER]


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
