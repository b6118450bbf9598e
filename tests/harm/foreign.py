"""Things of other people that look like a run's: each lacks one mark, or is where the run has no business."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from tests.harm.leavings import Thing

_FORMAT = {"disk_format": "raw", "container_format": "bare"}


@contextmanager
def planted(admin: Any, user: Any, run_id: str, *, servers: bool) -> Iterator[frozenset[Thing]]:
    """Plant them for a run that is known by now, and take them away at the end.

    Args:
        admin: openstacksdk's connection of the admin.
        user: That of the project which the run was given.
        run_id: The run that they look like things of.
        servers: Whether a server is among them, which takes the lab a while.
    """
    name, note, told = f"ostf-{run_id}-foreign", f"ostf-run={run_id}", {"ostf-run": run_id}
    found: set[Thing] = set()
    with ExitStack() as stack:

        def plant(kind: str, made: Any, delete: Callable[[str], object]) -> Any:
            stack.callback(delete, made.id)
            found.add(Thing(kind=kind, id=made.id, name=made.name or ""))
            return made

        network, storage, compute = user.network, user.block_storage, user.compute
        plant("network", network.create_network(name=name), network.delete_network)
        plant(
            "security group",
            network.create_security_group(name="foreign", description=note),
            network.delete_security_group,
        )
        plant("router", network.create_router(name=f"ostf-{run_id}", description=note), network.delete_router)
        plant("volume", storage.create_volume(name=name, size=1, volume_type="kvm"), storage.delete_volume)
        plant("image", user.image.create_image(name=name, **_FORMAT), user.image.delete_image)
        plant("project", admin.identity.create_project(name=name), admin.identity.delete_project)
        plant("user", admin.identity.create_user(name=f"{name}-user"), admin.identity.delete_user)
        flavor = {"name": name, "ram": 64, "vcpus": 1, "disk": 1}
        plant("flavor", admin.compute.create_flavor(**flavor), admin.compute.delete_flavor)
        if servers:
            image, smallest = admin.image.find_image("TestVM-KVM"), admin.compute.find_flavor("m1.ostf")
            server = compute.create_server(
                name="foreign", image_id=image.id, flavor_id=smallest.id, networks="none", metadata=told
            )
            plant("server", server, compute.delete_server)
        yield frozenset(found)


def missing(admin: Any, planted_things: frozenset[Thing]) -> list[str]:
    """Those of the planted things that are not there any more, a line each."""
    look: dict[str, Callable[[str], Any]] = {
        "network": admin.network.find_network,
        "security group": admin.network.find_security_group,
        "router": admin.network.find_router,
        "volume": admin.block_storage.find_volume,
        "image": admin.image.find_image,
        "project": admin.identity.find_project,
        "user": admin.identity.find_user,
        "flavor": admin.compute.find_flavor,
        "server": admin.compute.find_server,
    }
    every = {"volume": {"all_projects": True}, "server": {"all_projects": True}}
    gone = (each for each in planted_things if look[each.kind](each.id, **every.get(each.kind, {})) is None)
    return [f"{each} of somebody else's is gone" for each in gone]
