"""The kinds of things that runs make: how each is made, listed and deleted."""

from collections.abc import Iterable
from typing import Any

from ostf_dual.cloud import deferral
from ostf_dual.cloud.kind import Kind, Place
from ostf_dual.cloud.marks import Mark, Marks
from ostf_dual.errors import OstfError

_ROUTER_INTERFACES = frozenset(
    {
        "network:router_interface",
        "network:ha_router_replicated_interface",  # of a router with L3 HA
        "network:router_interface_distributed",  # of a distributed one
    }
)
"""Whose ports are a router's interfaces: ROUTER_INTERFACE_OWNERS of neutron_lib.constants."""


def _of_neutron(name: str, plural: str, create: str, delete: str) -> Kind:
    """What Neutron keeps is found by its description."""

    def listed(place: Place, marks: Marks | None) -> Iterable[Any]:
        narrowed = {"description": marks.description} if marks else {}
        found: Iterable[Any] = getattr(place.connection.network, plural)(
            project_id=place.project_id, **narrowed
        )
        return found

    return Kind(
        name=name,
        create=lambda connection, **attributes: getattr(connection.network, create)(**attributes),
        listed=listed,
        delete=lambda place, thing_id: getattr(place.connection.network, delete)(thing_id),
    )


def _delete_router(place: Place, router_id: str) -> None:
    network = place.connection.network
    for port in network.ports(device_id=router_id):
        if port.device_owner in _ROUTER_INTERFACES:
            network.remove_interface_from_router(router_id, None, port.id)
    network.delete_router(router_id)


def _delete_project(place: Place, project_id: str) -> None:
    """Neutron's ``default`` security group of a project outlives it, unless it goes before."""
    inside = Place(connection=place.connection, project_id=project_id, is_within=False)
    strays = (stray for kind in IN_PROJECT for stray in kind.strays(inside))
    left = [str(stray) for stray in strays if (stray.kind, stray.name) != ("security group", "default")]
    if left:  # nobody could get at it without its project
        raise OstfError(f"it is not empty: {', '.join(left)}")
    for group in place.connection.network.security_groups(project_id=project_id, name="default"):
        place.connection.network.delete_security_group(group.id)
    place.connection.identity.delete_project(project_id)


def _users(place: Place, marks: Marks | None) -> Iterable[Any]:
    """Domain by domain: where each may have a directory, no other list has them all (domain_specific_drivers_enabled).

    A directory that does not answer hides nothing where the run's one user was found in another.
    """
    from openstack.exceptions import SDKException

    identity = place.connection.identity
    named = {"name": marks.own_name} if marks else {}  # a directory may hold everybody who works there
    found: list[Any] = []
    errors: list[SDKException] = []
    for domain in _domains(identity):
        try:
            found += identity.users(**domain, **named)
        except SDKException as error:
            errors.append(error)
    if errors and not (found and marks):
        raise errors[0]
    return found


def _domains(identity: Any) -> list[dict[str, str]]:
    """The queries that name each domain; none is named where they may not be seen."""
    from openstack.exceptions import ForbiddenException

    try:
        return [{"domain_id": domain.id} for domain in identity.domains()] or [{}]
    except ForbiddenException:
        return [{}]


SERVER = Kind(
    name="server",
    create=lambda connection, **attributes: connection.compute.create_server(**attributes),
    listed=deferral.listed,
    delete=lambda place, server_id: deferral.delete(place.connection, server_id),
    unlisted=lambda place, server_id: deferral.kept(place.connection, server_id),
)
VOLUME = Kind(
    name="volume",
    create=lambda connection, **attributes: connection.block_storage.create_volume(**attributes),
    listed=lambda place, _: place.connection.block_storage.volumes(
        **place.across
    ),  # matches no part of a name
    delete=lambda place, volume_id: place.connection.block_storage.delete_volume(volume_id),
)
SNAPSHOT = Kind(
    name="snapshot",
    create=lambda connection, **attributes: connection.block_storage.create_snapshot(**attributes),
    listed=lambda place, _: place.connection.block_storage.snapshots(**place.across),
    delete=lambda place, snapshot_id: place.connection.block_storage.delete_snapshot(snapshot_id),
)
IMAGE = Kind(
    name="image",
    create=lambda connection, *, metadata, **attributes: connection.image.create_image(
        **attributes, **metadata
    ),
    listed=lambda place, _: place.connection.image.images(owner=place.project_id),
    delete=lambda place, image_id: place.connection.image.delete_image(image_id),
)
KEY_PAIR = Kind(
    name="key pair",
    create=lambda connection, **attributes: connection.compute.create_keypair(**attributes),
    listed=lambda place, _: (
        place.connection.compute.keypairs(**({} if place.is_within else {"user_id": place.user_id}))
        if place.user_id
        else ()
    ),
    delete=lambda place, name: place.connection.compute.delete_keypair(
        name, **({} if place.is_within else {"user_id": place.user_id})
    ),
)
FLAVOR = Kind(
    name="flavor",
    create=lambda connection, **attributes: connection.compute.create_flavor(**attributes),
    listed=lambda place, _: place.connection.compute.flavors(is_public="None"),  # Nova's word for both
    delete=lambda place, flavor_id: place.connection.compute.delete_flavor(flavor_id),
)
PROJECT = Kind(
    name="project",
    create=lambda connection, **attributes: connection.identity.create_project(**attributes),
    listed=lambda place, marks: place.connection.identity.projects(
        **({"tags": marks.description} if marks else {})
    ),
    delete=_delete_project,
)
USER = Kind(
    name="user",
    create=lambda connection, **attributes: connection.identity.create_user(**attributes),
    listed=_users,
    delete=lambda place, user_id: place.connection.identity.delete_user(user_id),
)
PORT = _of_neutron("port", "ports", "create_port", "delete_port")
ROUTER = Kind(
    name="router",
    create=lambda connection, **attributes: connection.network.create_router(**attributes),
    listed=_of_neutron("router", "routers", "create_router", "delete_router").listed,
    delete=_delete_router,
)
SUBNET = _of_neutron("subnet", "subnets", "create_subnet", "delete_subnet")
NETWORK = _of_neutron("network", "networks", "create_network", "delete_network")
SECURITY_GROUP = _of_neutron(
    "security group", "security_groups", "create_security_group", "delete_security_group"
)
FLOATING_IP = Kind(
    name="floating ip",
    create=lambda connection, *, name, **attributes: connection.network.create_ip(**attributes),  # noqa: ARG005
    listed=_of_neutron("floating ip", "ips", "create_ip", "delete_ip").listed,
    delete=lambda place, ip_id: place.connection.network.delete_ip(ip_id),
)

TIERS = (
    (SERVER,),
    (FLOATING_IP, PORT, SNAPSHOT, KEY_PAIR),
    (VOLUME, ROUTER),
    (SUBNET, IMAGE, FLAVOR),
    (NETWORK, SECURITY_GROUP),
)
"""The order of deletion: a thing may be in use by those of earlier tiers."""
OWN = ((USER,), (PROJECT,))
"""What a run works in and as: deleted only when nothing is left in it."""

KINDS = tuple(kind for tier in (*TIERS, *OWN) for kind in tier)
IN_PROJECT = tuple(kind for kind in KINDS if Mark.PROJECT in kind.carries)
