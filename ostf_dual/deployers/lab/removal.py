"""Takes parts out of a lab that runs: their services end, and the cloud forgets them."""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ostf_dual.deployers.lab import content, files
from ostf_dual.deployers.lab.containment import Containment
from ostf_dual.deployers.lab.layout import INSIDE, Layout
from ostf_dual.deployers.lab.record import Record
from ostf_dual.deployers.lab.shape import Part
from ostf_dual.deployers.lab.supervision import Supervisor


def holdings(cloud: Any, parts: Iterable[Part]) -> tuple[str, ...]:
    """Why parts cannot be taken out: a sentence for each that still has servers or volumes."""
    found = []
    for part in parts:
        if part.is_compute:
            held = [each.name for each in cloud.compute.servers(all_projects=True, compute_host=part.host)]
            what, ways = "servers", "delete, move or shelve"
        elif part.is_volume_service:
            name, what, ways = f"{part.host}@{part.backend}", "volumes", "delete or move"
            held = [
                each.name or each.id
                for each in cloud.block_storage.volumes(all_projects=True)
                if str(each.host or "").partition("#")[0] == name
            ]
        else:
            continue
        if held:
            found.append(
                f"{part.kind} on {part.node} still has {len(held)} {what} ({', '.join(sorted(held)[:5])}"
                f"{' ...' if len(held) > 5 else ''}): {ways} them first"  # noqa: PLR2004 (as shown before)
            )
    return tuple(found)


def remove(
    layout: Layout, inside: Containment, cloud: Any, record: Record, parts: Sequence[Part], *, venv: Path
) -> None:
    """Stop the parts' services and delete their records, zones and volume types; what was interrupted can be repeated.

    Args:
        layout: The lab's folders.
        inside: The way into it.
        cloud: openstacksdk's connection of the admin.
        record: Is saved without the parts.
        parts: To be taken out.
        venv: With OpenStack's programs.
    """
    left = record.with_(shape=record.shape.without(parts))
    backends = {each.backend for each in left.shape.parts}
    for part in parts:
        _end(layout, part.group)
        if part.is_compute:
            _forget_compute(cloud, part.host)
        if part.is_volume_service:
            if part.backend not in backends:
                _forget_volume_type(cloud, part)
            _forget_volume_service(cloud, inside, part, venv)
    left.save(layout.record)


def end_vcenters(layout: Layout, names: Iterable[str]) -> None:
    """End vCenters, with all that they hold."""
    for each in names:
        _end(layout, each)


def _end(layout: Layout, group: str) -> None:
    files.group_file(layout, group).unlink(missing_ok=True)
    Supervisor(layout.run).let_go(group)
    for folder in (layout.etc / group, layout.var / group):
        shutil.rmtree(folder, ignore_errors=True)


def _forget_compute(cloud: Any, host: str) -> None:
    content.place(cloud, host, None)
    for each in cloud.compute.services(host=host, binary="nova-compute"):
        cloud.compute.delete_service(each.id)


def _forget_volume_type(cloud: Any, part: Part) -> None:
    found = cloud.block_storage.find_type(part.backend)
    if found is not None:
        cloud.block_storage.delete_type(found.id)


def _forget_volume_service(cloud: Any, inside: Containment, part: Part, venv: Path) -> None:
    name = f"{part.host}@{part.backend}"
    for each in cloud.block_storage.services(binary="cinder-volume"):
        if each.host == name:
            # The API can only disable it.
            config = ("--config-file", f"{INSIDE}/etc/controller/cinder.conf")
            inside.run([f"{venv}/bin/cinder-manage", *config, "service", "remove", "cinder-volume", name])
