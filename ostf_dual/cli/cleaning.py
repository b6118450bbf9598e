"""``ostf-dual cleanup``: what runs left, by this machine's journals or, from any machine, by the marks in the cloud."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from ostf_dual.cli.due import OLD_ENOUGH, Order, PassedOver, SortedOut, sort_out, told
from ostf_dual.cli.patience import patiently
from ostf_dual.errors import InputError, OstfError
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.journal import (
    FILE_NAME,
    FileJournal,
    RecordedRun,
    StillRunningError,
    has_begun,
    read_journal,
)
from ostf_dual.runs.state import runs_folder

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.kind import Resource
    from ostf_dual.environment.model import Access


@dataclass(slots=True, kw_only=True)
class Cleaned:
    """What became of one run's things, a line each.

    Attributes:
        unasked: Hypervisors, hosts and datastores that could not be asked: OpenStack alone says that nothing is there.
    """

    run_id: str
    cloud: str
    found: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    look_alikes: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)
    note: str = ""

    def as_values(self) -> dict[str, object]:
        """For programs."""
        return {name: getattr(self, name) for name in self.__slots__}


def clean_up(order: Order, *, as_json: bool) -> int:
    """Remove what runs left; 7 where something stays, or where it cannot be told because a journal is damaged."""
    _check(order)
    say: Callable[[str], object] = (
        (lambda _: None) if as_json else (lambda line: sys.stdout.write(f"{line}\n"))
    )
    passed_over: tuple[PassedOver, ...] = ()
    if order.run_id is not None:
        done = [_one(order.run_id, order, say)]
    else:
        sorted_out = sort_out(order, runs_folder())
        passed_over = sorted_out.passed_over
        done = list(_several(sorted_out, order, say))
    if as_json:
        values = {
            "runs": [each.as_values() for each in done],
            "passed_over": [asdict(each) for each in passed_over],
        }
        sys.stdout.write(json.dumps(values, indent=2) + "\n")
    elif not done:
        say(f"nothing is left of any {'other ' if passed_over else ''}run that this machine knows of")
    for line in told(passed_over):
        sys.stderr.write(f"{line}\n")
    is_told = not any(each.is_unreadable for each in passed_over)
    return ExitCode.OK if is_told and not any(each.left for each in done) else ExitCode.LEAKED


def _check(order: Order) -> None:
    """What cannot be meant is told before anything is touched."""
    if order.run_id is not None and (order.is_all or order.older_than):
        raise InputError("give a run, or --all and --older-than: not both")
    if order.run_id is not None:
        from ostf_dual.cloud.marks import checked_run_id

        checked_run_id(order.run_id)
    order.is_due("000101000000-0000")
    if order.is_all:
        order.access()


def _several(sorted_out: SortedOut, order: Order, say: Callable[[str], object]) -> Iterator[Cleaned]:
    for run in sorted_out.due:
        yield _recorded_or_why_not(run, order, say)
    if order.is_all:
        # What was passed over may still be going on, by another name of the same cloud.
        known = {run.run_id for run in sorted_out.due} | {each.run_id for each in sorted_out.passed_over}
        yield from _unrecorded(known, order, say)


def _one(run_id: str, order: Order, say: Callable[[str], object]) -> Cleaned:
    path = runs_folder() / run_id / FILE_NAME
    if has_begun(path):
        return _recorded(read_journal(path), order, say)
    if order.cloud is None and order.environment is None and order.default_environment is None:
        raise InputError(
            f"this machine has no journal of run {run_id}: give --os-cloud or --environment, "
            "and what carries the run's marks there is removed"
        )
    with connected(order.access()) as cloud:
        return _clean(cloud, run_id, order, say)


def _unrecorded(known: AbstractSet[str], order: Order, say: Callable[[str], object]) -> Iterator[Cleaned]:
    """Runs of other machines, found in the cloud."""
    from ostf_dual.cloud import cleanup  # with openstacksdk behind it

    with connected(order.access()) as cloud:
        for run_id in cleanup.runs_in(cloud):
            if run_id in known:
                continue
            if order.is_due(run_id, OLD_ENOUGH):
                yield _clean(cloud, run_id, order, say)
            else:
                note = f"began less than {order.older_than or OLD_ENOUGH} ago and may still be going on: left alone"
                say(f"run {run_id}: {note}")
                yield Cleaned(run_id=run_id, cloud=cloud.access.cloud, note=note)


def _recorded_or_why_not(run: RecordedRun, order: Order, say: Callable[[str], object]) -> Cleaned:
    """One cloud that does not answer must not keep others from being cleaned."""
    try:
        return _recorded(run, order, say)
    except OstfError as error:
        sys.stderr.write(f"run {run.run_id}: {error}\n")
        return Cleaned(run_id=run.run_id, cloud=run.cloud, left=[f"it cannot be told what is left: {error}"])


def _recorded(run: RecordedRun, order: Order, say: Callable[[str], object]) -> Cleaned:
    access = order.access_to(run)
    try:
        journal = FileJournal.resume(run)
    except StillRunningError as error:
        say(f"{error}: left alone")
        return Cleaned(run_id=run.run_id, cloud=run.cloud, note=f"{error}: left alone")
    try:
        with connected(access) as cloud:
            return _clean(cloud, run.run_id, order, say, recorded=run, journal=journal)
    finally:
        journal.close()


def _clean(
    cloud: "Cloud",
    run_id: str,
    order: Order,
    say: Callable[[str], object],
    *,
    recorded: RecordedRun | None = None,
    journal: FileJournal | None = None,
) -> Cleaned:
    from ostf_dual.cloud import cleanup
    from ostf_dual.cloud.audit import see_disks

    done = Cleaned(run_id=run_id, cloud=cloud.access.cloud)
    found = cleanup.find(cloud, run_id)
    done.found = list(map(str, found))
    for resource in found:
        say(f"run {run_id}: {'would remove' if order.dry_run else 'removing'} {resource}")
    done.look_alikes = list(map(str, cleanup.look_alikes(cloud, run_id)))
    for line in done.look_alikes:
        say(f"run {run_id}: left alone: {line}")
    if order.dry_run:
        return done
    gone: list[Resource] = []

    def seen_gone(resource: "Resource") -> None:
        gone.append(resource)
        done.removed.append(str(resource))
        if journal:
            journal.gone(resource.kind, resource.id)

    with suppress(OstfError):  # that the zones cannot be seen is told once all is removed
        see_disks(cloud, cloud.zones(), [each.id for each in found if each.kind == "server"])
    done.left = list(cleanup.clean(cloud, run_id, seen_gone=seen_gone))
    elsewhere, done.unasked = _elsewhere(cloud, recorded, found, gone)
    done.left += elsewhere
    if journal:
        journal.cleaned(done.left)
    for line in done.left:
        sys.stderr.write(f"run {run_id}: left: {line}\n")
    for line in done.unasked:
        sys.stderr.write(f"run {run_id}: not asked: {line}\n")
    if not done.left:
        word = " by OpenStack's word; hypervisors could not all be asked" if done.unasked else ""
        say(f"run {run_id}: nothing is left in cloud {done.cloud}{word}")
    return done


def _elsewhere(
    cloud: "Cloud", recorded: RecordedRun | None, found: "Sequence[Resource]", gone: "Sequence[Resource]"
) -> tuple[list[str], list[str]]:
    """What only the journal or the hypervisors know of; besides, which of the latter could not be asked."""
    from ostf_dual.cloud import deferral
    from ostf_dual.cloud.audit import left_on_hypervisors, unasked

    entries = recorded.entries if recorded else ()
    known = [(entry.kind, entry.resource_id) for entry in entries if entry.resource_id]
    known += [(resource.kind, resource.id) for resource in gone]
    ids = {kind: list(dict.fromkeys(one for of, one in known if of == kind)) for kind, _ in known}
    servers, volumes, zones = ids.get("server", ()), ids.get("volume", ()), cloud.zones()
    told = {resource.id for resource in found}
    unlisted = [
        entry.resource_id
        for entry in entries
        if entry.kind == "server" and entry.resource_id and not entry.gone and entry.resource_id not in told
    ]
    left = list(deferral.fates(cloud.project, unlisted))
    left += left_on_hypervisors(zones, servers=servers, volumes=volumes)
    if (servers or volumes) and not zones:
        left.append("whether the hypervisors have anything left cannot be told: the cloud names no zone")
    if cloud.admin is None and (
        own := [entry for entry in entries if entry.kind == "project" and not entry.gone]
    ):
        left.append(
            f"project {own[0].name}: it takes admin rights (admin_cloud) to look into it and to delete it"
        )
    return left, list(unasked(zones)) if servers or volumes else []


@contextmanager
def connected(access: "Access") -> "Iterator[Cloud]":
    """The cloud while it is needed."""
    from ostf_dual.cloud.cloud import Cloud  # with openstacksdk behind it

    with patiently(f"logging in to cloud {access.cloud}"):
        cloud: Any = Cloud.connect(access)
    try:
        yield cloud
    finally:
        cloud.close()
