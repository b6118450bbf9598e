"""What a user of the lab's cloud finds: zones, images, flavor, volume types, the outside network."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ostf_dual.deployers.lab.shape import Image
from ostf_dual.waiting import wait_until

_KVM_IMAGE = {
    "hypervisor_type": "qemu", "hw_disk_bus": "virtio", "hw_vif_model": "virtio", "os_type": "linux",
}  # fmt: skip
_VMDK_IMAGE = {
    "hypervisor_type": "vmware", "vmware_disktype": "streamOptimized", "vmware_adaptertype": "paraVirtual",
    "vmware_ostype": "otherLinux64Guest", "hw_vif_model": "VirtualVmxnet3", "os_type": "linux",
}  # fmt: skip
_EXTERNAL_NETWORK = "public"


def make_flavor(cloud: Any) -> None:
    """As small as both drivers take: vCenter wants memory in multiples of 4 MiB."""
    if cloud.compute.find_flavor("m1.ostf") is None:
        cloud.compute.create_flavor(name="m1.ostf", ram=128, vcpus=1, disk=1)


def upload_images(cloud: Any, folder: Path, images: Iterable[Image]) -> None:
    """The TestVM in each format that is wanted, where the name is free."""
    for each in images:
        if cloud.image.find_image(each.name) is None:
            upload_image(cloud, folder / f"testvm.{each.disk_format}", each.name)


def rename_image(cloud: Any, old: str, new: str) -> None:
    """Give an image another name: it stays the one that servers were made from."""
    found = cloud.image.find_image(old)
    if found is not None and cloud.image.find_image(new) is None:
        cloud.image.update_image(found.id, name=new)


def remove_image(cloud: Any, name: str) -> None:
    """Delete an image; servers that were made from it live on."""
    found = cloud.image.find_image(name)
    if found is not None:
        cloud.image.delete_image(found.id)


def upload_image(cloud: Any, file: Path, name: str) -> str:
    """An image, marked by its format so that the scheduler cannot mistake its hypervisor; returns its id."""
    disk_format = file.suffix.removeprefix(".")
    with file.open("rb") as data:
        image = cloud.image.create_image(
            name=name,
            data=data,
            disk_format=disk_format,
            container_format="bare",
            visibility="public",
            min_disk=1,
            min_ram=128,
            wait=True,
            **(_VMDK_IMAGE if disk_format == "vmdk" else _KVM_IMAGE),
        )
    return str(image.id)


def make_external_network(cloud: Any) -> None:
    """The lab's outside world, where floating addresses come from."""
    if cloud.network.find_network(_EXTERNAL_NETWORK) is None:
        network = cloud.network.create_network(
            name=_EXTERNAL_NETWORK, is_router_external=True, provider_network_type="flat",
            provider_physical_network="public",
        )  # fmt: skip
        cloud.network.create_subnet(
            name=_EXTERNAL_NETWORK, network_id=network.id, ip_version=4, cidr="172.24.4.0/24",
            gateway_ip="172.24.4.1", enable_dhcp=False,
            allocation_pools=[{"start": "172.24.4.10", "end": "172.24.4.250"}],
        )  # fmt: skip


def make_volume_type(cloud: Any, name: str) -> None:
    """A volume type tied to the backend of the same name."""
    if cloud.block_storage.find_type(name) is None:
        cloud.block_storage.create_type(name=name, extra_specs={"volume_backend_name": name})


def make_archive_policy(cloud: Any, interval_s: int) -> None:
    """Fine enough to tell two polls apart: Ceilometer's own, of 300 s, would hide what a check looks for."""
    metric = cloud.session
    body = {
        "name": "ostf", "back_window": 0, "aggregation_methods": ["mean", "max", "min", "count", "last"],
        "definition": [{"granularity": f"{interval_s}s", "timespan": "6h"}],
    }  # fmt: skip
    answer = metric.post(
        "/v1/archive_policy", json=body, endpoint_filter={"service_type": "metric"}, raise_exc=False
    )
    if answer.status_code not in {201, 409}:
        raise AssertionError(f"Gnocchi refuses the archive policy: {answer.status_code} {answer.text[:300]}")


def place(cloud: Any, host: str, zone: str | None) -> None:
    """A host aggregate with the zone's name, and the host in it and in no other zone's.

    Only once Placement knows the host: Nova adds it to its own aggregate first and to Placement's then, and a
    failure between the two leaves a zone in which nothing can be scheduled.

    Args:
        cloud: openstacksdk's connection of the admin.
        host: Of a nova-compute.
        zone: None: Nova's default zone, which has no aggregate.
    """
    compute = cloud.compute
    for each in compute.aggregates():
        if each.availability_zone and each.name != zone and host in (each.hosts or []):
            compute.remove_host_from_aggregate(each.id, host)
            if each.hosts == [host]:
                compute.delete_aggregate(each.id)
    if zone is not None:
        aggregate = compute.find_aggregate(zone) or compute.create_aggregate(
            name=zone, availability_zone=zone
        )
        if host not in (aggregate.hosts or []):
            compute.add_host_to_aggregate(aggregate.id, host)


def wait_for_agents(cloud: Any, expected: frozenset[str], since: Any, timeout_s: float) -> None:
    """Until every service that must be there has sent a heartbeat newer than this start."""

    def silent() -> list[str]:
        heard = {
            f"{each.binary}@{each.host}"
            for each in (*cloud.compute.services(), *cloud.block_storage.services())
            if each.state == "up" and _fresh(each.updated_at, since)
        }
        heard |= {
            f"{each.binary}@{each.host}"
            for each in cloud.network.agents()
            if _fresh(each.last_heartbeat_at, since)
        }
        return sorted(expected - heard)

    wait_until(silent, lambda left: not left, what="a heartbeat of every service", timeout_s=timeout_s,
               describe=lambda left: "silent: " + ", ".join(left))  # fmt: skip


def wait_for_inventory(cloud: Any, hosts: frozenset[str], timeout_s: float) -> None:
    """Until Placement has room for a server on every compute: before that the scheduler finds no host."""

    def without() -> list[str]:
        offered = inventories(cloud)
        room = {"VCPU", "MEMORY_MB", "DISK_GB"}
        return sorted(each for each in hosts if not room <= offered.get(each, frozenset()))

    wait_until(without, lambda left: not left, what="Placement to have every compute's inventory",
               timeout_s=timeout_s, describe=lambda left: "without: " + ", ".join(left))  # fmt: skip


def forget_network_agents(cloud: Any) -> None:
    """Delete Neutron's records of its agents; DHCP ports keep their addresses for the next agent."""
    for each in cloud.network.agents():
        if each.binary == "neutron-dhcp-agent":
            for network in list(cloud.network.dhcp_agent_hosting_networks(each)):
                cloud.network.remove_dhcp_agent_from_network(each, network.id)
        cloud.network.delete_agent(each.id)


def inventories(cloud: Any) -> dict[str, frozenset[str]]:
    """Of each compute that Placement knows, by host, the resource classes that it offers."""
    placement = cloud.placement
    providers = {each.name: each for each in placement.resource_providers()}
    found: dict[str, frozenset[str]] = {}
    # Of 2.88 on, Nova asks each compute for its uptime, and waits a minute for one that has just ended.
    for each in cloud.compute.hypervisors(details=True, microversion="2.53"):
        if (provider := providers.get(each.name)) is not None:
            answer = placement.get(f"/resource_providers/{provider.id}/inventories").json()
            found[each.service_details["host"]] = frozenset(answer.get("inventories", {}))
    return found


def _fresh(updated_at: str | None, since: Any) -> bool:
    from datetime import UTC, datetime

    if not updated_at:
        return False
    moment = datetime.fromisoformat(updated_at.replace(" ", "T").removesuffix("Z"))
    return bool(moment.replace(tzinfo=moment.tzinfo or UTC) > since)
