"""A running cloud: one session for the project, one with admin rights where there is one."""

from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from ostf_dual.cloud.catalogue import trusted
from ostf_dual.cloud.discovery import Discovery, conclude
from ostf_dual.cloud.login import log_in
from ostf_dual.cloud.portrait import Facts, portrait_of_cloud
from ostf_dual.cloud.readings import NO_ADMIN, take_readings
from ostf_dual.cloud.regions import require_one_region
from ostf_dual.cloud.rights import has_admin_rights
from ostf_dual.environment.model import Access, VCenterAccess
from ostf_dual.errors import NotConfiguredError

if TYPE_CHECKING:
    from openstack.connection import Connection

    from ostf_dual.cloud.census import Census
    from ostf_dual.cloud.zone import Zone
    from ostf_dual.hypervisors.vcenter import VCenter


class Cloud:
    """The cloud that is checked.

    Attributes:
        project: The project that the checks work in: the given one, or the run's own. Sessions are shared by threads.
        admin: Admin rights, or None.
        external_network: The one that the run's router leads to, and why; empty until one is chosen.
    """

    def __init__(self, access: Access, project: "Connection", admin: "Connection | None") -> None:
        self.access, self.project, self.admin = access, project, admin
        self.external_network = ""
        self._given, self._entered = project, list["Connection"]()
        self._lock = Lock()
        self._discovery: Discovery | None = None
        self._zones: tuple[Zone, ...] | None = None
        self._vcenters: dict[str, VCenter] = {}

    @classmethod
    def connect(cls, access: Access) -> "Cloud":
        """Log in.

        Raises:
            InputError: clouds.yaml has no such cloud, or cannot be used; the cloud has several regions, and none is
                chosen.
            OstfError: It cannot be logged in; says URL, user and cause.
        """
        project = _logged_in(access, access.cloud)
        if access.admin_cloud is not None:
            return cls(access, project, _logged_in(access, access.admin_cloud))
        return cls(access, project, project if has_admin_rights(project) else None)

    def required_admin(self) -> "Connection":
        """Admin rights.

        Raises:
            NotConfiguredError: There are none.
        """
        if self.admin is None:
            raise NotConfiguredError(NO_ADMIN)
        return self.admin

    @property
    def is_isolated(self) -> bool:
        """Whether the checks work in a project of the run's own."""
        return self.project is not self._given

    @property
    def was_isolated(self) -> bool:
        """Whether they have worked in one, even if they have left it."""
        return bool(self._entered)

    def enter(self, project: "Connection") -> None:
        """Have the checks work in this project, until ``leave``."""
        self.project = project
        self._entered.append(project)

    def leave(self) -> None:
        """Have whatever comes work in the given project again; those who hold the other keep it."""
        self.project = self._given

    def discovery(self) -> Discovery:
        """What the cloud has; asked once."""
        with self._lock:
            if self._discovery is None:
                self._discovery = conclude(self.access, take_readings(self.project, self.admin))
            return self._discovery

    def zones(self) -> "tuple[Zone, ...]":
        """The zones, a hypervisor each."""
        from ostf_dual.cloud.zone import Zone  # a zone knows its cloud

        facts = self.discovery().zones
        with self._lock:
            if self._zones is None:
                self._zones = tuple(Zone(self, each) for each in facts)
            return self._zones

    @property
    def portrait(self) -> Facts:
        """What it consists of, for reports."""
        return portrait_of_cloud(self)

    @cached_property
    def census(self) -> "Census":
        """All servers of all projects. Asks nothing yet."""
        from ostf_dual.cloud.census import Census  # it knows its cloud

        return Census(self)

    def vcenter(self, access: VCenterAccess) -> "VCenter":
        """The client of a vCenter: one for all zones that it serves. Does not log in yet."""
        from ostf_dual.hypervisors.vcenter import VCenter  # pyvmomi takes 0.2 s

        with self._lock:
            return self._vcenters.setdefault(access.name, VCenter(access))

    def unverified(self) -> tuple[str, ...]:
        """Whose certificates are not verified: a cloud of clouds.yaml, a vCenter; with the setting that says so."""
        return (
            *self.unverified_clouds(),
            *(f"vCenter {each.name} (insecure: true)" for each in self.access.vcenters if each.insecure),
        )

    def unverified_clouds(self) -> tuple[str, ...]:
        """Those of clouds.yaml among them."""
        clouds = {self.access.cloud: self.project, self.access.admin_cloud: self.admin}
        return tuple(
            f"cloud {name} (verify: false)"
            for name, connection in clouds.items()
            if name and connection and not trusted(connection)[0]
        )

    def close(self) -> None:
        """End all sessions."""
        for vcenter in self._vcenters.values():
            vcenter.close()
        for project in (self._given, *self._entered):
            project.close()
        if self.admin not in {None, self._given}:
            self.required_admin().close()


def _logged_in(access: Access, name: str) -> "Connection":
    connection = log_in(access, name)
    require_one_region(connection, name)
    return connection
