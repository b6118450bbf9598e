"""Disturbances of a guest behind Nova's back: a server is made for it, and deleted when it heals."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ostf_dual.deployers.lab.faults.model import Disturbance, Scene
from ostf_dual.deployers.lab.faults.parts import vcenter_admin
from ostf_dual.waiting import wait_until

_BOOT_S = 120.0


def ordinary(zone: str, image: str) -> Disturbance:
    """A server as any other: some disturbances show on guests only."""
    return _victim(zone, image, lambda _scene, _server: None)


def powered_off_in_vcenter() -> Disturbance:
    """A VM's process dies on its ESXi host: off, and not cleanly, as no `shutdown` of its user's leaves it."""

    def power_off(scene: Scene, server: str) -> None:
        vcenter_admin(scene, f"/vm?uuid={server}&power=poweredOff")

    return _victim("vcenter", "TestVM-VMDK", power_off)


def paused_in_libvirt() -> Disturbance:
    """A domain that libvirt has suspended; a destroyed one Nova would notice within seconds."""

    def suspend(scene: Scene, server: str) -> None:
        scene.lab.inside.run(["virsh", "suspend", server])

    return _victim("kvm", "TestVM-KVM", suspend)


def unknown_to_nova() -> Disturbance:
    """A domain that nova-compute made, and that Nova has forgotten: as after a restored database."""

    @contextmanager
    def disturb(scene: Scene) -> Iterator[None]:
        with _server(scene, "kvm", "TestVM-KVM") as server:
            sql = "UPDATE nova.instances SET deleted = {} WHERE uuid = '{}'"
            client = ["mariadb", "--user=root", "--socket=/run/lab/run/mysql.sock", "--execute"]
            scene.lab.inside.run([*client, sql.format("id", server)])
            try:
                yield
            finally:
                scene.lab.inside.run([*client, sql.format("0", server)])

    return disturb


def _victim(zone: str, image: str, disturb_guest: Callable[[Scene, str], object]) -> Disturbance:
    @contextmanager
    def disturb(scene: Scene) -> Iterator[None]:
        with _server(scene, zone, image) as server:
            disturb_guest(scene, server)
            yield

    return disturb


@contextmanager
def _server(scene: Scene, zone: str, image: str) -> Iterator[str]:
    compute = scene.cloud.compute
    made: Any = compute.create_server(
        name=f"victim-{zone}",
        image_id=scene.cloud.image.find_image(image).id,
        flavor_id=compute.find_flavor("m1.ostf").id,
        availability_zone=zone,
        networks="none",
    )
    try:
        wait_until(lambda: compute.get_server(made.id).status, lambda status: status in {"ACTIVE", "ERROR"},
                   what=f"the victim in zone {zone}", timeout_s=_BOOT_S)  # fmt: skip
        yield str(made.id)
    finally:
        compute.delete_server(made.id)
        wait_until(lambda: compute.find_server(made.id), lambda found: found is None,
                   what=f"the victim in zone {zone} to be gone", timeout_s=_BOOT_S)  # fmt: skip
