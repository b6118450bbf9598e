"""Disturbances in the middle of a run: what the run makes is watched for, and disturbed when it comes."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

from ostf_dual.deployers.lab.faults.model import Disturbance, Scene
from ostf_dual.errors import OstfError
from ostf_dual.waiting import wait_until

T = TypeVar("T")
_EVERY_S = 0.3
_ON_ITS_WAY = frozenset({"reserved", "attaching"})


def planted_beside_server(label: str, folder: str) -> Disturbance:
    """A folder with a server's id in its name, where its hypervisor keeps servers: Nova never made nor removes it."""
    return _midway(lambda scene: _server(scene, label), _plant(folder, "{}_orphan"))


def planted_beside_volume(label: str, folder: str, name: str = "{}_orphan") -> Disturbance:
    """A folder with a volume's id in its name, where its hypervisor keeps volumes."""
    return _midway(lambda scene: _volume(scene, label), _plant(folder, name))


def other_network_card(label: str) -> Disturbance:
    """Somebody gives a guest another network card, behind Nova's back."""

    def add(scene: Scene, server: Any, _heal: ExitStack) -> None:
        port = next(iter(scene.cloud.network.ports(device_id=server.id)))
        bridge = f"brq{port.network_id[:11]}"
        _virsh(scene, "attach-interface", server.id, "bridge", bridge, "--model", "e1000", "--live")

    return _midway(lambda scene: _server(scene, label, status="ACTIVE"), add)


def stale_disk(server: str, volume: str) -> Disturbance:
    """The guest has a disk that calls itself the volume, as after a detachment that half failed."""

    def both(scene: Scene) -> tuple[Any, Any] | None:
        found = _server(scene, server, status="ACTIVE"), _volume(scene, volume)
        return found if all(found) else None

    def attach(scene: Scene, found: tuple[Any, Any], heal: ExitStack) -> None:
        file = scene.lab.layout.var / "stale.img"
        heal.callback(file.unlink, missing_ok=True)
        with file.open("wb") as disk:
            disk.truncate(1 << 20)
        inside = f"/run/lab/{file.relative_to(scene.lab.layout.state)}"
        _virsh(scene, "attach-disk", found[0].id, inside, "vdz", "--serial", found[1].id, "--live")

    return _midway(both, attach)


def reserved_volume(label: str, held_s: float) -> Disturbance:
    """A volume that stays reserved for a server which does not get it, as a Nova that died half-way leaves it."""

    def both(scene: Scene) -> tuple[Any, Any] | None:
        volume, server = _volume(scene, label), _server(scene, label.replace("refused", "server"))
        # Once its attachment is asked for, and not before: the check waits for the volume first.
        return (volume, server) if server and volume and volume.status in _ON_ITS_WAY else None

    def reserve(scene: Scene, found: tuple[Any, Any], heal: ExitStack) -> None:
        volume, server = found
        body = {"volume_uuid": volume.id, "instance_uuid": server.id}

        def ask() -> Any:
            return scene.cloud.block_storage.post(
                "/attachments", json={"attachment": body}, microversion="3.27", raise_exc=False
            )

        # Cinder takes a second attachment to the same server, and keeps it when the first one is refused.
        made = wait_until(ask, lambda answer: answer.ok, what=f"volume {volume.id} to be reserved",
                          timeout_s=60, longest_pause_s=0.1, describe=lambda answer: answer.text)  # fmt: skip
        release = f"/attachments/{made.json()['attachment']['id']}"
        heal.callback(scene.cloud.block_storage.delete, release, microversion="3.27")
        Event().wait(held_s)

    return _midway(both, reserve)


def isolated_from_each_other(one: str, other: str) -> Disturbance:
    """The guests' ports on the bridge may not talk to each other, as in a private VLAN; the router is reached."""

    def isolate(scene: Scene, server: Any, _heal: ExitStack) -> None:
        port = next(iter(scene.cloud.network.ports(device_id=server.id)))
        links = scene.lab.inside.run(["bridge", "link", "show"])
        for name in (line.split()[1].rstrip(":").partition("@")[0] for line in links.splitlines()):
            if name.startswith("vct") or name == f"tap{port.id[:11]}":
                scene.lab.inside.run(["bridge", "link", "set", "dev", name, "isolated", "on"])

    def both(scene: Scene) -> Any:
        return _server(scene, one, status="ACTIVE") if _server(scene, other, status="ACTIVE") else None

    return _midway(both, isolate)


def _midway(find: Callable[[Scene], T | None], act: Callable[[Scene, T, ExitStack], None]) -> Disturbance:
    """Act once on what is found while the run goes on; what is to be undone is put on the stack."""

    @contextmanager
    def disturb(scene: Scene) -> Iterator[None]:
        over = Event()

        def watch() -> None:
            while not over.wait(_EVERY_S):
                if (found := find(scene)) is not None:
                    act(scene, found, heal)
                    return
            raise OstfError("what was to be disturbed in the middle of the run never came")

        with ExitStack() as heal, ThreadPoolExecutor(1) as pool:
            watching = pool.submit(watch)
            try:
                yield
            finally:
                over.set()
                watching.result()

    return disturb


def _plant(folder: str, name: str) -> Callable[[Scene, Any, ExitStack], None]:
    def plant(scene: Scene, thing: Any, heal: ExitStack) -> None:
        planted = Path(scene.lab.layout.var, folder, name.format(thing.id))
        heal.callback(shutil.rmtree, planted, ignore_errors=True)
        planted.mkdir(parents=True)

    return plant


def _server(scene: Scene, label: str, *, status: str | None = None) -> Any:
    """The run's server of this label, with this status; None: not yet."""
    filters = {"status": status} if status else {}
    found = scene.cloud.compute.servers(all_projects=True, **filters)
    return next((each for each in found if each.name.startswith("ostf-") and each.name.endswith(label)), None)


def _volume(scene: Scene, label: str) -> Any:
    found = scene.cloud.block_storage.volumes(all_projects=True)
    named = ((each, each.name or "") for each in found)
    return next((each for each, name in named if name.startswith("ostf-") and name.endswith(label)), None)


def _virsh(scene: Scene, *arguments: str) -> None:
    scene.lab.inside.run(["virsh", *arguments])
