"""What the checks of a zone share, and how each of it is made."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ostf_dual.cloud.guestlog import EVENT_LOG_PORT
from ostf_dual.cloud.networks import Networks, Port, RunNetwork
from ostf_dual.cloud.servers import Server, Servers
from ostf_dual.cloud.underway import UnderWay
from ostf_dual.cloud.volumes import Volume, Volumes
from ostf_dual.errors import OstfError

if TYPE_CHECKING:
    from ostf_dual.cloud.zone import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A zone's place in the run's network: known before the server that takes it.

    Attributes:
        reach_address: Empty where the guest will never have it: see ``RunNetwork.lack``.
    """

    port: Port
    reach_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedThings:
    """Makes them; each call makes one more, so they are called once each."""

    servers: Servers
    volumes: Volumes
    networks: Networks
    under_way: UnderWay

    def make_network(self) -> RunNetwork:
        """The network of all zones' servers."""
        with self.under_way.task("making the network"):
            return self.networks.prepare()

    def take_seat(self, zone: "Zone", network: RunNetwork) -> Seat:
        """A port for the zone's server, and the address by which it is reached."""
        label = f"server-{zone.label}"
        port = self.networks.make_port(label, network)
        address = "" if network.lack else self.networks.make_floating_ip(label, network, port)
        return Seat(port=port, reach_address=address)

    def boot_server(self, zone: "Zone", seats: Mapping[str, Port], pattern: str) -> Server:
        """The zone's server, ACTIVE; it is told the addresses of the other zones' and what to write on blank disks."""
        peers = [
            f"{port.address}:{EVENT_LOG_PORT}"
            for label, port in seats.items()
            if label != zone.label and port.address
        ]
        with self.under_way.task("booting the server", zone.label, zone.budgets.boot_s):
            server_id = self.servers.boot(
                f"server-{zone.label}",
                image_id=zone.image.id,
                flavor_id=zone.flavor.id,
                network={"port": seats[zone.label].id},
                zone_name=zone.name,
                metadata={"ostf_pattern": pattern, "ostf_peers": ",".join(peers)},
            )
            return self.servers.wait_until_active(server_id, zone)

    def boot_spare(self, zone: "Zone", network: RunNetwork) -> Server:
        """A server of the zone's image, asked for without a zone, ACTIVE.

        Raises:
            AssertionError: As ``Servers.wait_until_active``; says so where Nova chose a zone by itself.
        """
        with self.under_way.task("booting the spare server", zone.label, zone.budgets.boot_s):
            server_id = self.boot(f"spare-{zone.label}", zone, network, zone_name=None)
            try:
                return self.servers.wait_until_active(server_id, zone)
            except AssertionError as error:
                raise AssertionError(f"{error}{self._chosen_zone(server_id)}") from None

    def _chosen_zone(self, server_id: str) -> str:
        """Of a server that no host took Nova tells the zone that it was asked for in (nova.availability_zones)."""
        server = None
        with suppress(OstfError):  # what has failed is told all the same
            server = self.servers.find(server_id)
        if server is None or server.host is not None or not server.zone:
            return ""
        return (
            f"; nobody named a zone, and Nova asked for {server.zone}: [DEFAULT] default_schedule_zone in nova.conf of"
            " nova-api keeps every server that names none from all other zones"
        )

    def boot(self, label: str, zone: "Zone", network: RunNetwork, *, zone_name: str | None) -> str:
        """Ask for a server of the zone's image and flavor; returns its id."""
        return self.servers.boot(
            label,
            image_id=zone.image.id,
            flavor_id=zone.flavor.id,
            network={"uuid": network.id},  # the port is Nova's to delete
            zone_name=zone_name,
            security_group=network.security_group_name,
        )

    def create_volume(self, zone: "Zone") -> Volume:
        """The zone's volume, available."""
        with self.under_way.task("making the volume", zone.label, zone.budgets.volume_s):
            volume_id = self.volumes.create(f"volume-{zone.label}", zone)
            return self.volumes.wait(volume_id, "available", timeout_s=zone.budgets.volume_s)
