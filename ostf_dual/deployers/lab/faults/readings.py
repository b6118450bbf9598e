"""Disturbances of what the quick checks read: records, properties, services, the environment file. No boot needed."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ostf_dual.deployers.lab.faults.model import Disturbance, Scene

_PLACEMENT = "1.17"
_PATCH = {"Content-Type": "application/openstack-images-v2.1-json-patch"}


def environment(change: Callable[[dict[str, Any]], object]) -> Disturbance:
    """The operator's file says something else."""

    @contextmanager
    def disturb(scene: Scene) -> Iterator[None]:
        change(scene.environment)
        yield

    return disturb


def image(name: str, **properties: object) -> Disturbance:
    """An image with other properties; None removes one."""

    @contextmanager
    def disturb(scene: Scene) -> Iterator[None]:
        address = f"/images/{scene.cloud.image.find_image(name).id}"
        before = _ok(scene.cloud.image.get(address)).json()
        set_properties(scene, address, properties)
        try:
            yield
        finally:
            set_properties(scene, address, {key: before.get(key) for key in properties})

    return disturb


def set_properties(scene: Scene, address: str, properties: dict[str, object]) -> None:
    """Patch an image's properties; None removes."""
    now = _ok(scene.cloud.image.get(address)).json()
    changes: list[dict[str, object]] = []
    for key, value in properties.items():
        if value is not None:
            changes.append({"op": "replace" if key in now else "add", "path": f"/{key}", "value": value})
        elif key in now:
            changes.append({"op": "remove", "path": f"/{key}"})
    _ok(scene.cloud.image.patch(address, json=changes, headers=_PATCH))


def odd_image(like: str) -> Disturbance:
    """A second image, made as a user would who does not know: in a container that no driver boots."""

    @contextmanager
    def disturb(scene: Scene) -> Iterator[None]:
        found = _ok(scene.cloud.image.get(f"/images/{scene.cloud.image.find_image(like).id}")).json()
        kept = {key: found[key] for key in found if key.startswith(("hw_", "vmware_", "hypervisor_"))}
        body = {"name": "TestVM-ovf", "disk_format": found["disk_format"], "container_format": "ovf", **kept}
        made = _ok(scene.cloud.image.post("/images", json={**body, "visibility": "public"})).json()
        try:
            head = _ok(scene.cloud.image.get(f"/images/{found['id']}/file", stream=True)).raw.read(65536)
            binary = {"Content-Type": "application/octet-stream"}
            _ok(scene.cloud.image.put(f"/images/{made['id']}/file", data=head, headers=binary))
            yield
        finally:
            scene.cloud.image.delete(f"/images/{made['id']}")

    return disturb


def inventory(host: str, change: Callable[[dict[str, Any]], object]) -> Disturbance:
    """Placement holds something else of a compute than its driver reports."""

    @contextmanager
    def disturb(scene: Scene) -> Iterator[None]:
        address = f"/resource_providers/{_provider(scene, host)}/inventories"
        before = _placement(scene, "get", address)
        after = copy.deepcopy(before)
        change(after["inventories"])
        _placement(scene, "put", address, json=after)
        try:
            yield
        finally:
            _restore(scene, address, before)

    return disturb


def without_traits(host: str, *traits: str) -> Disturbance:
    """A compute without some of its traits."""

    @contextmanager
    def disturb(scene: Scene) -> Iterator[None]:
        address = f"/resource_providers/{_provider(scene, host)}/traits"
        before = _placement(scene, "get", address)
        left = [each for each in before["traits"] if each not in traits]
        _placement(scene, "put", address, json={**before, "traits": left})
        try:
            yield
        finally:
            _restore(scene, address, before)

    return disturb


def disabled_volume_service(host: str, binary: str = "cinder-volume") -> Disturbance:
    """A volume service or scheduler that somebody disabled."""

    @contextmanager
    def disturb(scene: Scene) -> Iterator[None]:
        body = {"host": host, "binary": binary}
        _ok(scene.cloud.block_storage.put("/os-services/disable", json=body))
        try:
            yield
        finally:
            _ok(scene.cloud.block_storage.put("/os-services/enable", json=body))

    return disturb


def disabled_compute(host: str, reason: str) -> Disturbance:
    """A compute that is disabled, by an operator or by its own driver."""

    @contextmanager
    def disturb(scene: Scene) -> Iterator[None]:
        service = next(iter(scene.cloud.compute.services(host=host, binary="nova-compute")))
        scene.cloud.compute.disable_service(service, disabled_reason=reason)
        try:
            yield
        finally:
            scene.cloud.compute.enable_service(service)

    return disturb


def disabled_agent(binary: str) -> Disturbance:
    """A network agent that is administratively down."""

    @contextmanager
    def disturb(scene: Scene) -> Iterator[None]:
        agent = next(each for each in scene.cloud.network.agents() if each.binary == binary)
        scene.cloud.network.update_agent(agent, admin_state_up=False)
        try:
            yield
        finally:
            scene.cloud.network.update_agent(agent.id, admin_state_up=True)

    return disturb


@contextmanager
def mixed_aggregate(scene: Scene) -> Iterator[None]:
    """An aggregate with metadata that holds hosts of both hypervisors."""
    compute = scene.cloud.compute
    aggregate = compute.create_aggregate(name="ssd")
    hosts = ("compute-kvm", "compute-vcenter")
    try:
        for host in hosts:
            compute.add_host_to_aggregate(aggregate.id, host)
        compute.set_aggregate_metadata(aggregate.id, {"ssd": "true"})
        yield
    finally:
        for host in hosts:
            compute.remove_host_from_aggregate(aggregate.id, host)
        compute.delete_aggregate(aggregate.id)


@contextmanager
def small_quota(scene: Scene) -> Iterator[None]:
    """The checks' project may use next to no memory."""
    address = f"/os-quota-sets/{scene.user.current_project_id}"
    before = _ok(scene.cloud.compute.get(address)).json()["quota_set"]["ram"]
    _ok(scene.cloud.compute.put(address, json={"quota_set": {"ram": 64}}))
    try:
        yield
    finally:
        _ok(scene.cloud.compute.put(address, json={"quota_set": {"ram": before}}))


def _provider(scene: Scene, host: str) -> str:
    node = next(
        each.name
        for each in scene.cloud.compute.hypervisors(details=True)
        if each.service_details["host"] == host
    )
    return str(_placement(scene, "get", f"/resource_providers?name={node}")["resource_providers"][0]["uuid"])


def _placement(scene: Scene, method: str, address: str, **body: object) -> Any:
    answer = _ok(getattr(scene.cloud.placement, method)(address, microversion=_PLACEMENT, **body))
    return answer.json() if answer.text else None


def _restore(scene: Scene, address: str, before: dict[str, Any]) -> None:
    generation = _placement(scene, "get", address)["resource_provider_generation"]
    _placement(scene, "put", address, json={**before, "resource_provider_generation": generation})


def _ok(answer: Any) -> Any:
    if not answer.ok:
        raise AssertionError(f"the disturbance was refused: {answer.status_code} {answer.text[:300]}")
    return answer
