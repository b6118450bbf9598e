"""What OpenStack's APIs tell of things that went wrong: what diagnosis asks. Everything here only reads."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ostf_dual.cloud.asking import asking, read
from ostf_dual.cloud.complaints import volume_messages
from ostf_dual.cloud.images import ImageFacts, image_facts
from ostf_dual.cloud.servers import Server, server_of
from ostf_dual.cloud.services import ServiceFacts, compute_services, network_agents, volume_services
from ostf_dual.errors import NotDeployedError

if TYPE_CHECKING:
    from openstack.connection import Connection

    from ostf_dual.cloud.cloud import Cloud

_CANDIDATES = "1.17"


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeFacts:
    """A volume, with what Cinder tells its user about it."""

    id: str
    name: str
    status: str
    backend: str | None
    messages: tuple[str, ...] = ()


def services_now(admin: "Connection") -> tuple[ServiceFacts, ...]:
    """Nova's, Cinder's and Neutron's services as they are now; none of a service that is not deployed."""
    found: list[ServiceFacts] = []
    for ask in (compute_services, volume_services, network_agents):
        try:
            found += ask(admin)
        except NotDeployedError:
            continue
    return tuple(found)


def servers_of_run(cloud: "Cloud", run_id: str, label: str) -> tuple[Server, ...]:
    """The servers that a run has for a zone now, told by their names; not those that are to be refused there."""
    ours = re.compile(rf"^ostf-{re.escape(run_id)}-(?!refused).*-{re.escape(label)}(-\d+)?$")
    connection = cloud.admin or cloud.project
    query: dict[str, Any] = {"all_projects": True} if cloud.admin else {}
    with asking(f"the servers of run {run_id}"):
        found = tuple(connection.compute.servers(name=f"^ostf-{run_id}-", **query))
    return tuple(server_of(each) for each in found if ours.match(each.name))


def console_of(cloud: "Cloud", server_id: str) -> str:
    """The end of a server's console; empty where the driver has none.

    Raises:
        OstfError: Nova did not answer, or says that it has no console for this server.
    """
    compute: Any = (cloud.admin or cloud.project).compute
    with asking(f"the console of server {server_id}"):
        return str(compute.get_server_console_output(server_id, length=200)["output"] or "")


def candidates(admin: "Connection", resources: Mapping[str, int]) -> tuple[str, ...]:
    """The ids of the resource providers that Placement would offer the scheduler for these resources."""
    asked = ",".join(f"{name}:{amount}" for name, amount in sorted(resources.items()))
    found = read(
        admin.placement,
        "/allocation_candidates",
        what="the allocation candidates",
        microversion=_CANDIDATES,
        resources=asked,
    )
    return tuple(found["provider_summaries"])


def image_now(project: "Connection", image_id: str) -> ImageFacts:
    """An image as Glance has it now."""
    return image_facts(read(project.image, f"/images/{image_id}", what=f"image {image_id}"))


def volumes_of_run(cloud: "Cloud", run_id: str) -> tuple[VolumeFacts, ...]:
    """The volumes of a run, and why those that are in error are."""
    storage: Any = cloud.project.block_storage
    with asking(f"the volumes of run {run_id}"):
        ours = [each for each in storage.volumes() if (each.name or "").startswith(f"ostf-{run_id}-")]
        return tuple(
            VolumeFacts(
                id=each.id,
                name=each.name,
                status=each.status,
                backend=each.host or None,
                messages=volume_messages(storage, each.id) if each.status.startswith("error") else (),
            )
            for each in ours
        )
