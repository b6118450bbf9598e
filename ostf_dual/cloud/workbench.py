"""What a run makes once and its checks share, in all zones at the same time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from ostf_dual.cloud.audit import SETTLING_S
from ostf_dual.cloud.begun import Begun, answer
from ostf_dual.cloud.clearing import Clearing
from ostf_dual.cloud.guestlog import GuestLog
from ostf_dual.cloud.guests import Guests
from ostf_dual.cloud.kinds import SERVER
from ostf_dual.cloud.networks import Networks, Port, RunNetwork
from ostf_dual.cloud.resources import Maker
from ostf_dual.cloud.servers import Server, Servers
from ostf_dual.cloud.shared import Seat, SharedThings
from ostf_dual.cloud.underway import UnderWay
from ostf_dual.cloud.volumes import Volume, Volumes
from ostf_dual.errors import NotConfiguredError, OstfError
from ostf_dual.journal import Journal

if TYPE_CHECKING:
    from concurrent.futures import Future

    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.zone import Zone


class Workbench:
    """Servers, volumes and a network for a run's checks.

    Everything is begun when it is first needed or announced, and answers the same to everyone from
    then on: a zone whose server does not boot raises that one cause each time it is asked.

    The needs that checks announce: ``network``, ``server`` (one per zone, for checks that only read),
    ``spare`` (another one, asked for without a zone, for a check to delete) and ``volume``.
    """

    def __init__(
        self, cloud: "Cloud", zones: "Sequence[Zone]", journal: Journal, *, settling_s: float = SETTLING_S
    ) -> None:
        """Make nothing yet.

        Args:
            cloud: Where.
            zones: All of the cloud's, also those that nothing will be made in.
            journal: Told of everything before it is made.
            settling_s: How long after "deleted" a hypervisor may still have something.
        """
        self.cloud, self.zones = cloud, tuple(zones)
        self.run_id, self._journal = journal.run_id, journal
        self._maker = Maker(cloud.project, journal)
        self.servers = Servers(cloud, self._maker)
        self.volumes = Volumes(cloud, self._maker)
        self.networks = Networks(cloud, self._maker)
        self.guests = Guests(cloud, self.servers)
        self.under_way = UnderWay()
        self._shared = SharedThings(
            servers=self.servers, volumes=self.volumes, networks=self.networks, under_way=self.under_way
        )
        self._clearing = Clearing(cloud, self._maker, settling_s=settling_s)
        # Each zone has five things under way at most, and all may wait for the network.
        self._begun = Begun(at_once=2 + 5 * len(self.zones))
        self._closing = Lock()
        self._active_at: dict[str, float] = {}
        self._leftovers: tuple[str, ...] | None = None

    def start(self, needs: frozenset[str], zones: "Iterable[Zone]") -> None:
        """Begin to make what will be needed, in these zones; returns at once."""
        chosen = tuple(zones)
        for zone in chosen:
            if "server" in needs:
                self._server(zone)
            if "volume" in needs:
                self._volume(zone)
        for zone in chosen:  # after all that others wait for
            if "spare" in needs:
                self._spare(zone)
        if "network" in needs:
            self._network()

    def network(self) -> RunNetwork:
        """The network that the run's servers share."""
        return answer(self._network())

    def server(self, zone: "Zone") -> Server:
        """The zone's server that all checks share. Blocks until it is ACTIVE.

        Raises:
            AssertionError: It does not boot, each time for the same cause.
        """
        return answer(self._server(zone))

    def spare(self, zone: "Zone") -> Server:
        """A server of the zone's image that was asked for without a zone, for one check to use up. Blocks."""
        return answer(self._spare(zone))

    def volume(self, zone: "Zone") -> Volume:
        """The zone's volume that its checks share. Blocks until it is available."""
        return answer(self._volume(zone))

    def reach_address(self, zone: "Zone") -> str:
        """By which the zone's shared server is reached from the vantage."""
        return answer(self._seat(zone)).reach_address

    def port(self, zone: "Zone") -> Port:
        """The port of the zone's shared server, as it was made."""
        return answer(self._seat(zone)).port

    def guest_up(self, zone: "Zone") -> GuestLog:
        """The log of the guest of the zone's shared server. Blocks until it shows that the guest is up.

        Raises:
            AssertionError: It does not, each time for the same cause.
            NotConfiguredError: There is no way to hear it, or its image has nothing to say.
        """
        return answer(self._guest_up(zone))

    def test_vm_up(self, zone: "Zone") -> GuestLog:
        """The same of a guest that says what it sees.

        Raises:
            OstfError: It is not up.
            NotConfiguredError: It is, and is no TestVM; or as ``guest_up``.
        """
        try:
            log = self.guest_up(zone)
        except AssertionError:
            raise OstfError(f"the guest in zone {zone.label} is not up: see BOOT-02") from None
        if not log.events:
            raise NotConfiguredError(
                f"zones.{zone.name}.image: {zone.image} is up ({log.proof!r}), and is no TestVM: it does not say"
                " what it sees; build one (fixtures/images/README.md), and name it here"
            )
        return log

    def hear(
        self, zone: "Zone", heard: Callable[[GuestLog], bool], *, what: str, timeout_s: float
    ) -> GuestLog:
        """Listen to the guest of the zone's shared server until its log is as wanted.

        Raises:
            WaitTimeoutError: It did not become so in time.
            OstfError: The guest is not up in the first place.
            NotConfiguredError: There is no way to hear it.
        """
        server = self.server(zone)
        self.test_vm_up(zone)
        return self.guests.wait(
            server.id, heard, what=what, timeout_s=timeout_s, address=self.reach_address(zone)
        )

    def active_for_s(self, zone: "Zone") -> float:
        """How long the zone's shared server has been seen to be ACTIVE."""
        self.server(zone)
        return monotonic() - self._active_at[zone.label]

    def pattern(self, zone: "Zone") -> str:
        """The token that the zone's shared server writes on blank disks."""
        return f"{self.run_id}-{zone.label}"

    @contextmanager
    def fresh_server(self, zone: "Zone") -> Iterator[Server]:
        """A server for one check alone, deleted at the end."""
        label = f"fresh-{zone.label}-{len(self._maker.made(SERVER))}"
        server_id = self._shared.boot(label, zone, self.network(), zone_name=zone.name)
        try:
            yield self.servers.wait_until_active(server_id, zone)
        finally:
            if self.servers.find(server_id) is not None:
                self.servers.delete(server_id, timeout_s=zone.budgets.delete_s)

    def close(self) -> tuple[str, ...]:
        """Delete all that the run made, and see that it is gone from OpenStack and from the hypervisors.

        Returns:
            What could not be removed, a line each; the same when asked again.
        """
        with self._closing:
            if self._leftovers is None:
                self._leftovers = self._remove()
            return self._leftovers

    def remains(self) -> tuple[str, ...]:
        """What of this run is there: by its marks in the APIs, by id on the hypervisors. Reads only."""
        return self._clearing.remains(self._used_zones())

    def _remove(self) -> tuple[str, ...]:
        self._maker.close()
        self.cloud.leave()
        if (
            not self._journal.was_used
        ):  # by others too: the run's own project is made before there is a workbench
            return ()
        self._begun.end()
        return self._clearing.remove(self._used_zones(), settled=self._wait_for_makers)

    def _wait_for_makers(self) -> None:
        self._begun.wait(timeout_s=10)  # they end soon, since their servers are gone

    def _used_zones(self) -> "list[Zone]":
        used = {label for kind, label in self._begun.names if kind != "seat"}
        return [zone for zone in self.zones if zone.label in used]

    # What is under way, begun once each.

    def _network(self) -> "Future[RunNetwork]":
        return self._begun.once(("network", ""), self._shared.make_network)

    def _seat(self, zone: "Zone") -> "Future[Seat]":
        return self._begun.once(
            ("seat", zone.label), lambda: self._shared.take_seat(zone, answer(self._network()))
        )

    def _server(self, zone: "Zone") -> "Future[Server]":
        for every in self.zones:  # each server is told all addresses
            self._seat(every)
        return self._begun.once(("server", zone.label), lambda: self._boot_server(zone))

    def _guest_up(self, zone: "Zone") -> "Future[GuestLog]":
        return self._begun.once(
            ("guest", zone.label),
            lambda: self.guests.wait_until_up(self.server(zone), zone, self.reach_address(zone)),
        )

    def _spare(self, zone: "Zone") -> "Future[Server]":
        return self._begun.once(
            ("spare", zone.label), lambda: self._shared.boot_spare(zone, answer(self._network()))
        )

    def _volume(self, zone: "Zone") -> "Future[Volume]":
        return self._begun.once(("volume", zone.label), lambda: self._shared.create_volume(zone))

    def _boot_server(self, zone: "Zone") -> Server:
        ports = {every.label: answer(self._seat(every)).port for every in self.zones}
        server = self._shared.boot_server(zone, ports, self.pattern(zone))
        self._active_at[zone.label] = monotonic()
        return server
