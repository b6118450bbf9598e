"""The network that a run's servers share: given, or made for the run."""

from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Network, ip_network
from typing import TYPE_CHECKING, Any

from ostf_dual.cloud.asking import asking
from ostf_dual.cloud.external import find_external
from ostf_dual.cloud.guestlog import EVENT_LOG_PORT, SSH_PORT
from ostf_dual.cloud.kinds import FLOATING_IP, NETWORK, PORT, ROUTER, SECURITY_GROUP, SUBNET
from ostf_dual.cloud.resources import Maker
from ostf_dual.errors import InputError, OstfError

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud


@dataclass(frozen=True, slots=True, kw_only=True)
class RunNetwork:
    """Where the servers of a run meet.

    Attributes:
        external_id: Of the external network that floating addresses come from; None: the servers' own
            addresses are the ones to reach them by.
        security_group_id: None, as its name: the network is a given one without port security, as those on
            vSphere's port groups often are, and Neutron refuses groups on its ports.
        lack: Why guests get no IPv4 address on it, with the key of the environment that names it; empty: by DHCP
            they do.
    """

    id: str
    external_id: str | None
    security_group_id: str | None = None
    security_group_name: str | None = None
    lack: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A port as Neutron tells of it; ``address`` is its first IPv4 address, empty without one."""

    id: str
    status: str
    mac: str
    address: str
    vif_type: str | None = None
    host: str | None = None

    def __str__(self) -> str:
        bound = f", bound as {self.vif_type} on {self.host}" if self.vif_type else ""
        return f"port {self.id} {self.status}{bound}"


class Networks:
    """A run's network, ports and addresses."""

    def __init__(self, cloud: "Cloud", maker: Maker) -> None:
        self._cloud, self._maker = cloud, maker
        self._access = cloud.access
        self._project = cloud.project.network

    def prepare(self) -> RunNetwork:
        """The given network, or a new one; with a router where servers are to be reached from outside."""
        external_id, lack = None, ""
        if self._access.network is not None:
            given = self._given(self._access.network)
            network_id, lack = str(given.id), self._lack(given)
            if given.is_port_security_enabled is False:
                return RunNetwork(id=network_id, external_id=None, lack=lack)
        else:
            external_id = self._external() if self._access.vantage is not None else None
            network_id = self._make(external_id)
        group = self._security_group()
        return RunNetwork(
            id=network_id,
            external_id=external_id,
            security_group_id=group.id,
            security_group_name=group.name,
            lack=lack,
        )

    def make_port(self, label: str, network: RunNetwork) -> Port:
        """A port whose address is known before its server is."""
        groups = {"security_group_ids": [network.security_group_id]} if network.security_group_id else {}
        return _port(self._maker.make(PORT, label, network_id=network.id, **groups))

    def make_floating_ip(self, label: str, network: RunNetwork, port: Port) -> str:
        """The address by which a port is reached from outside: its own without an external network."""
        if network.external_id is None:
            return port.address
        made = self._maker.make(FLOATING_IP, label, floating_network_id=network.external_id, port_id=port.id)
        return str(made.floating_ip_address)

    def ports_of(self, server_id: str) -> tuple[Port, ...]:
        """The ports that say they belong to a server."""
        return ports_of(self._cloud, server_id)

    def _security_group(self) -> Any:
        """Lets in what checks ask of guests: their events, from each other; from a vantage an SSH banner as well.

        From where a vantage's calls arrive is not known here: a jump host or a translation may stand between.
        """
        group = self._maker.make(SECURITY_GROUP, "servers")
        is_asked = self._access.vantage is not None
        source = {} if is_asked else {"remote_group_id": group.id}
        for port in (EVENT_LOG_PORT, SSH_PORT) if is_asked else (EVENT_LOG_PORT,):
            with asking(f"letting TCP port {port} in"):
                self._project.create_security_group_rule(
                    security_group_id=group.id,
                    direction="ingress",
                    ether_type="IPv4",
                    protocol="tcp",
                    port_range_min=port,
                    port_range_max=port,
                    **source,
                )
        return group

    def _given(self, name: str) -> Any:
        with asking(f"network {name!r}"):
            network = self._project.find_network(name)
        if network is None:
            raise InputError(f"no network {name!r} in this cloud; look at network: in the environment file")
        return network

    def _lack(self, given: Any) -> str:
        """Provider networks on vSphere's port groups often leave addresses to somebody else than Neutron."""
        with asking(f"the subnets of network {self._access.network!r}"):
            subnets = list(self._project.subnets(network_id=given.id, ip_version=4))
        named = f"network: {self._access.network!r}"
        if not subnets:
            return f"{named} has no IPv4 subnet, and guests are asked by IPv4 only; name another network here"
        if not any(subnet.is_dhcp_enabled for subnet in subnets):
            return (
                f"{named} has no DHCP (enable_dhcp of its subnets is false), so that guests get no address by which"
                " they could be asked; name another network here"
            )
        return ""

    def _external(self) -> str | None:
        """The external network to lead to; which one, and why, is told of the cloud. None where there is none."""
        found = find_external(self._project, self._access.external_network)
        self._cloud.external_network = str(found or "")
        return found.id if found else None

    def _make(self, external_id: str | None) -> str:
        network = self._maker.make(NETWORK, "servers")
        subnet = self._maker.make(
            SUBNET,
            "servers",
            network_id=network.id,
            ip_version=4,
            cidr=str(self._free_range(external_id)),
        )
        if external_id is not None:
            router = self._maker.make(ROUTER, "servers", external_gateway_info={"network_id": external_id})
            with asking("connecting the router"):
                self._project.add_interface_to_router(
                    router.id, subnet.id
                )  # its keyword has changed over releases
        return str(network.id)

    def _free_range(self, external_id: str | None) -> IPv4Network:
        """A /24 of 10.0.0.0/8, another one for every run, apart from those that its router leads to."""
        with asking("the subnets of the external network"):
            outside = (
                [
                    ip_network(subnet.cidr)
                    for subnet in self._project.subnets(network_id=external_id, ip_version=4)
                ]
                if external_id
                else []
            )
        return free_range(self._maker.marks.run_id, outside)


def free_range(run_id: str, outside: "list[Any]") -> IPv4Network:
    """A /24 of 10.0.0.0/8 that overlaps none of the networks outside.

    Every run gets its own, so that runs side by side on one provider network are told apart.
    """
    start = int.from_bytes(sha256(run_id.encode()).digest()[:2])
    ranges = (
        IPv4Network((f"10.{number >> 8 & 255}.{number & 255}.0", 24))
        for number in range(start, start + 65536)
    )
    free = next((found for found in ranges if not any(found.overlaps(other) for other in outside)), None)
    if free is None:
        raise OstfError(
            f"the external network takes all of 10.0.0.0/8 ({outside}); give a network: of your own"
        )
    return free


def ports_of(cloud: "Cloud", server_id: str) -> tuple[Port, ...]:
    """The ports that say they belong to a server, with their bindings where there are admin rights."""
    with asking(f"the ports of server {server_id}"):
        found = (cloud.admin or cloud.project).network.ports(device_id=server_id)
        return tuple(_port(port) for port in found)


def _port(port: Any) -> Port:
    return Port(
        id=port.id,
        status=port.status,
        mac=(port.mac_address or "").lower(),
        address=next(
            (fixed["ip_address"] for fixed in port.fixed_ips or () if ":" not in fixed["ip_address"]), ""
        ),
        vif_type=port.binding_vif_type or None,
        host=port.binding_host_id or None,
    )
