"""The cloud: whether it lets us in, as whom, and whether it has what the checks ask."""

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ostf_dual.cloud.catalogue import endpoints, issue_token, trusted
from ostf_dual.cloud.clouds_file import find_clouds_file
from ostf_dual.cloud.login import LoginError, Obstacle, without_way_on
from ostf_dual.cloud.regions import RegionError
from ostf_dual.cloud.rights import may_see_services
from ostf_dual.doctor.finding import CLOUD, Finding, State
from ostf_dual.errors import InputError, NotAskedError, OstfError

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.clouds_file import CloudsFile
    from ostf_dual.cloud.zone import Zone
    from ostf_dual.environment.model import Access

_NEEDED = (
    ("identity",),
    ("image",),
    ("compute",),
    ("placement",),
    ("network",),
    ("block-storage", "volumev3", "block-store", "volume"),
)
_METRICS = "metric"
_YAML = "mend the file: it is YAML, with `clouds:` at its top, and yours to read"
_MENDS = {
    Obstacle.REFUSED: "look at user, password, project and their domains in clouds.yaml; "
    "an account may be disabled or locked: openstack user show",
    Obstacle.EXPIRED: "the password or the application credential has expired: make a new one, "
    "and put it into clouds.yaml",
    Obstacle.CERTIFICATE: "give the authority that signed it as `cacert` in clouds.yaml, and call the server as its "
    "certificate does; one that has run out must be renewed",
    Obstacle.UNREACHABLE: "look at auth_url, the name server, proxies (no_proxy) and firewalls between here and it",
    Obstacle.OTHER: "look at Keystone's log",
}


def clouds_file(access: "Access") -> Finding:
    """Where clouds.yaml is, and whether it has the cloud."""
    item = "clouds.yaml"
    try:
        found = find_clouds_file(access.clouds_file)
    except InputError as error:
        return _missing(item, str(error), _YAML, bars=True)
    if found.path is None and "OS_AUTH_URL" in os.environ and not found.names:
        return Finding(group=CLOUD, item=item, state=State.OK, found="none; OS_* variables are set")
    if found.path is None:
        return _no_clouds_file(item, access, found)
    if access.cloud not in found.names:
        names = ", ".join(found.names) or "none"
        return _missing(
            item, f"{found.path} has no cloud {access.cloud!r}", f"name one that it has: {names}", bars=True
        )
    return Finding(group=CLOUD, item=item, state=State.OK, found=str(found.path))


def _no_clouds_file(item: str, access: "Access", found: "CloudsFile") -> Finding:
    if access.clouds_file is not None:
        mend = f"make {access.clouds_file}, or mend `clouds_file` in the environment file"
        return _missing(item, f"there is no {access.clouds_file}", mend, bars=True)
    if named := os.environ.get("OS_CLIENT_CONFIG_FILE"):
        mend = f"make {named}, or mend OS_CLIENT_CONFIG_FILE"
        return _missing(item, f"there is no {named}", mend, bars=True)
    # Of each place the usual one of three spellings.
    places = dict.fromkeys(each for each in found.looked_for if each.endswith(".yaml"))
    return _missing(
        item, "there is none", f"make {' or '.join(places)}, or set OS_CLIENT_CONFIG_FILE", bars=True
    )


def refusal(error: OstfError) -> Finding:
    """Why there is no login."""
    if isinstance(error, RegionError):
        regions = ", ".join(error.regions)
        mend = f"give region_name in clouds.yaml ($OS_REGION_NAME with OS_* variables), one of {regions}"
        return _missing("region", str(error), mend, bars=True)
    obstacle = error.obstacle if isinstance(error, LoginError) else Obstacle.OTHER
    mend = "mend clouds.yaml" if isinstance(error, InputError) else _MENDS[obstacle]
    return _missing("login", f"{obstacle}: {without_way_on(error)}", mend, bars=True)


def connected(cloud: "Cloud") -> Iterator[Finding]:
    """What a cloud that let us in has for us."""
    yield from _asked("login", lambda: _token(cloud))
    yield _verified(cloud)
    yield from _asked("admin rights", lambda: _admin_rights(cloud))
    yield from _asked("catalogue", lambda: _catalogue(cloud))
    yield from _zones(cloud)


def _token(cloud: "Cloud") -> Iterator[Finding]:
    token = issue_token(cloud.project)
    if token.project_id is None:
        yield _missing(
            "login", "the token is for no project", "give project_name and its domain in clouds.yaml"
        )
        return
    found = f"project {token.project_id}, roles {', '.join(sorted(token.roles)) or 'none'}"
    yield Finding(group=CLOUD, item="login", state=State.OK, found=found)


def _admin_rights(cloud: "Cloud") -> Iterator[Finding]:
    item, lost = "admin rights", "hosts, services, aggregates and Placement cannot be seen"
    if cloud.admin is None:
        mend = (
            "give `admin_cloud` in the environment file: a cloud of clouds.yaml whose user has the role admin"
        )
        yield _missing(item, f"none: {lost}", mend)
    elif may_see_services(cloud.admin):
        yield Finding(group=CLOUD, item=item, state=State.OK, found="os-services answers")
    else:
        mend = f"give the user of cloud {cloud.access.admin_cloud} the role admin on its project"
        yield _missing(item, f"cloud {cloud.access.admin_cloud} is refused os-services: {lost}", mend)


def _verified(cloud: "Cloud") -> Finding:
    if open_to_anybody := cloud.unverified_clouds():
        found = f"certificates are not verified: {', '.join(open_to_anybody)}"
        mend = "give `cacert` in clouds.yaml in place of `verify: false`"
        return Finding(group=CLOUD, item="TLS", state=State.WARN, found=found, mend=mend)
    _, ca_file = trusted(cloud.project)
    found = f"verified by {ca_file or 'the authorities of this machine'}"
    return Finding(group=CLOUD, item="TLS", state=State.OK, found=found)


def _catalogue(cloud: "Cloud") -> Iterator[Finding]:
    listed = {endpoint.service_type for endpoint in endpoints(cloud.project)}
    lacking = [names[0] for names in _NEEDED if listed.isdisjoint(names)]
    if lacking:
        mend = "look at region_name and interface in clouds.yaml, and at: openstack catalog list"
        yield _missing("catalogue", f"it has no {', no '.join(lacking)}", mend)
    else:
        yield Finding(group=CLOUD, item="catalogue", state=State.OK, found=f"{len(listed)} kinds of service")
    if _METRICS not in listed:
        yield Finding(
            group=CLOUD,
            item="metering",
            state=State.WARN,
            found="no Gnocchi in the catalogue",
            mend="where there is none, MET-* are `not deployed`, and fail nothing",
        )


def _zones(cloud: "Cloud") -> Iterator[Finding]:
    try:
        zones = cloud.zones()
    except OstfError as error:
        yield _missing("zones", str(error), "see `ostf-dual discover`")
        return
    present = {name for zone in zones for name in (zone.name, zone.label)}
    for name in cloud.access.expect:
        if name not in present:
            yield _missing(
                f"zone {name}", "expected, and not there", "see `ostf-dual discover`, and mend `expect`"
            )
    for zone in zones:
        yield _zone(zone)


def _zone(zone: "Zone") -> Finding:
    """Whether a zone has what its servers and volumes are made from."""
    wanted: dict[str, Callable[[], object]] = {
        "image": lambda: zone.image.name,
        "flavor": lambda: zone.flavor.name,
        "volume type": lambda: zone.volume_type,
    }
    had, lacking = [], []
    for what, get in wanted.items():
        try:
            had.append(f"{what} {get()}")
        except OstfError as error:
            lacking.append(str(error))
    item = f"zone {zone.label} ({zone.hypervisor})"
    if lacking:
        mend = f"make what is missing, or name it under `zones.{zone.name}` of the environment file"
        return _missing(item, "; ".join(lacking), mend)
    return Finding(group=CLOUD, item=item, state=State.OK, found=", ".join(had))


def _asked(item: str, ask: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from ask()
    except NotAskedError as error:
        yield _missing(item, str(error), "see `ostf-dual discover`")
    except OstfError as error:
        yield _missing(item, str(error), "see `ostf-dual explain API-01`")


def _missing(item: str, found: str, mend: str, *, bars: bool = False) -> Finding:
    return Finding(group=CLOUD, item=item, state=State.MISSING, found=found, mend=mend, bars=bars)
