"""The steps of a conversion, in their order, and who does each."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from ostf_dual.environment.conversion.addition import Addition
from ostf_dual.environment.conversion.joining import VMWARE_IMAGE, hosts_of, new_images
from ostf_dual.environment.conversion.model import (
    LIBVIRT_MARK,
    REFUSAL,
    VMWARE_MARK,
    Actor,
    Move,
    Renaming,
    Step,
)
from ostf_dual.environment.definition import DeployerName, Environment, Image, Node
from ostf_dual.environment.expectations import COMPUTE, DEFAULT_ZONE, zones_of


def steps(
    old: Environment,
    new: Environment,
    addition: Addition,
    moves: Sequence[Move],
    renamings: Sequence[Renaming],
) -> tuple[Step, ...]:
    """Every step, in its order."""
    return tuple(
        chain(
            (_emptied(new, each) for each in moves),
            (_renamed(new, each) for each in renamings),
            (_uploaded(new, each) for each in new_images(addition)),
            _nodes(old, new),
            _zones(old, new, moves),
            _volume_types(old, new),
            _network(old, new),
            (_filled(each) for each in moves),
        )
    )


_WHILE_ONE_IS_LEFT: Final[Mapping[DeployerName, str]] = {
    DeployerName.LAB: "`deploy` refuses while one is left, and names it",
    DeployerName.COMMAND: "see that none is left before `deploy`, which leaves that to the installer",
    DeployerName.EXISTING: "see that none is left before the zone is made",
}
"""Not a Fuel master's: its hosts keep their zones."""


def _emptied(new: Environment, move: Move) -> Step:
    return Step(
        what=f"empty {', '.join(move.hosts)}",
        detail=f"shelve each server there: {REFUSAL}; {_WHILE_ONE_IS_LEFT[new.deployer]}",
        by=Actor.OPERATOR,
        commands=tuple(
            command
            for host in move.hosts
            for command in (
                f"openstack server list --all-projects --host {shlex.quote(host)}",
                "openstack server shelve --offload --wait SERVER    # each of them",
            )
        ),
    )


def _filled(move: Move) -> Step:
    unshelve = "openstack --os-compute-api-version 2.77 server unshelve --wait --availability-zone"
    return Step(
        what=f"bring the servers of {', '.join(move.hosts)} back",
        detail=f"unshelve each into zone {move.now}, also one that had asked for zone {move.was} by name",
        by=Actor.OPERATOR,
        commands=(f"{unshelve} {shlex.quote(move.now)} SERVER    # each of them",),
    )


def _renamed(new: Environment, renaming: Renaming) -> Step:
    was, now, by = renaming.was, renaming.now, _by(new)
    mark = LIBVIRT_MARK if was.hypervisor.is_libvirt else VMWARE_MARK
    commands: tuple[str, ...] = (
        f"openstack image set --name {shlex.quote(now.name)} --property {mark} {was.name}",
    )
    detail = f"is renamed to {now.name}, so that a user sees which hypervisor runs it, and marked {mark}"
    if renaming.is_copy:
        file = f"{was.name}.{was.disk_format}"
        create = f"openstack image create --container-format bare --disk-format {was.disk_format} --property {mark}"
        commands = (
            f"openstack image set --property {mark} {was.name}",
            f"openstack image save --file {file} {was.name}",
            f"{create} --file {file} {shlex.quote(now.name)}    # and the other properties of {was.name}",
        )
        detail = f"is copied to {now.name}, and stays under its old name too; both are marked {mark}"
    return Step(
        what=f"image {was.name}", detail=detail, by=by, commands=() if by is Actor.DEPLOY else commands
    )


def _uploaded(new: Environment, image: Image) -> Step:
    detail = f"comes, as {image.disk_format}, for {image.hypervisor}"
    if new.deployer is DeployerName.NAILGUN and image.name == VMWARE_IMAGE:
        return Step(what=f"image {image.name}", detail=f"{detail}: Fuel uploads it", by=Actor.DEPLOY)
    return Step(what=f"image {image.name}", detail=detail, by=_by(new))


def _nodes(old: Environment, new: Environment) -> Iterator[Step]:
    were = {node.name: node for node in old.nodes}
    for node in new.nodes:
        before = were.get(node.name)
        coming = [role for role in node.roles if before is None or role not in before.roles]
        if coming:
            told = "comes, with role" if before is None else "gets role"
            yield Step(what=f"node {node.name}", detail=f"{told} {', '.join(coming)}", by=_deployed(new))


def _zones(old: Environment, new: Environment, moves: Iterable[Move]) -> Iterator[Step]:
    there = {move.was: move.now for move in moves}
    known = {there.get(name, name) for name in zones_of(old)}
    by = Actor.OPERATOR if new.deployer is DeployerName.EXISTING else Actor.DEPLOY
    for move in moves:
        yield _aggregate(move.now, move.hosts, f"in place of {move.was}", by)
    for zone in new.vmware.zones if new.vmware else ():
        if zone.name not in known:
            yield _aggregate(zone.name, hosts_of(new, zone), "for vCenter", by)
    if old.vmware is not None:
        for zone_name in dict.fromkeys(node.zone or DEFAULT_ZONE for node in _computes(new)):
            hosts = [node.name for node in _computes(new) if (node.zone or DEFAULT_ZONE) == zone_name]
            if zone_name == DEFAULT_ZONE:
                detail = f"holds {', '.join(hosts)}: Nova's own, which no aggregate makes"
                yield Step(what=f"zone {DEFAULT_ZONE}", detail=detail, by=by)
            else:
                yield _aggregate(zone_name, hosts, f"for {new.hypervisor}", by)


def _computes(environment: Environment) -> list[Node]:
    return [node for node in environment.nodes if COMPUTE in node.roles]


def _aggregate(zone: str, hosts: Sequence[str], why: str, by: Actor) -> Step:
    quoted = shlex.quote(zone)
    return Step(
        what=f"zone {zone}",
        detail=f"comes, {why}: an aggregate of this name, with {', '.join(hosts)}",
        by=by,
        commands=()
        if by is Actor.DEPLOY
        else (
            f"openstack aggregate create --zone {quoted} {quoted}",
            *(f"openstack aggregate add host {quoted} {shlex.quote(host)}" for host in hosts),
        ),
    )


def _volume_types(old: Environment, new: Environment) -> Iterator[Step]:
    for backend in new.storage.volumes:
        if backend not in old.storage.volumes:
            yield Step(
                what=f"volumes {backend}",
                detail="a backend, and a volume type tied to it by volume_backend_name; the types that are there stay",
                by=_by(new),
                commands=()
                if _by(new) is Actor.DEPLOY
                else (f"openstack volume type create --property volume_backend_name=BACKEND {backend}",),
            )


def _network(old: Environment, new: Environment) -> Iterator[Step]:
    if new.network.dvs and not old.network.dvs:
        detail = (
            "vCenter's ports are bound on a distributed virtual switch, whose mechanism driver Neutron gets"
        )
        yield Step(what="network", detail=detail, by=_deployed(new))


def _by(new: Environment) -> Actor:
    """Who makes images and volume types: a Fuel master does not, once a cloud is deployed."""
    makes = {DeployerName.LAB, DeployerName.COMMAND}
    return Actor.DEPLOY if new.deployer in makes else Actor.OPERATOR


def _deployed(new: Environment) -> Actor:
    return Actor.OPERATOR if new.deployer is DeployerName.EXISTING else Actor.DEPLOY
