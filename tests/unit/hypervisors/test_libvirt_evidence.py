"""What is run on a compute host, run here, with a virsh that knows one domain."""

from pathlib import Path

import pytest

from ostf_dual.environment.model import LibvirtAccess
from ostf_dual.hypervisors.libvirt import LibvirtProbe
from ostf_dual.hypervisors.libvirt_evidence import domain_log, domain_xml
from ostf_dual.hypervisors.probe import ListedGuest, Power
from ostf_dual.nodes.shell import CommandShell, Completed

SERVER = "5e41f0a3-9f6c-4a55-8b0e-2a8f6d0a1c11"
PICTURE = b"\x89PNG\r\n\x1a\n\x00\xff not text"
DOMAIN = f"""<domain type='kvm'><name>instance-1</name><uuid>{SERVER}</uuid>
<metadata><nova:instance xmlns:nova="http://openstack.org/xmlns/libvirt/nova/1.1"/></metadata></domain>"""
VIRSH = f"""#!/bin/sh
# virsh --connect URI COMMAND DOMAIN [FILE], or several commands as one argument
case $3 in
list) printf '{SERVER}\n\n'; exit ;;
" domstats --raw --state --nowait {SERVER}; dumpxml {SERVER};")
    printf "Domain: 'instance-1'\n  state.state=3\n\n"
    cat "$(dirname "$0")/domain"
    exit ;;
esac
[ "$4" = {SERVER} ] || {{ echo "error: failed to get domain '$4'" >&2; exit 1; }}
case $3 in
dumpxml) echo "<domain/>" ;;
screenshot) cp "$(dirname "$0")/picture" "$5" && echo "Screenshot saved to $5" ;;
esac
"""


@pytest.fixture
def access(tmp_path: Path) -> LibvirtAccess:
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "virsh").write_text(VIRSH)
    (programs / "virsh").chmod(0o755)
    (programs / "picture").write_bytes(PICTURE)
    (programs / "domain").write_text(DOMAIN)
    return LibvirtAccess(
        host="kvm-1",
        command=("env", f"PATH={programs}:/usr/bin:/bin", f"TMPDIR={tmp_path}"),
        instances_path=tmp_path / "var/kvm-1/nova/instances",
    )


def test_a_screen_comes_whole_through_a_shell_and_leaves_no_file(
    access: LibvirtAccess, tmp_path: Path
) -> None:
    before = set(tmp_path.iterdir())

    assert LibvirtProbe([access]).screenshot(SERVER) == PICTURE
    assert set(tmp_path.iterdir()) == before


def test_a_guest_that_is_not_there_has_no_screen_no_definition_and_no_log(access: LibvirtAccess) -> None:
    assert LibvirtProbe([access]).screenshot("nobody") is None
    assert domain_xml(access, "nobody") == ""
    assert domain_log(access, "nobody") == ""


def test_the_definition_is_as_virsh_shows_it(access: LibvirtAccess) -> None:
    assert domain_xml(access, SERVER) == "<domain/>\n"


def test_the_guests_of_a_host_are_listed_by_one_command(access: LibvirtAccess) -> None:
    asked = []

    class Counting(CommandShell):
        def run(self, *argv: str, timeout_s: float = 30.0) -> Completed:
            asked.append(argv[0])
            return super().run(*argv, timeout_s=timeout_s)

    listing = LibvirtProbe([access], shell_of=Counting).guests()

    assert listing.guests == (ListedGuest(id=SERVER, name="instance-1", power=Power.PAUSED, host="kvm-1"),)
    assert asked == ["sh"]
