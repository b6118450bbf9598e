"""Servers: Nova's record of what a hypervisor runs."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ostf_dual.cloud import deferral
from ostf_dual.cloud.asking import asking, read, told
from ostf_dual.cloud.complaints import failed_events
from ostf_dual.cloud.kinds import SERVER
from ostf_dual.cloud.resources import Maker
from ostf_dual.errors import OstfError
from ostf_dual.waiting import WaitTimeoutError, wait_until

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.zone import Zone

_FAULT_S = 5.0
_NO_TEXT = "AttributeError"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server as Nova tells of it.

    Attributes:
        host: Of its nova-compute; None without admin rights, and before it is placed.
        node: ``hypervisor_hostname``; None likewise.
        task_state: What Nova is doing with it; None: nothing.
        fault: What Nova says went wrong.
    """

    id: str
    name: str
    status: str
    zone: str
    host: str | None
    node: str | None
    task_state: str | None
    fault: str | None
    launched_at: str | None

    def __str__(self) -> str:
        doing = f", {self.task_state}" if self.task_state else ""
        where = f" on {self.host}" if self.host else ""
        why = f": {self.fault}" if self.fault else ""
        return f"{self.status}{doing}{where}{why}"


class Servers:
    """A run's servers."""

    def __init__(self, cloud: "Cloud", maker: Maker) -> None:
        self._cloud, self._maker = cloud, maker
        self._project = cloud.project
        self._all_seeing = cloud.admin or cloud.project  # host and node are shown to admins only

    def boot(
        self,
        label: str,
        *,
        image_id: str,
        flavor_id: str,
        network: dict[str, str],
        zone_name: str | None,
        security_group: str | None = None,
        metadata: dict[str, str] | None = None,
    ) -> str:
        """Ask for a server; returns its id at once.

        Args:
            label: Ends its name.
            image_id: To boot from; the root disk is local.
            flavor_id: Its size.
            network: ``{"port": id}``, or ``{"uuid": id}`` for a port that Nova makes and deletes itself.
            zone_name: Where; None leaves the choice to the scheduler.
            security_group: Name, for a port that Nova makes.
            metadata: For the guest to read.
        """
        further: dict[str, Any] = {}
        if zone_name is not None:
            further["availability_zone"] = zone_name
        if security_group is not None:
            further["security_groups"] = [{"name": security_group}]
        server = self._maker.make(
            SERVER,
            label,
            image_id=image_id,
            flavor_id=flavor_id,
            networks=[network],
            metadata=metadata or {},
            **further,
        )
        return str(server.id)

    def find(self, server_id: str) -> Server | None:
        """What Nova says of it now; None: it is gone."""
        from openstack.exceptions import NotFoundException

        with asking(f"server {server_id}"):
            try:
                return server_of(self._all_seeing.compute.get_server(server_id))
            except NotFoundException:
                return None

    def get(self, server_id: str) -> Server:
        """What Nova says of it now.

        Raises:
            AssertionError: It is gone.
        """
        server = self.find(server_id)
        assert server is not None, f"server {server_id} is gone, and this run did not delete it"  # noqa: S101
        return server

    def wait_until_active(self, server_id: str, zone: "Zone") -> Server:
        """Wait for a server that was asked for.

        Raises:
            AssertionError: It went to ERROR, or did not become ACTIVE in time; the message says why.
        """
        timeout_s, hosts = zone.budgets.boot_s, ", ".join(zone.hosts) or zone.name
        try:
            server = self.wait(server_id, {"ACTIVE", "ERROR"}, timeout_s=timeout_s)
        except WaitTimeoutError as error:
            raise AssertionError(
                f"{error}{self._story(server_id)}; look at nova-compute's log of {hosts}"
            ) from None
        if server.status == "ERROR":
            raise AssertionError(
                f"server {server.name} in zone {zone.name}: wanted ACTIVE, found {server}"
                f"{self._story(server_id)}; look at the logs of nova-scheduler and nova-compute ({hosts})"
            )
        return server

    def wait(self, server_id: str, statuses: set[str], *, timeout_s: float) -> Server:
        """Wait for one of these statuses, with nothing under way.

        Raises:
            WaitTimeoutError: None of them came.
        """
        server = wait_until(
            lambda: self.get(server_id),
            lambda server: (
                server.status in statuses and (server.task_state is None or server.status == "ERROR")
            ),
            what=f"server {server_id} to be {' or '.join(sorted(statuses))}",
            timeout_s=timeout_s,
            describe=str,
            first_pause_s=0.5,
        )
        return self._with_fault(server) if server.status == "ERROR" else server

    def _with_fault(self, server: Server) -> Server:
        """Nova records the fault a moment after the status; where it never does, the server as it was."""
        try:
            return wait_until(
                lambda: self.get(server.id),
                lambda now: now.fault is not None,
                what=f"the fault of server {server.id}",
                timeout_s=_FAULT_S,
            )
        except WaitTimeoutError:
            return server

    def delete(self, server_id: str, *, timeout_s: float) -> None:
        """Delete it, and wait until Nova knows it no more, not even to restore it.

        Raises:
            WaitTimeoutError: Nova still has it; the message says in what state.
        """
        with asking(f"deleting server {server_id}"):
            deferral.delete(self._project, server_id)
        wait_until(
            lambda: self.find(server_id),
            lambda server: server is None or (server.status == "ERROR" and server.task_state is None),
            what=f"server {server_id} to be deleted",
            timeout_s=timeout_s,
            describe=str,
        )
        failed = self.find(server_id)
        if failed is not None:
            raise AssertionError(f"deleting server {server_id} ended in {failed}{self._story(server_id)}")

    def console(self, server_id: str) -> str | None:
        """Its console's text; None where the driver has none.

        VMware without `serial_log_dir` is asked for it all the same, and fails at what its driver answers: HTTP 500
        with an AttributeError (nova.virt.vmwareapi.driver.get_console_output, nova.compute.manager).
        """
        from openstack import exceptions

        with asking(f"the console of server {server_id}"):
            try:
                output = self._all_seeing.compute.get_server_console_output(server_id)["output"]
            except (exceptions.NotFoundException, exceptions.ConflictException):
                return None
            except exceptions.HttpException as error:
                has_none = error.status_code == HTTPStatus.NOT_IMPLEMENTED
                if has_none or (
                    error.status_code == HTTPStatus.INTERNAL_SERVER_ERROR and _NO_TEXT in told(error)
                ):
                    return None
                raise
        return None if "console log is missing" in output else str(output)

    def failed_events(self, server_id: str) -> tuple[str, ...]:
        """What failed in the course of its actions, a line each; to admins with the exception's last line."""
        return tuple(map(str, failed_events(self._cloud, server_id)))

    def allocations(self, server_id: str) -> tuple[str, ...]:
        """What Placement has set aside for a server, by resource provider. Needs admin rights."""
        found = read(
            self._cloud.required_admin().placement,
            f"/allocations/{server_id}",
            what=f"allocations of {server_id}",
        )
        return tuple(f"{provider}: {held['resources']}" for provider, held in found["allocations"].items())

    def _story(self, server_id: str) -> str:
        try:
            events = self.failed_events(server_id)
        except (
            OstfError
        ):  # a server that was never placed has no events, and the failure is told without them
            return ""
        return "".join(f"; {event}" for event in events[:1])


def server_of(server: Any) -> Server:
    """The SDK's server as a value."""
    fault = server.fault or {}
    return Server(
        id=server.id,
        name=server.name,
        status=server.status,
        zone=server.availability_zone or "",
        host=server.compute_host or None,
        node=server.hypervisor_hostname or None,
        task_state=server.task_state or None,
        fault=fault.get("message") or None,
        launched_at=server.launched_at or None,
    )
