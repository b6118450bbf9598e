"""Takes a node out of a lab that runs: its services end, and the cloud forgets them."""

from typing import Any

from ostf_dual.deployers.lab import content, files
from ostf_dual.deployers.lab.containment import Containment
from ostf_dual.deployers.lab.layout import INSIDE, Layout
from ostf_dual.deployers.lab.reach import connect
from ostf_dual.deployers.lab.record import Record
from ostf_dual.deployers.lab.supervision import Supervisor
from ostf_dual.deployers.progress import Progress
from ostf_dual.errors import InputError


def remove_node(layout: Layout, inside: Containment, record: Record, node: str, progress: Progress) -> None:
    """Stop a node's services and delete their records, its zone and its volume type.

    Raises:
        InputError: It is the controller, or it still has servers or volumes.
    """
    if node == "controller":
        raise InputError("the controller cannot be taken out: `ostf-dual lab down` ends the lab")
    with progress.step(f"Take {node} out"), connect(layout) as cloud:
        _refuse_while_used(cloud, node)
        (layout.etc / "nodes" / f"{node}.conf").unlink(missing_ok=True)
        Supervisor(layout.run).let_go(node)
        if node in content.ZONES:
            _forget_compute(cloud, node, content.ZONES[node])
        if node in content.VOLUME_TYPES:
            _forget_volume_service(cloud, inside, node, content.VOLUME_TYPES[node])
        left = record.with_(nodes=tuple(each for each in record.nodes if each != node))
        left.save(layout.record)
        files.write_access(layout, left, inside)


def _refuse_while_used(cloud: Any, node: str) -> None:
    servers = [each.name for each in cloud.compute.servers(all_projects=True, host=node)]
    volumes = [
        each.name or each.id
        for each in cloud.block_storage.volumes(all_projects=True)
        if str(each.host or "").partition("@")[0] == node
    ]
    if servers or volumes:
        raise InputError(
            f"{node} still has {len(servers)} servers and {len(volumes)} volumes: delete or move them first"
        )


def _forget_compute(cloud: Any, host: str, zone: str) -> None:
    aggregate = cloud.compute.find_aggregate(zone)
    if aggregate is not None:
        if host in (aggregate.hosts or []):
            cloud.compute.remove_host_from_aggregate(aggregate.id, host)
        cloud.compute.delete_aggregate(aggregate.id)
    for each in cloud.compute.services(host=host, binary="nova-compute"):
        cloud.compute.delete_service(each.id)


def _forget_volume_service(cloud: Any, inside: Containment, host: str, volume_type: str) -> None:
    found = cloud.block_storage.find_type(volume_type)
    if found is not None:
        cloud.block_storage.delete_type(found.id)
    for each in cloud.block_storage.services(host=host):
        # The API can only disable it.
        inside.run(
            ["cinder-manage", "--config-file", f"{INSIDE}/etc/controller/cinder.conf", "service", "remove",
             "cinder-volume", each.host]
        )  # fmt: skip
