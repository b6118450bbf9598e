"""A kind of thing that runs make: how those of a run are told from all others of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ostf_dual.cloud.asking import asking
from ostf_dual.cloud.marks import CARRIED, SPEAKING, Label, Mark, Marks
from ostf_dual.errors import NotDeployedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A project, or the whole cloud, as somebody sees it who may look for a run's things there.

    Attributes:
        connection: The SDK's, whose types leave open which version of an API it is.
        project_id: None: the whole cloud, for what is in no project.
        user_id: Whose key pairs are the run's there; None: nobody's.
        is_within: Whether the connection works in the project; else an admin looks at it from outside.
        admin: An admin's, who sees what Nova's lists hide from the project; None: there is none, or it is the same.
        hides: Names of kinds that may not be seen there.
    """

    connection: Any
    project_id: str | None = None
    user_id: str | None = None
    is_within: bool = True
    admin: Any = None
    hides: frozenset[str] = frozenset()

    @property
    def across(self) -> dict[str, Any]:
        """The query by which Nova and Cinder tell of the project."""
        return {} if self.is_within else {"all_projects": True, "project_id": self.project_id}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A thing that was made, or was found."""

    kind: str
    id: str
    name: str
    status: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name or self.id}" + (f" ({self.status})" if self.status else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlike:
    """A thing of somebody else's that looks like a run's.

    Attributes:
        lacking: The marks of the run that it does not bear.
    """

    resource: Resource
    lacking: tuple[Mark, ...]

    def __str__(self) -> str:
        return f"{self.resource} is not the run's: it lacks the run's {' and '.join(self.lacking)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one kind of thing is handled.

    Attributes:
        listed: Everything in a place that may be a run's: by the marks where the API can filter by them.
        unlisted: By its id, one that lists leave out although it is there; else None.
    """

    name: str
    create: "Callable[..., Any]"
    listed: "Callable[[Place, Marks | None], Iterable[Any]]"
    delete: "Callable[[Place, str], object]"
    unlisted: "Callable[[Place, str], Any]" = lambda _, __: None

    @property
    def carries(self) -> frozenset[Mark]:
        """The marks that it can carry."""
        return CARRIED[self.name]

    @property
    def is_of_the_cloud(self) -> bool:
        """Whether it is in no project and of no user: only an admin sees and makes it."""
        return self.carries.isdisjoint({Mark.PROJECT, Mark.USER})

    def attributes(self, marks: Marks) -> dict[str, Any]:
        """The marks beside the name, as attributes of the call that makes it."""
        values: Mapping[Mark, tuple[str, Any]] = {
            Mark.METADATA: ("metadata", marks.metadata),
            Mark.DESCRIPTION: ("description", marks.description),
            Mark.TAG: ("tags", [marks.description]),
        }
        return dict(values[mark] for mark in sorted(self.carries & values.keys()))

    def find(self, place: Place, marks: Marks) -> tuple[Resource, ...]:
        """Those of a run: they bear every mark that the kind can carry."""
        things = self._asked(place, marks, f"the {self.name}s of run {marks.run_id}")
        return tuple(self._resource(thing) for thing in things if not self._lacking(thing, place, marks))

    def still(self, place: Place, resource: Resource) -> Resource | None:
        """One that is not listed any more, as it is now; None: it is gone."""
        with asking(str(resource)):
            thing = self.unlisted(place, resource.id)
        return None if thing is None else self._resource(thing)

    def look_alikes(self, place: Place, marks: Marks) -> tuple[LookAlike, ...]:
        """Those that bear some mark that names the run, and not all."""
        told = ((thing, self._lacking(thing, place, marks)) for thing in self.everything(place))
        return tuple(
            LookAlike(resource=self._resource(thing), lacking=tuple(sorted(lacking)))
            for thing, lacking in told
            if lacking and _label(thing).bears(marks) & SPEAKING & self.carries
        )

    def strays(self, place: Place) -> tuple[Resource, ...]:
        """Everything of this kind in a place, whoever made it."""
        return tuple(map(self._resource, self.everything(place)))

    def everything(self, place: Place) -> Iterator[Any]:
        """The SDK's resources of this kind that are of the place."""
        things = self._asked(place, None, f"the {self.name}s")
        return (thing for thing in things if _is_in(thing, place))

    def _asked(self, place: Place, marks: Marks | None, what: str) -> tuple[Any, ...]:
        try:
            with asking(what):
                return tuple(self.listed(place, marks))
        except NotDeployedError:
            return ()  # where the service is not, nothing of it can be

    def _lacking(self, thing: Any, place: Place, marks: Marks) -> frozenset[Mark]:
        """The marks that it can carry and does not."""
        borne = _label(thing).bears(marks)
        if _is_in(thing, place):
            borne |= {Mark.PROJECT}
        if place.user_id is not None and getattr(thing, "user_id", None) in {None, place.user_id}:
            borne |= {Mark.USER}  # the list of somebody's key pairs does not repeat whose they are
        return self.carries - borne

    def _resource(self, thing: Any) -> Resource:
        status = getattr(thing, "status", "") or ""
        return Resource(kind=self.name, id=thing.id, name=thing.name or "", status=str(status))


def run_ids(kind: Kind, place: Place) -> frozenset[str]:
    """The runs that things of a kind name by all the marks that name a run."""
    found: set[str] = set()
    for thing in kind.everything(place):
        label = _label(thing)
        found |= {run for run in label.run_ids() if label.bears(Marks(run)) >= kind.carries & SPEAKING}
    return frozenset(found)


def _label(thing: Any) -> Label:
    properties = getattr(thing, "metadata", None) or getattr(thing, "properties", None)
    return Label(
        name=thing.name or "",
        metadata=dict(properties) if isinstance(properties, Mapping) else None,
        description=getattr(thing, "description", None) or "",
        tags=tuple(getattr(thing, "tags", None) or ()),
    )


def _is_in(thing: Any, place: Place) -> bool:
    if place.project_id is None:
        return True
    of = getattr(thing, "owner_id", None) or getattr(thing, "project_id", None)
    return of == place.project_id or (of is None and place.is_within)
