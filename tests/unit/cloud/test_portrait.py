"""What a report says of a cloud is what discovery found; what is not known is left out."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from ostf_dual.cloud.asking import Answer
from ostf_dual.cloud.cloud import Cloud
from ostf_dual.cloud.portrait import portrait_of_cloud, portrait_of_zone
from ostf_dual.cloud.releases import Release
from ostf_dual.cloud.zoning import VCENTER_TYPE, NodeFacts, version_of
from ostf_dual.environment.model import Hypervisor
from ostf_dual.errors import NotConfiguredError, NotDeployedError

if TYPE_CHECKING:
    from ostf_dual.cloud.zone import Zone


def cloud(release: Release | None, external: str = "") -> Cloud:
    readings = SimpleNamespace(
        release=Answer(value=release), gnocchi_url=Answer(error=NotDeployedError("none"))
    )
    discovery = SimpleNamespace(readings=readings)
    return cast("Cloud", SimpleNamespace(discovery=lambda: discovery, external_network=external))


class VCenterZone:
    label = name = "esx"
    hypervisor = Hypervisor.VCENTER
    hosts = ("c1", "c2")
    nodes = tuple(
        NodeFacts(id=str(n), name=f"domain-c{n}", type=VCENTER_TYPE, host="h", version="8.0.2")
        for n in (1, 2)
    )
    part = SimpleNamespace(nodes=nodes)
    flavor = SimpleNamespace(name="small")
    volume_services = ()
    witness_missing = None
    vcenter = SimpleNamespace(access=SimpleNamespace(name="vc1"))

    @property
    def image(self) -> Any:
        raise NotDeployedError("there is no image for vcenter")

    @property
    def volume_type(self) -> str:
        raise NotConfiguredError("cannot be told")


def test_releases_are_told_as_far_as_the_apis_tell() -> None:
    release = Release(service="nova", microversion="2.96", candidates=("2024.1", "2024.2"))

    assert dict(portrait_of_cloud(cloud(release))) == {
        "openstack": "2024.1 or 2024.2", "nova microversion": "2.96", "metering": "not deployed"
    }  # fmt: skip
    assert dict(portrait_of_cloud(cloud(None))) == {"metering": "not deployed"}


def test_the_external_network_is_told_once_one_is_chosen() -> None:
    facts = dict(portrait_of_cloud(cloud(None, "ext-1 (the first by name of 2)")))

    assert facts["external network"] == "ext-1 (the first by name of 2)"


def test_a_zone_is_told_by_driver_hypervisor_and_hosts_and_without_what_it_has_not() -> None:
    assert dict(portrait_of_zone(cast("Zone", VCenterZone()))) == {
        "driver": "vmwareapi.VMwareVCDriver",
        "hypervisor": "VMware vCenter Server 8.0.2",
        "hosts": "c1, c2",
        "flavor": "small",
        "witness": "vCenter vc1",
    }


@pytest.mark.parametrize(
    ("number", "version"), [(7002022, "7.2.22"), (8000002, "8.0.2"), (0, ""), (None, "")]
)
def test_a_drivers_number_is_read_as_a_version(number: int | None, version: str) -> None:
    assert version_of(number) == version
