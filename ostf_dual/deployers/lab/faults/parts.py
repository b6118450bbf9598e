"""Disturbances of what the cloud consists of: services, the vCenter, images that do not boot."""

import json
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ostf_dual.deployers.lab import software
from ostf_dual.deployers.lab.content import upload_image
from ostf_dual.deployers.lab.faults.model import Disturbance, Scene
from ostf_dual.deployers.lab.outages import start
from ostf_dual.deployers.lab.start import answers
from ostf_dual.waiting import wait_until

_NOTICED_S = 90.0


def stopped(service: str) -> Disturbance:
    """A service that is not there; after healing it is waited for."""

    @contextmanager
    def disturb(scene: Scene) -> Iterator[None]:
        scene.lab.supervisor.stop(service)
        try:
            yield
        finally:
            start(scene.lab.supervisor, service)

    return disturb


def stopped_compute(host: str) -> Disturbance:
    """A nova-compute that is gone for long enough for Nova to say so."""

    @contextmanager
    def disturb(scene: Scene) -> Iterator[None]:
        scene.lab.supervisor.stop(f"nova-{host}")
        try:
            _wait_for_compute(scene, host, "down")
            yield
        finally:
            start(scene.lab.supervisor, f"nova-{host}")
            _wait_for_compute(scene, host, "up")

    return disturb


def stopped_volume_service(host: str) -> Disturbance:
    """A cinder-volume that is gone for long enough for Cinder to say so."""

    @contextmanager
    def disturb(scene: Scene) -> Iterator[None]:
        scene.lab.supervisor.stop(f"volume-{host}")
        try:
            _wait_for_volume_service(scene, host, "down")
            yield
        finally:
            start(scene.lab.supervisor, f"volume-{host}")
            _wait_for_volume_service(scene, host, "up")

    return disturb


def short_tokens() -> Disturbance:
    """Keystone's tokens end before a long image copy does."""

    @contextmanager
    def disturb(scene: Scene) -> Iterator[None]:
        file = scene.lab.layout.etc / "controller" / "keystone" / "keystone.conf"
        before = file.read_text()
        settings = ConfigParser(interpolation=None)
        settings.read_string(before)
        settings["token"]["expiration"] = "120"
        try:
            with file.open("w") as written:
                settings.write(written)
            _restart_api(scene, "keystone")
            yield
        finally:
            file.write_text(before)
            _restart_api(scene, "keystone")

    return disturb


def vcenter(undo: str, change: str) -> Disturbance:
    """The vCenter's fault injection, as ``/datastore?name=ds1&accessible=false``."""

    @contextmanager
    def disturb(scene: Scene) -> Iterator[None]:
        vcenter_admin(scene, change)
        try:
            yield
        finally:
            vcenter_admin(scene, undo)

    return disturb


def vcenter_admin(scene: Scene, address: str, body: object = None, *, name: str = "vc1") -> None:
    """Call a vCenter's fault injection, which listens inside the lab only."""
    record = scene.lab.record
    request = urllib.request.Request(
        f"http://127.0.0.1:{record.vcenter(name).admin_port}{address}",
        data=json.dumps(body).encode() if body is not None else b"",
        headers={"Authorization": f"Bearer {record.passwords['vcenter-admin']}"},
        method="POST",
    )
    scene.lab.inside.in_network(lambda: urllib.request.urlopen(request, timeout=20).close())  # noqa: S310


def empty_image(zone: str, disk_format: str) -> Disturbance:
    """The zone's image has no system on it: Nova says ACTIVE, and nothing boots."""

    @contextmanager
    def disturb(scene: Scene) -> Iterator[None]:
        with tempfile.TemporaryDirectory() as folder:
            raw, file = Path(folder, "raw"), Path(folder, f"testvm.{disk_format}")
            with raw.open("wb") as disk:
                disk.truncate(16 << 20)
            options = (
                ["-o", "subformat=streamOptimized,adapter_type=lsilogic"] if disk_format == "vmdk" else []
            )
            command = ["qemu-img", "convert", "-O", disk_format, *options, str(raw), str(file)]
            subprocess.run(command, check=True, capture_output=True)
            with _other_image(scene, zone, file, "TestVM-Empty"):
                yield

    return disturb


def blind_image(zone: str, disk_format: str) -> Disturbance:
    """The zone's guests do not see disks come: Nova says attached, the guest does not."""

    @contextmanager
    def disturb(scene: Scene) -> Iterator[None]:
        folder = software.images(scene.lab.layout, "blind")
        with _other_image(scene, zone, folder / f"testvm.{disk_format}", "TestVM-Blind"):
            yield

    return disturb


def both(*disturbances: Disturbance) -> Disturbance:
    """Several at once."""

    @contextmanager
    def disturb(scene: Scene) -> Iterator[None]:
        with ExitStack() as stack:
            for each in disturbances:
                stack.enter_context(each(scene))
            yield

    return disturb


@contextmanager
def _other_image(scene: Scene, zone: str, file: Path, name: str) -> Iterator[None]:
    """Another image in place of the zone's; it is called a TestVM, since no other is taken at its silence."""
    image_id = upload_image(scene.cloud, file, f"{name}-{file.suffix[1:]}")
    scene.environment.setdefault("zones", {}).setdefault(zone, {})["image"] = f"{name}-{file.suffix[1:]}"
    try:
        yield
    finally:
        scene.cloud.image.delete_image(image_id)


def _restart_api(scene: Scene, service: str) -> None:
    scene.lab.supervisor.stop(service)
    start(scene.lab.supervisor, service)
    port, layout = scene.lab.record.ports[service], scene.lab.layout
    wait_until(lambda: answers(port, layout), bool, what=f"{service} to answer again", timeout_s=60)


def _wait_for_compute(scene: Scene, host: str, wanted: str) -> None:
    def state() -> str:
        return str(next(iter(scene.cloud.compute.services(host=host, binary="nova-compute"))).state)

    wait_until(state, lambda now: now == wanted, what=f"Nova to see {host} {wanted}", timeout_s=_NOTICED_S)


def _wait_for_volume_service(scene: Scene, host: str, wanted: str) -> None:
    def state() -> str:
        services = scene.cloud.block_storage.services(binary="cinder-volume")
        return str(next(each for each in services if each.host.partition("@")[0] == host).state)

    wait_until(state, lambda now: now == wanted, what=f"Cinder to see {host} {wanted}", timeout_s=_NOTICED_S)
