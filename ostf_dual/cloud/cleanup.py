"""Deleting what runs made and left, until it is seen to be gone; by marks, so from any machine."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from ostf_dual.cloud.asking import AT_ONCE
from ostf_dual.cloud.audit import SETTLING_S
from ostf_dual.cloud.kind import Kind, LookAlike, Place, Resource, run_ids
from ostf_dual.cloud.kinds import KINDS, OWN, PROJECT, TIERS, USER
from ostf_dual.cloud.marks import Marks
from ostf_dual.cloud.removal import Removal, persistently, remove_all
from ostf_dual.errors import OstfError, RefusedError
from ostf_dual.waiting import WaitTimeoutError, wait_until

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud

T = TypeVar("T")


def find(cloud: "Cloud", run_id: str) -> tuple[Resource, ...]:
    """What a run has left. Reads only.

    Raises:
        OstfError: An API did not answer, for as long as a deletion may take.
    """
    marks = Marks(run_id)
    return _ask_everywhere(cloud, marks, lambda kind, place: kind.find(place, marks))


def look_alikes(cloud: "Cloud", run_id: str) -> tuple[LookAlike, ...]:
    """What bears some mark of a run and not all, so that it is somebody else's. Reads only.

    Raises:
        OstfError: As ``find``.
    """
    marks = Marks(run_id)
    return _ask_everywhere(cloud, marks, lambda kind, place: kind.look_alikes(place, marks))


def runs_in(cloud: "Cloud") -> tuple[str, ...]:
    """The ids of all runs that left things in the cloud, oldest first. Reads only.

    Raises:
        OstfError: As ``find``.
    """
    found = _ask_everywhere(cloud, None, lambda kind, place: tuple(run_ids(kind, place)))
    return tuple(sorted(set(found)))


def clean(
    cloud: "Cloud", run_id: str, *, seen_gone: Callable[[Resource], None] = lambda _: None
) -> tuple[str, ...]:
    """Delete what bears a run's marks, until it is not listed any more.

    Args:
        cloud: Where to look: in the given project, and in the run's own.
        run_id: Whose things.
        seen_gone: Told of each thing once it is gone.

    Returns:
        What could not be removed and why, a line each. Empty: all is gone.
    """
    marks, timeout_s = Marks(run_id), cloud.access.budgets.delete_s
    try:
        places = persistently(lambda: _places(cloud, marks), timeout_s)
        untold = _hidden(cloud, places)
    except OstfError as error:
        places = _given(cloud)
        untold = (f"what run {run_id} left outside the given project cannot be told: {error}",)
    own = [place for place in places if not place.is_within and place.project_id]

    def removed(tiers: Iterable[tuple[Kind, ...]]) -> tuple[str, ...]:
        leftovers: list[str] = []
        for tier in tiers:
            leftovers += remove_all(
                Removal(kind, place, marks, timeout_s, seen_gone) for kind, place in _pairs(places, tier)
            )
        return tuple(leftovers)

    if leftovers := removed(TIERS):
        # Nobody could get at them without it.
        stay = tuple(f"project {each.project_id} stays: things are left in it" for each in own)
        return (*leftovers, *stay, *untold)
    return (*(_folders_left(cloud, own) or removed(OWN)), *untold)


def _hidden(cloud: "Cloud", places: Iterable[Place]) -> tuple[str, ...]:
    """What a run has made and Keystone does not show any more, a line; what it could not make is no leftover."""
    names = sorted(name for place in places for name in place.hides)
    if not (names and cloud.was_isolated):
        return ()
    return (
        f"whether the {' and the '.join(names)} of the run are left cannot be told: Keystone refuses to list them",
    )


def _folders_left(cloud: "Cloud", own: Iterable[Place]) -> tuple[str, ...]:
    """Remove the folders that vCenters have of a run's own project; what stays, a line each."""
    projects = [place.project_id for place in own if place.project_id]
    if not (projects and cloud.access.vcenters):
        return ()
    from ostf_dual.hypervisors.vcenter import remove_project_folders  # pyvmomi takes 0.2 s

    def left() -> tuple[str, ...]:
        try:
            return tuple(
                line
                for access in cloud.access.vcenters
                for project_id in projects
                for line in remove_project_folders(cloud.vcenter(access), project_id)
            )
        except OstfError as error:
            return (
                f"whether vCenter keeps folders of projects {', '.join(projects)} cannot be told: {error}",
            )

    try:  # the last machine leaves its folder a moment after its server is gone
        return wait_until(left, lambda lines: not lines, what="vCenter's folders to go", timeout_s=SETTLING_S)
    except WaitTimeoutError:
        return left()


def _places(cloud: "Cloud", marks: Marks | None) -> tuple[Place, ...]:
    """Where a run's things can be: in the given project, in one of its own, and in none; all runs' for None."""
    if cloud.admin is None:
        return _given(cloud)
    within, whole = _given(cloud)
    projects, no_projects = _seen(PROJECT, whole, marks)
    users, no_users = _seen(USER, whole, marks)
    outside = Place(connection=cloud.admin, is_within=False)
    return (
        within,
        *(
            replace(outside, project_id=project.id, user_id=_namesake(project, users))
            for project in projects
            if project.id != within.project_id
        ),
        replace(whole, hides=no_projects | no_users),
    )


def _given(cloud: "Cloud") -> tuple[Place, ...]:
    """The given project, and what is in none: those for which Keystone need not be asked."""
    given = cloud.project
    within = Place(
        connection=given,
        project_id=given.current_project_id,
        user_id=given.current_user_id,
        admin=None if cloud.admin is given else cloud.admin,
    )
    if cloud.admin is None:
        return (within,)
    hides = frozenset(kind.name for tier in OWN for kind in tier)
    return (within, Place(connection=cloud.admin, hides=hides))


def _seen(kind: Kind, whole: Place, marks: Marks | None) -> tuple[tuple[Resource, ...], frozenset[str]]:
    """Those of a kind; besides, its name where they may not be seen: an admin of Nova need not be one of Keystone."""
    try:
        return _of_runs(kind, whole, marks), frozenset()
    except RefusedError:
        return (), frozenset({kind.name})


def _of_runs(kind: Kind, whole: Place, marks: Marks | None) -> tuple[Resource, ...]:
    if marks is not None:
        return kind.find(whole, marks)
    return tuple(each for run in run_ids(kind, whole) for each in kind.find(whole, Marks(run)))


def _namesake(project: Resource, users: tuple[Resource, ...]) -> str | None:
    return next((user.id for user in users if user.name == project.name), None)


def _ask_everywhere(
    cloud: "Cloud", marks: Marks | None, question: Callable[[Kind, Place], tuple[T, ...]]
) -> tuple[T, ...]:
    timeout_s = cloud.access.budgets.delete_s

    def ask(pair: tuple[Kind, Place]) -> tuple[T, ...]:
        return persistently(lambda: question(*pair), timeout_s)

    pairs = _pairs(persistently(lambda: _places(cloud, marks), timeout_s), KINDS)
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        answers = pool.map(ask, pairs)
        return tuple(one for answer in answers for one in answer)


def _pairs(places: Iterable[Place], kinds: Iterable[Kind]) -> list[tuple[Kind, Place]]:
    """Each kind with each place where it can be."""
    every = tuple(kinds)
    return [
        (kind, place)
        for place in places
        for kind in every
        if kind.is_of_the_cloud == (place.project_id is None) and kind.name not in place.hides
    ]
