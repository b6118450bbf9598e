"""A project and a user of a run's own, where the credentials allow it: what a run does then harms nobody else's."""

import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ostf_dual.cloud.asking import asking
from ostf_dual.cloud.kinds import PROJECT, USER
from ostf_dual.cloud.marks import OWN
from ostf_dual.cloud.resources import Maker
from ostf_dual.environment.model import Hypervisor
from ostf_dual.errors import OstfError
from ostf_dual.journal import Journal
from ostf_dual.redaction import conceal

if TYPE_CHECKING:
    from openstack.connection import Connection

    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.zone import Zone

_PASSWORD = frozenset({"password", "v3password"})
_APPLICATION = frozenset({"v3applicationcredential"})
_ENOUGH = ("member", "_member_")
"""The role of who uses a project, today's name and the one before; in small letters, as Keystone compares them."""
_TOO_MUCH = frozenset({"admin", "service"})
"""Roles that no check of a project's user needs, whatever else its role is called."""


def obstacle(cloud: "Cloud", zones: "Iterable[Zone]") -> str | None:
    """Why a run must work in the given project; None: it may try to make its own. Makes nothing."""
    admin = cloud.admin
    if not cloud.access.isolation:
        return "isolation is off in the environment file"
    if admin is None:
        return "no admin rights (admin_cloud)"
    if (way := cloud.project.config.config.get("auth_type")) not in _PASSWORD:
        return f"cloud {cloud.access.cloud} logs in by {way}"
    if (way := admin.config.config.get("auth_type")) in _APPLICATION:
        return f"the admin logs in by {way}"
    return _folders_obstacle(zones)


def isolate(cloud: "Cloud", zones: "Iterable[Zone]", journal: Journal) -> str:
    """Have the checks work in a project and as a user of the run's own, where that can be had.

    What was made on the way to a refusal bears the run's marks, and goes with the rest.

    Returns:
        Where the checks work, and where it is the given project, why; or which roles they have where those are
        not a member's alone.
    """
    every = tuple(zones)
    why = obstacle(cloud, every)
    if why is None:
        try:
            connection, rights = _made(cloud, Maker(cloud.required_admin(), journal))
            why = _unseen(cloud, connection, every)
        except (OstfError, AssertionError) as error:
            why = str(error)
        else:
            if why is None:
                cloud.enter(connection)
                return f"in a project and as a user of its own{rights}"
    return f"in the given project: {why}"


def _made(cloud: "Cloud", maker: Maker) -> "tuple[Connection, str]":
    """Log in as a new user to a new project, with what a member may, and no more; and what is to be said of that."""
    given: Any = cloud.project
    identity: Any = cloud.required_admin().identity
    with asking("whose the given credentials are"):
        access = given.session.auth.get_access(given.session)
    password = conceal(secrets.token_urlsafe(24))
    # The user first: a directory that is only read refuses here, and there is nothing to undo.
    user = maker.make(USER, OWN, domain_id=access.user_domain_id, password=password)
    project = maker.make(PROJECT, OWN, domain_id=access.project_domain_id)
    roles, rights = _roles(identity, access.role_names)
    for role in roles:
        with asking(f"giving role {role.name} to the run's user"):
            identity.assign_project_role_to_user(project, user, role)
    with asking("logging in as the run's user"):
        connection: Connection = given.connect_as(
            user_id=user.id, password=password, project_id=project.id, user_domain_id=access.user_domain_id
        )
        conceal(connection.authorize())
    return connection, rights


def _roles(identity: Any, had: Iterable[str]) -> tuple[list[Any], str]:
    """A member's role; where the given user works without it, this cloud's policy has another name for it."""
    with asking("the roles"):
        known = {role.name.lower(): role for role in identity.roles()}
    own = {name.lower() for name in had} & set(known)
    others = sorted(own - _TOO_MUCH)
    # An admin alone is a member too, by the roles that admin implies or by its policy.
    if enough := next((each for each in _ENOUGH if each in (own if others else known)), None):
        return [known[enough]], ""
    return [
        known[each] for each in others
    ], f", with the given user's roles ({', '.join(others)}): none is member"


def _unseen(cloud: "Cloud", connection: "Connection", zones: "Iterable[Zone]") -> str | None:
    """What the run needs and its own user does not see: a private image, flavor, type or network."""
    found: Any = connection
    needed: list[tuple[str, Callable[[str], Any], str]] = [
        (f"network {name}", found.network.find_network, name)
        for name in (cloud.access.network, cloud.access.external_network)
        if name
    ]
    for zone in zones:
        with suppress(OstfError):  # nothing will be made where there is none, and the zone's checks say why
            needed.append((str(zone.image), found.image.find_image, zone.image.id))
        with suppress(OstfError):
            needed.append((str(zone.flavor), found.compute.find_flavor, zone.flavor.id))
        with suppress(OstfError):
            kind = zone.volume_type
            needed.append((f"volume type {kind}", found.block_storage.find_type, kind))
    for what, look, name in needed:
        with asking(f"whether the run's own user sees {what}"):
            if look(name) is None:
                return f"another project does not see {what}: it is private"
    return None


def _folders_obstacle(zones: "Iterable[Zone]") -> str | None:
    """A vCenter gets a folder for every project, which nobody but us would remove."""
    from ostf_dual.hypervisors.vcenter import FOLDER_PRIVILEGE  # pyvmomi takes 0.2 s

    for zone in zones:
        if zone.hypervisor is Hypervisor.VCENTER:
            try:
                lacking = zone.vcenter.lacking(FOLDER_PRIVILEGE)
            except OstfError as error:
                return f"vCenter would keep the project's folder of zone {zone.label}: {error}"
            if lacking:
                return (
                    f"{zone.vcenter} would keep the project's folder: {zone.vcenter.access.user} lacks "
                    f"{FOLDER_PRIVILEGE} there"
                )
    return None
