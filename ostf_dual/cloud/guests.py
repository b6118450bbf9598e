"""Hearing what a guest says: Nova's console, else its own TCP port from the vantage."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ostf_dual.cloud.guestlog import EVENT_LOG_PORT, SSH_PORT, GuestLog
from ostf_dual.cloud.images import is_test_vm
from ostf_dual.cloud.servers import Server, Servers
from ostf_dual.environment.model import Hypervisor, Vantage
from ostf_dual.errors import NotConfiguredError
from ostf_dual.nodes.shell import CommandShell, Shell
from ostf_dual.waiting import WaitTimeoutError, wait_until

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.zone import Zone

_ANSWER_S = 5
# $1: address, $2 and $3: ports. What Neutron says is no part of the script.
_READ = 'exec 3<>"/dev/tcp/$1/$2" && cat <&3'
_HEAR = f'({_READ}) || (exec 3<>"/dev/tcp/$1/$3" && head -n 1 <&3)'


class Reach:
    """Guests as they are reached from the vantage."""

    def __init__(self, vantage: Vantage | None, shell: Shell | None = None) -> None:
        self._vantage = vantage
        self._shell = shell or CommandShell(vantage.command if vantage else ())

    @property
    def is_possible(self) -> bool:
        """Whether there is a vantage at all."""
        return self._vantage is not None

    def __repr__(self) -> str:
        return f"the vantage ({self._shell!r})"

    def read_port(self, address: str, port: int) -> str | None:
        """What a TCP port says until it closes; None where nothing answers in time.

        bash and timeout are on every Linux host, netcat in its many dialects is not.

        Raises:
            NotConfiguredError: There is no vantage.
        """
        return self._run(_READ, address, port)

    def hear(self, address: str) -> GuestLog | None:
        """What a guest says on TCP: a TestVM its events, another image its SSH banner; None: nothing in time.

        Raises:
            NotConfiguredError: There is no vantage.
        """
        # In one go: an address that nothing answers for must not cost the time twice.
        told = self._run(_HEAR, address, EVENT_LOG_PORT, SSH_PORT)
        if told is None:
            return None
        port = SSH_PORT if told.startswith("SSH-") else EVENT_LOG_PORT
        return GuestLog.parse(told, f"TCP port {port} of {address}")

    def _run(self, script: str, address: str, *ports: int) -> str | None:
        if self._vantage is None:
            raise NotConfiguredError("vantage: from where servers' addresses are reached is not configured")
        command = ("timeout", str(_ANSWER_S), "bash", "-c", script, "bash", address, *map(str, ports))
        done = self._shell.run(*command, timeout_s=_ANSWER_S + 10)
        return done.stdout or None


class Guests:
    """What a cloud's guests say about themselves."""

    def __init__(self, cloud: "Cloud", servers: Servers) -> None:
        self._servers = servers
        self.reach = Reach(cloud.access.vantage)

    def log(self, server_id: str, address: str | None = None) -> GuestLog:
        """The guest's events so far; without any where it has said nothing yet.

        Args:
            server_id: Whose.
            address: By which it is reached from the vantage; None, or empty as on a network without IPv4: the
                console only.

        Raises:
            NotConfiguredError: There is neither a console nor a vantage.
        """
        text = self._servers.console(server_id)
        console = GuestLog.parse(text or "", "console")
        if console.events or console.proof or (not address and text is not None):
            return console
        if address and self.reach.is_possible:
            told = self.reach.hear(address)
            if told is not None:
                return told
            if text is None:
                return GuestLog.parse("", f"TCP port {EVENT_LOG_PORT} of {address}")
        if text is None:
            raise NotConfiguredError(
                f"{_way(address)}: this hypervisor gives Nova no console text, and {_without(address)}"
            )
        return console

    def wait(
        self,
        server_id: str,
        heard: Callable[[GuestLog], bool],
        *,
        what: str,
        timeout_s: float,
        address: str | None = None,
    ) -> GuestLog:
        """Listen until the guest's log is as wanted.

        Raises:
            WaitTimeoutError: It did not become so; the message ends with what was heard last.
            NotConfiguredError: As ``log``.
        """
        return wait_until(
            lambda: self.log(server_id, address),
            heard,
            what=what,
            timeout_s=timeout_s,
            describe=str,
            first_pause_s=0.5,
            longest_pause_s=1.5,
        )

    def wait_until_up(self, server: Server, zone: "Zone", address: str) -> GuestLog:
        """Listen until the guest shows that it is up.

        Raises:
            AssertionError: It shows that it never will be.
            WaitTimeoutError: It is a TestVM, and silent.
            NotConfiguredError: Its silence proves nothing: it is no TestVM, or cannot be heard; or as ``log``.
        """
        image = zone.image
        try:
            log = self.wait(
                server.id,
                lambda log: bool(log.proof or log.halt),
                what=f"the guest of server {server.name} to say that it is up",
                timeout_s=zone.budgets.guest_up_s,
                address=address,
            )
        except WaitTimeoutError as silence:
            if zone.hypervisor is Hypervisor.VCENTER and not self._has_said_anything(server, address):
                raise NotConfiguredError(
                    f"{_way(address)}: Nova's console stays empty, as on a vCenter without a serial port"
                    f" concentrator, and {_without(address)}: {silence}"
                ) from None
            if is_test_vm(image):
                raise
            raise NotConfiguredError(
                f"zones.{zone.name}.image: {image} is no TestVM, and shows neither a login prompt nor an SSH banner"
                f" that would tell whether it is up: {silence}"
            ) from None
        assert log.proof, f"{log.source} shows {log.halt!r}: nothing boots from {image}"  # noqa: S101 - the cloud's no
        return log

    def _has_said_anything(self, server: Server, address: str) -> bool:
        """Whether silence would tell of the guest, and not of the way to hear it."""
        return (bool(address) and self.reach.is_possible) or bool(self.log(server.id, address).text)


def _way(address: str | None) -> str:
    """The key of the environment by which a guest could be heard."""
    return "network" if address == "" else "vantage"


def _without(address: str | None) -> str:
    if address == "":
        return "on a network without DHCP or IPv4 the guest has no address to be asked by"
    return "without a vantage the guest cannot be asked by its address"
