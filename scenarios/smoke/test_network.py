"""Servers are on the network, in each zone and between zones."""

from ipaddress import ip_interface
from typing import TYPE_CHECKING

import pytest

from ostf_dual.cloud.guestlog import EVENT_LOG_PORT, GuestLog
from ostf_dual.errors import NotDeployedError, OstfError, UnsupportedError
from ostf_dual.waiting import wait_until

if TYPE_CHECKING:
    from ostf_dual.cloud.servers import Server
    from ostf_dual.cloud.workbench import Workbench
    from ostf_dual.cloud.zone import Zone
    from ostf_dual.plugin.typing import Evidence, Step


@pytest.mark.check(
    "NET-02", profile="smoke", layer="network", needs=("server",), budgets=("reach_s", "guest_up_s")
)
def test_server_is_on_the_network(
    zone: "Zone", workbench: "Workbench", test_vm: "Server", step: "Step", evidence: "Evidence"
) -> None:
    """A server's port is up, its card connected, it has the address by DHCP and answers.

    Why: A port can be ACTIVE with its card unplugged, in the wrong port group, or without an answer from DHCP.
    Witnesses: Neutron's port, the hypervisor's card, the guest's own address, and an answer from the vantage
        where there is one.
    On failure: No DHCP answer: the agent, or the VLAN is missing on the trunk to that hypervisor. Card not
        connected: the port group is gone. No answer from outside: security group, router or route.
    Source: nova.virt.vmwareapi.vif (only dvs and NSX are bound); OSTF's "check network connectivity from
        instance".
    """
    made, reach_s = workbench.port(zone), zone.budgets.reach_s

    with step("Neutron says that the port is ACTIVE"):
        ports = wait_until(
            lambda: workbench.networks.ports_of(test_vm.id),
            lambda ports: bool(ports) and all(port.status == "ACTIVE" for port in ports),
            what=f"the port of server {test_vm.name} to be ACTIVE",
            timeout_s=reach_s,
            describe=lambda ports: ", ".join(map(str, ports)) or "no port",
        )
        evidence("ports", [str(port) for port in ports])

    with step("the hypervisor has its card, connected"):
        guest = zone.probe.find_guest(test_vm.id, test_vm.host)
        assert guest is not None, f"{zone.hypervisor} has no guest of server {test_vm.id}; see BOOT-01"
        card = next((nic for nic in guest.nics if nic.mac == made.mac), None)
        assert card is not None, f"no card of guest {guest.name} has the port's MAC {made.mac}: {guest.nics}"
        assert card.connected, (
            f"the card {made.mac} of guest {guest.name} is on {card.network!r}, and not connected"
        )

    if lack := workbench.network().lack:
        raise UnsupportedError(f"{lack}. Proven so far: its port and its card")

    with step("the guest got the port's address by DHCP"):
        log = workbench.hear(
            zone,
            lambda log: dhcp_address(log) is not None,
            what=f"the guest of server {test_vm.name} to get an address for {made.mac} by DHCP (look at the"
            f" DHCP agent, and at its path to {card.network!r})",
            timeout_s=reach_s,
        )
        address = dhcp_address(log)
        assert address == made.address, f"Neutron says {made.address}, the guest has {address}"

    if workbench.guests.reach.is_possible:
        reached_by = workbench.reach_address(zone)
        with step(f"it answers from {workbench.guests.reach!r}"):
            wait_until(
                lambda: workbench.guests.reach.read_port(reached_by, EVENT_LOG_PORT),
                lambda banner: banner is not None and test_vm.id in banner.lower(),
                what=f"server {test_vm.name} to answer on {reached_by}:{EVENT_LOG_PORT} with its id",
                timeout_s=reach_s,
                describe=lambda banner: (banner or "no answer").splitlines()[0],
            )


@pytest.mark.check(
    "NET-03", profile="full", layer="network", needs=("server",), budgets=("reach_s", "guest_up_s")
)
def test_servers_of_all_zones_reach_each_other(
    zone: "Zone", workbench: "Workbench", test_vm: "Server", step: "Step"
) -> None:
    """A server reaches the servers of every other zone, on the network that they share.

    Why: Two hypervisors on one network meet on a trunk that two teams look after. Each side works alone, and
        they do not reach each other.
    Witnesses: The guests themselves: each calls the others' addresses and says whether they answer.
    On failure: Look at the VLAN on the uplinks of the vSphere switch and on the physical switch, at MTU, and at
        the security group of the side that is called.
    Source: Fuel's dual-hypervisor design keeps one nova-network or Neutron network over both.
    """
    others = [other for other in workbench.zones if other is not zone]
    if not others:
        raise NotDeployedError("this cloud has one zone only: there is no other to reach")
    if lack := workbench.network().lack:
        raise UnsupportedError(lack)
    for other in others:
        with step(f"zone {other.label} has a guest to be reached"):
            try:
                workbench.server(other)
            except AssertionError:
                raise OstfError(f"no server is up in zone {other.label}: see BOOT-01 there") from None
            workbench.test_vm_up(other)
        with step(f"it is reached from zone {zone.label}"):
            wait_for_peer(workbench, zone, test_vm, other)


def wait_for_peer(workbench: "Workbench", zone: "Zone", server: "Server", other: "Zone") -> None:
    """Hear from a zone's guest that it reached the one of the other zone."""
    address = workbench.port(other).address
    workbench.hear(
        zone,
        lambda log: log.last("PEER", address, "reached") is not None,
        what=f"server {server.name} to reach {address}:{EVENT_LOG_PORT} in zone {other.label} (look at"
        f" the path between {zone.hypervisor} and {other.hypervisor}: VLAN on the trunk, port group, bridge)",
        timeout_s=zone.budgets.reach_s,
    )


def dhcp_address(log: GuestLog) -> str | None:
    """The address that the guest says it got last; None before, and where nobody answered."""
    net = log.last("NET")
    address = dict(net.fields).get("address", "none") if net else "none"
    return None if address == "none" else str(ip_interface(address).ip)
