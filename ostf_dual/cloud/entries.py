"""What the environment says of those who are asked besides OpenStack: a zone's vCenter, the libvirt of its hosts."""

from collections.abc import Sequence

from ostf_dual.environment.model import Access, LibvirtAccess, VCenterAccess
from ostf_dual.errors import NotConfiguredError


def accesses_to(hosts: Sequence[str], access: Access, zone: str) -> tuple[LibvirtAccess, ...]:
    """How the libvirt of these hosts of a zone is asked, as far as the environment tells.

    Raises:
        NotConfiguredError: It tells of none of them, or nobody knows the hosts.
    """
    if not hosts:
        raise NotConfiguredError(f"admin_cloud: the hosts of zone {zone} cannot be seen without it")
    found = tuple(each for each in map(access.libvirt_of, hosts) if each is not None)
    if not found:
        raise NotConfiguredError(no_entry(*hosts, zone=zone))
    return found


def without_access(hosts: Sequence[str], access: Access) -> tuple[str, ...]:
    """Those of these hosts that the environment says nothing of."""
    return tuple(host for host in hosts if access.libvirt_of(host) is None)


def no_entry(*hosts: str, zone: str) -> str:
    """That the environment says nothing of these hosts."""
    return f"libvirt: no entry for host {', '.join(hosts)} (zone {zone})"


def vcenter_serving(zone: str, access: Access) -> VCenterAccess:
    """The vCenter that serves a zone: the one that names it, else the only one that names none.

    Raises:
        NotConfiguredError: There is none, or more than one.
    """
    every = access.vcenters
    serving = [one for one in every if zone in one.zones] or [one for one in every if not one.zones]
    if len(serving) == 1:
        return serving[0]
    if not serving:
        raise NotConfiguredError(f"vcenters: none serves zone {zone}")
    names = ", ".join(one.name for one in serving)
    raise NotConfiguredError(f"vcenters: {names} may all serve zone {zone}; give each its `zones`")
