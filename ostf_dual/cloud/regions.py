"""Of which region a cloud's services are: keystoneauth takes each service from the first that lists it."""

from typing import TYPE_CHECKING, Any

from ostf_dual.errors import InputError

if TYPE_CHECKING:
    from openstack.connection import Connection

_SHARED = "identity"
"""We are logged in at one Keystone, however many regions list it."""


class RegionError(InputError):
    """The cloud has several regions, and clouds.yaml names none."""

    def __init__(self, cloud: str, regions: tuple[str, ...]) -> None:
        super().__init__(
            f"cloud {cloud!r} cannot be used: it has the regions {', '.join(regions)}, and none is chosen, so that its "
            "services would be taken from one and from another; give region_name in clouds.yaml"
        )
        self.regions = regions


def require_one_region(connection: "Connection", cloud: str) -> None:
    """See that it is settled from which region each service is taken.

    Args:
        connection: Logged in.
        cloud: Its name in clouds.yaml.

    Raises:
        RegionError: Several regions have the same service, and clouds.yaml does not say which is meant.
    """
    regions = open_regions(connection)
    if regions:
        raise RegionError(cloud, regions)


def open_regions(connection: "Connection") -> tuple[str, ...]:
    """The regions among which nothing chooses, sorted; none where each service has but one, or its region is given."""
    session: Any = connection.session
    config = connection.config
    listed = session.auth.get_access(session).service_catalog.get_endpoints_data(
        interface=config.get_interface()
    )
    found: set[str] = set()
    for service, endpoints in listed.items():
        regions = {str(each.region_name) for each in endpoints if each.region_name}
        if service != _SHARED and len(regions) > 1 and not config.get_region_name(service):
            found |= regions
    return tuple(sorted(found))
