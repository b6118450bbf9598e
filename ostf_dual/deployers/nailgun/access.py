"""How a deployed cloud is reached: Keystone at the public address, as the administrator that its settings name."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from socket import getaddrinfo
from typing import Any

import yaml

from ostf_dual.deployers.nailgun.settings import value_of
from ostf_dual.deployers.nailgun.survey import Cluster
from ostf_dual.environment.definition import Environment, FuelMaster, NetworkProvider, VMwareZone
from ostf_dual.environment.expectations import completed
from ostf_dual.environment.model import Access, VCenterAccess
from ostf_dual.environment.rules.vmware import CONTROLLERS
from ostf_dual.errors import OstfError
from ostf_dual.files import environment_folder, write_private
from ostf_dual.redaction import conceal

_REGION = "RegionOne"
_TLS = "public_ssl.services"


def clouds_file(environment: Environment) -> Path:
    """Where the deployed cloud's clouds.yaml is."""
    return environment_folder(environment.name) / "clouds.yaml"


def access_to(environment: Environment, cluster: Cluster) -> Access:
    """How the cloud is reached; writes its clouds.yaml. What the definition says of it itself goes before.

    Raises:
        OstfError: The master does not say where the cloud is.
    """
    path = clouds_file(environment)
    write_private(
        path, yaml.safe_dump({"clouds": {environment.name: _cloud(environment, cluster)}}, sort_keys=False)
    )
    if environment.access is not None:
        return completed(environment.access, environment)
    return completed(
        Access(
            cloud=environment.name,
            clouds_file=path,
            external_network=_external_network(environment, cluster),
            nodes=dict(_nodes(environment)),
            vcenters=tuple(_vcenters(environment)),
        ),
        environment,
    )


def untrusted(environment: Environment, cluster: Cluster) -> str | None:
    """What is to be said where the cloud's API shows a certificate that nothing here vouches for; None: nothing."""
    fuel = environment.fuel
    is_told = fuel is not None and (fuel.cloud_ca_file is not None or fuel.cloud_insecure)
    if environment.access is not None or is_told or not value_of(cluster.editable, _TLS):
        return None
    return (
        "The cloud's API speaks TLS, by a certificate that a Fuel master makes itself unless it is given one: name "
        "its authority as fuel.cloud_ca_file, where this machine does not trust it anyway."
    )


def unresolved(environment: Environment, cluster: Cluster) -> str | None:
    """What is to be said where the cloud's API is reached by a name that this machine does not know; None: nothing."""
    if environment.access is not None or not value_of(cluster.editable, _TLS):
        return None
    name, vip = _hostname(cluster), _vip(cluster.network)
    if name is None or _resolves(name):
        return None
    return (
        f"{name} must resolve to {vip} on this machine: its API is reached by that name (public_ssl.hostname)"
    )


def _resolves(name: str) -> bool:
    try:
        return bool(getaddrinfo(name, None))
    except (OSError, UnicodeError):  # no such name, or none that can be one
        return False


def _cloud(environment: Environment, cluster: Cluster) -> dict[str, object]:
    password = value_of(cluster.editable, "access.password")
    if not password:
        raise OstfError(
            "the master names no password of the cloud's administrator (access.password in its settings)"
        )
    found: dict[str, object] = {
        "region_name": _REGION,
        "auth": {
            "auth_url": _auth_url(cluster),
            "username": value_of(cluster.editable, "access.user"),
            "password": conceal(str(password)),
            "project_name": value_of(cluster.editable, "access.tenant"),
            "user_domain_id": "default",
            "project_domain_id": "default",
        },
    }
    fuel = environment.fuel or FuelMaster(url="")
    if fuel.cloud_ca_file:
        found["cacert"] = str(fuel.cloud_ca_file)
    elif fuel.cloud_insecure:
        found["verify"] = False
    return found


def _auth_url(cluster: Cluster) -> str:
    vip = _vip(cluster.network)
    if not vip:
        raise OstfError("the master names no public address of the cloud (public_vip in its networks)")
    if value_of(cluster.editable, _TLS):
        # Its certificate is made out to the name.
        return f"https://{_hostname(cluster) or vip}:5000/v3"
    return f"http://{vip}:5000/v3"


def _hostname(cluster: Cluster) -> str | None:
    found = value_of(cluster.editable, "public_ssl.hostname")
    return str(found) if found else None


def _vip(network: Mapping[str, Any]) -> str | None:
    public = (network.get("vips") or {}).get("public") or {}
    found: str | None = network.get("public_vip") or public.get("ipaddr")
    return found


def _external_network(environment: Environment, cluster: Cluster) -> str | None:
    if environment.network.provider is not NetworkProvider.NEUTRON:
        return None
    found: str | None = cluster.network["networking_parameters"].get("floating_name")
    return found


def _nodes(environment: Environment) -> Iterator[tuple[str, str]]:
    """The nodes that speak for vSphere clusters, by the host names that Fuel gives to their nova-computes."""
    for zone in environment.vmware.zones if environment.vmware else ():
        for each in zone.clusters:
            if each.target != CONTROLLERS:
                yield f"{zone.name}-{each.service_name}", each.target


def _vcenters(environment: Environment) -> Iterator[VCenterAccess]:
    """The vCenters as their nova-computes are told of them: what is wrong there is wrong here."""
    zones = environment.vmware.zones if environment.vmware else ()
    for zone in zones:
        if zone.vcenter.password is None:
            continue
        is_shared = sum(each.vcenter == zone.vcenter for each in zones) > 1
        yield VCenterAccess(
            name=f"{zone.vcenter.host} ({zone.name})" if is_shared else zone.vcenter.host,
            host=zone.vcenter.host,
            user=zone.vcenter.user,
            password=zone.vcenter.password,
            port=zone.vcenter.port,
            ca_file=zone.vcenter.ca_file,
            insecure=zone.vcenter.insecure,
            zones=(zone.name,),
            **_clusters(zone),
        )


def _clusters(zone: VMwareZone) -> dict[str, Any]:
    if len(zone.clusters) == 1:
        (only,) = zone.clusters
        return {"cluster": only.cluster, "datastore_regex": only.datastore_regex}
    return {"clusters": {each.cluster: each.datastore_regex for each in zone.clusters}}
