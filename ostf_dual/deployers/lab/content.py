"""What a user of the lab's cloud finds: zones, images, flavor, volume types, the outside network."""

from pathlib import Path
from typing import Any

from ostf_dual.waiting import wait_until

ZONES = {"compute-kvm": "kvm", "compute-vcenter": "vcenter"}
"""Compute node -> availability zone."""

VOLUME_TYPES = {"cinder-kvm": "kvm", "cinder-vmware": "vmdk"}
"""Volume node -> volume type, which is named as its backend."""

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


def upload_images(cloud: Any, folder: Path, *, libvirt: bool, vcenter: bool) -> None:
    """The TestVM in each hypervisor's format."""
    for wanted, file, name in (
        (libvirt, "testvm.qcow2", "TestVM-KVM"),
        (vcenter, "testvm.vmdk", "TestVM-VMDK"),
    ):
        if wanted and cloud.image.find_image(name) is None:
            upload_image(cloud, folder / file, name)


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


def make_zone(cloud: Any, host: str, zone: str) -> None:
    """A host aggregate with the zone's name, and the host in it.

    Only once Placement knows the host: Nova adds it to its own aggregate first and to Placement's then, and a
    failure between the two leaves a zone in which nothing can be scheduled.
    """
    compute = cloud.compute
    aggregate = compute.find_aggregate(zone) or compute.create_aggregate(name=zone, availability_zone=zone)
    if host not in (aggregate.hosts or []):
        compute.add_host_to_aggregate(aggregate.id, host)


def wait_for_agents(cloud: Any, expected: frozenset[str], since: Any, timeout_s: float) -> None:
    """Until every service that must be there has sent a heartbeat newer than this start."""

    def silent() -> list[str]:
        heard = {
            f"{each.binary}@{each.host.partition('@')[0]}"
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
    placement = cloud.placement

    def without() -> list[str]:
        found = {}
        for each in cloud.compute.hypervisors(details=True):
            found[each.service_details["host"]] = each.name
        providers = {each.name: each for each in placement.resource_providers()}
        ready = set()
        for host, node in found.items():
            provider = providers.get(node)
            if provider is not None:
                answer = placement.get(f"/resource_providers/{provider.id}/inventories").json()
                if {"VCPU", "MEMORY_MB", "DISK_GB"} <= set(answer.get("inventories", {})):
                    ready.add(host)
        return sorted(hosts - ready)

    wait_until(without, lambda left: not left, what="Placement to have every compute's inventory",
               timeout_s=timeout_s, describe=lambda left: "without: " + ", ".join(left))  # fmt: skip


def _fresh(updated_at: str | None, since: Any) -> bool:
    from datetime import UTC, datetime

    if not updated_at:
        return False
    moment = datetime.fromisoformat(updated_at.replace(" ", "T").removesuffix("Z"))
    return bool(moment.replace(tzinfo=moment.tzinfo or UTC) > since)
