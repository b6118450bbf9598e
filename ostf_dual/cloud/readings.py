"""Everything that discovery asks a cloud, asked at the same time; what was not answered keeps its reason."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ostf_dual.cloud.asking import Answer, answer_of, asking
from ostf_dual.cloud.flavors import FlavorFacts, list_flavors
from ostf_dual.cloud.images import ImageFacts, list_images
from ostf_dual.cloud.placement import raw_only_nodes
from ostf_dual.cloud.releases import Release, nova_release
from ostf_dual.cloud.services import ServiceFacts, compute_services, network_agents, volume_services
from ostf_dual.cloud.volume_types import PoolFacts, VolumeTypeFacts, list_pools, list_volume_types
from ostf_dual.cloud.zoning import AggregateFacts, NodeFacts, host_aggregates, hypervisor_nodes, zone_names
from ostf_dual.errors import NotConfiguredError, NotDeployedError

if TYPE_CHECKING:
    from openstack.connection import Connection

T = TypeVar("T")

NO_ADMIN = "admin_cloud: no admin rights; give the name of a cloud in clouds.yaml that has them"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """The answers."""

    zone_names: Answer[tuple[str, ...]]
    compute_services: Answer[tuple[ServiceFacts, ...]]
    volume_services: Answer[tuple[ServiceFacts, ...]]
    network_agents: Answer[tuple[ServiceFacts, ...]]
    nodes: Answer[tuple[NodeFacts, ...]]
    aggregates: Answer[tuple[AggregateFacts, ...]]
    raw_only: Answer[frozenset[str]]
    images: Answer[tuple[ImageFacts, ...]]
    flavors: Answer[tuple[FlavorFacts, ...]]
    volume_types: Answer[tuple[VolumeTypeFacts, ...]]
    pools: Answer[tuple[PoolFacts, ...]]
    release: Answer[Release]
    gnocchi_url: Answer[str]

    def services(self) -> tuple[ServiceFacts, ...]:
        """Every service and agent; none of a service that is not deployed.

        Raises:
            NotConfiguredError: No admin rights.
            OstfError: One of the APIs did not answer.
        """
        answers = (self.compute_services, self.volume_services, self.network_agents)
        return tuple(
            service
            for answer in answers
            if not isinstance(answer.error, NotDeployedError)
            for service in answer.get()
        )


def take_readings(project: "Connection", admin: "Connection | None") -> Readings:
    """Ask for everything. ``admin`` is None where there are no admin rights."""
    with ThreadPoolExecutor(max_workers=8) as pool:

        def ask(
            question: "Callable[[Connection], T]", connection: "Connection | None"
        ) -> Callable[[], Answer[T]]:
            if connection is None:
                return lambda: Answer(error=NotConfiguredError(NO_ADMIN))
            return pool.submit(answer_of, lambda: question(connection)).result

        answers = {
            "zone_names": ask(zone_names, project),
            "compute_services": ask(compute_services, admin),
            "nodes": ask(hypervisor_nodes, admin),
            "raw_only": ask(raw_only_nodes, admin),
            "images": ask(list_images, project),
            "volume_services": ask(volume_services, admin),
            "network_agents": ask(network_agents, admin),
            "aggregates": ask(host_aggregates, admin),
            "flavors": ask(list_flavors, project),
            "volume_types": ask(list_volume_types, admin or project),
            "pools": ask(list_pools, admin),
            "release": ask(nova_release, project),
            "gnocchi_url": ask(_gnocchi_url, project),
        }
        return Readings(**{name: answer() for name, answer in answers.items()})  # type: ignore[arg-type]


def _gnocchi_url(project: "Connection") -> str:
    with asking("the metering endpoint"):
        url = project.session.get_endpoint(
            service_type="metric",
            interface=project.config.get_interface() or "public",
            region_name=project.config.get_region_name(),
        )
    if not url:
        raise NotDeployedError("the service catalogue has no endpoint of type metric: no Gnocchi")
    return str(url)
