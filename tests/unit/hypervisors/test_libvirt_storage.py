"""Disks that are no files: looked for in Ceph and LVM after their guest has gone, or said to be out of sight."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from ostf_dual.environment.model import LibvirtAccess
from ostf_dual.errors import NotConfiguredError
from ostf_dual.hypervisors.libvirt import LibvirtProbe
from ostf_dual.nodes.shell import Completed

SERVER, VOLUME = "5e41f0a3-9f6c-4a55-8b0e-2a8f6d0a1c11", "0c7c-volume"
RBD_ROOT = f"""<disk type='network' device='disk'>
  <auth username='nova'><secret type='ceph' uuid='1'/></auth>
  <source protocol='rbd' name='vms/{SERVER}_disk'><host name='10.0.0.1' port='6789'/></source>
  <target dev='vda' bus='virtio'/></disk>"""
LVM_ROOT = f"""<disk type='block' device='disk'>
  <source dev='/dev/nova/{SERVER}_disk'/><target dev='vda' bus='virtio'/></disk>"""
RBD_VOLUME = f"""<disk type='network' device='disk'>
  <source protocol='rbd' name='volumes/volume-{VOLUME}'><auth username='cinder'/></source>
  <target dev='vdb' bus='virtio'/><serial>{VOLUME}</serial></disk>"""
ISCSI_VOLUME = f"""<disk type='block' device='disk'>
  <source dev='/dev/sdb'/><target dev='vdb' bus='virtio'/><serial>{VOLUME}</serial></disk>"""
NFS_VOLUME = f"""<disk type='file' device='disk'>
  <source file='/nova/mnt/abc/volume-{VOLUME}'/><target dev='vdb' bus='virtio'/><serial>{VOLUME}</serial></disk>"""
RBD_LIST, CINDERS_LIST = "rbd --id nova ls vms", "rbd --id cinder ls volumes"
LVM_LIST = "lvs --noheadings --options lv_name nova"


class Host:
    """A shell of a host with one domain, until it is undefined; ``lists`` holds what its storage answers."""

    def __init__(self, disks: str, lists: Mapping[str, str | None]) -> None:
        self.xml: str | None = f"""<domain type='kvm'><uuid>{SERVER}</uuid>
            <metadata><nova:instance xmlns:nova='http://openstack.org/xmlns/libvirt/nova/1.1'/></metadata>
            <devices>{disks}</devices></domain>"""
        self.lists = lists

    def run(self, *argv: str, timeout_s: float = 30.0) -> Completed:  # noqa: ARG002
        match argv:
            case ("env", "LC_ALL=C", "find", "/nova/instances", *_):
                return _said("")
            case ("env", "LC_ALL=C", "find", folder, *_):
                return _refused(f"find: '{folder}': No such file or directory")
            case ("env", "LC_ALL=C", "virsh", *_):
                return _refused("error: failed to get domain") if self.xml is None else _said(self.xml)
            case ("sh", "-c", *_):
                told = f"Domain: 'x'\n  state.state=1\n{self.xml}\n" if self.xml else ""
                return _said(f"{SERVER}\n\n{told}" if self.xml else "\n\n")
            case ("env", "LC_ALL=C", *lister):
                found = self.lists.get(" ".join(lister))
                return _refused("command not found") if found is None else _said(found)
        raise AssertionError(f"unexpected: {argv}")


def _said(text: str) -> Completed:
    return Completed(stdout=text, stderr="", exit_status=0)


def _refused(text: str) -> Completed:
    return Completed(stdout="", stderr=text, exit_status=1)


def probe_of(host: Host, uri: str = "qemu:///system") -> LibvirtProbe:
    access = LibvirtAccess(host="one", uri=uri, instances_path=Path("/nova/instances"))
    return LibvirtProbe([access], shell_of=lambda _: host)


@pytest.mark.parametrize(
    ("disks", "lister", "place"),
    [(RBD_ROOT, RBD_LIST, "Ceph pool vms"), (LVM_ROOT, LVM_LIST, "volume group nova")],
)
def test_a_root_disk_that_stays_in_ceph_or_lvm_is_found_after_its_guest_has_gone(
    disks: str, lister: str, place: str
) -> None:
    lists = {lister: f"  other_disk\n  {SERVER}_disk\n"}
    host = Host(disks, lists)
    probe = probe_of(host)
    assert probe.remains_of(SERVER) == (f"libvirt domain {SERVER} on one",)

    host.xml = None

    assert probe.remains_of(SERVER) == (f"{SERVER}_disk in {place} on one",)
    lists[lister] = "  other_disk\n"
    assert probe.remains_of(SERVER) == ()
    assert probe.unasked == ()


def test_a_root_disk_that_nobody_can_look_for_is_not_gone() -> None:
    host = Host(RBD_ROOT, {})
    probe = probe_of(host)
    assert probe.find_guest(SERVER) is not None
    host.xml = None

    with pytest.raises(
        NotConfiguredError,
        match=rf"has {SERVER} no more.*rbd vms/{SERVER}_disk.*Ceph pool vms \(`rbd --id nova ls vms`\): command not"
        r" found; the `command` of host one \(libvirt\)",
    ):
        probe.remains_of(SERVER)
    assert "rbd --id nova ls vms" in probe.unasked[0]


def test_what_was_never_seen_is_looked_for_where_others_have_their_disks() -> None:
    host = Host(RBD_ROOT, {RBD_LIST: "unseen_disk\n"})
    probe = probe_of(host)
    probe.find_guest(SERVER)
    host.xml = None

    assert probe.remains_of("unseen") == ("unseen_disk in Ceph pool vms on one",)


def test_a_volume_that_stays_in_ceph_is_found_under_cinders_other_name_too() -> None:
    host = Host(RBD_VOLUME, {CINDERS_LIST: f"volume-{VOLUME}.deleted\n"})
    probe = probe_of(host)
    assert probe.remains_of_volume(VOLUME) == (f"disk vdb of guest {SERVER} on one",)

    host.xml = None

    assert probe.remains_of_volume(VOLUME) == (f"volume-{VOLUME}.deleted in Ceph pool volumes on one",)


def test_what_is_behind_a_block_device_is_out_of_sight_once_it_is_detached() -> None:
    host = Host(ISCSI_VOLUME, {})
    probe = probe_of(host)
    assert probe.find_guest(SERVER) is not None
    host.xml = None

    with pytest.raises(NotConfiguredError, match="block /dev/sdb: no host shows what is behind it"):
        probe.remains_of_volume(VOLUME)


def test_a_share_that_is_not_mounted_any_more_is_told_of() -> None:
    host = Host(NFS_VOLUME, {"ls -A /nova/mnt/abc": f"volume-{VOLUME}.orphan\n"})
    probe = probe_of(host)
    assert probe.remains_of_volume(VOLUME) == (f"disk vdb of guest {SERVER} on one",)
    host.xml = None
    assert probe.remains_of_volume(VOLUME) == (f"volume-{VOLUME}.orphan in folder /nova/mnt/abc on one",)

    host.lists = {}

    assert probe.remains_of_volume(VOLUME) == ()
    assert probe.unasked == (
        f"file /nova/mnt/abc/volume-{VOLUME}: one has folder /nova/mnt/abc no more: look on the share itself",
    )


def test_files_of_a_host_that_is_asked_from_elsewhere_are_not_taken_for_gone() -> None:
    host = Host("", {})
    host.xml = None

    with pytest.raises(NotConfiguredError, match=r"asked from another machine than one.*`command`"):
        probe_of(host, "qemu+ssh://one/system").remains_of(SERVER)
