"""Samples, as Gnocchi keeps them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from ostf_dual.cloud.asking import asking
from ostf_dual.errors import NotDeployedError, OstfError

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud

DEFAULT_INTERVAL_S = 300.0
_NOT_FOUND, _UNAVAILABLE = 404, 503
_PREFERRED = ("mean", "last", "max", "min", "sum")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The aggregate of one span of time; ``time`` is where the span begins."""

    time: datetime
    span_s: float
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Metered:
    """A Gnocchi resource: its attributes, and the ids of its metrics by meter."""

    id: str
    attributes: Mapping[str, Any]
    metrics: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A metric's archive policy; ``spans_s`` are its granularities, finest first."""

    name: str
    methods: tuple[str, ...]
    spans_s: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What metricd has still to work on, and how many of its processes report."""

    metrics: int
    measures: int
    processors: int | None


class Metering:
    """The samples of a cloud."""

    def __init__(self, cloud: "Cloud") -> None:
        """Find where they are kept.

        Raises:
            NotDeployedError: The cloud keeps none that we can read.
        """
        facts = cloud.discovery().metering
        if facts is None:
            raise NotDeployedError("no metering: the service catalogue has no metric endpoint (Gnocchi)")
        from keystoneauth1.adapter import Adapter

        self.releases = facts.releases
        self._given_interval_s = cloud.access.polling_interval_s
        connection = cloud.admin or cloud.project
        self._api = Adapter(
            session=connection.session, endpoint_override=facts.url.rstrip("/").removesuffix("/v1") + "/v1"
        )

    def resource(self, kind: str, resource_id: str) -> Metered | None:
        """A resource of a type by its id; None before its first sample."""
        found = self._get(f"/resource/{kind}/{resource_id}", what=f"metering of {kind} {resource_id}")
        return None if found is None else _metered(found)

    def parts(self, kind: str, server_id: str) -> tuple[Metered, ...]:
        """The disks or network cards of a server."""
        what = f"metering of each {kind} of server {server_id}"
        found = self._ask("POST", f"/search/resource/{kind}", what, json={"=": {"instance_id": server_id}})
        return tuple(map(_metered, found or ()))

    def carriers(self, kind: str, server_id: str) -> tuple[Metered, ...]:
        """What carries a server's meters of this resource type: itself, or its parts."""
        if kind != "instance":
            return self.parts(kind, server_id)
        found = self.resource(kind, server_id)
        return () if found is None else (found,)

    def policy(self, metric_id: str) -> Policy:
        """How a metric is archived.

        Raises:
            OstfError: There is no such metric.
        """
        found = self._get(f"/metric/{metric_id}", what=f"metric {metric_id}")
        if found is None:
            raise OstfError(
                f"Gnocchi has no metric {metric_id}, though a resource names it; look at gnocchi-api's log"
            )
        policy = found["archive_policy"]
        return Policy(
            name=policy["name"],
            methods=tuple(policy["aggregation_methods"]),
            spans_s=tuple(sorted(_seconds(line["granularity"]) for line in policy["definition"])),
        )

    def points(self, metric_id: str) -> tuple[Point, ...]:
        """A metric's points of the finest granularity that it has, oldest first."""
        policy = self.policy(metric_id)
        method = next((name for name in _PREFERRED if name in policy.methods), policy.methods[0])
        path, what = f"/metric/{metric_id}/measures", f"the measures of metric {metric_id}"
        # Fresh measures wait for metricd, a minute by default; "refresh" has the API work on them at once,
        # which answers 503 where another process is at it.
        found = self._ask("GET", path, what, params={"aggregation": method, "refresh": "true"})
        if found is None:
            found = self._get(path, what=what, aggregation=method) or []
        return finest(found)

    def backlog(self) -> Backlog | None:
        """How far metricd is; None without admin rights."""
        try:
            found = self._get("/status", what="Gnocchi's status") or {}
        except OstfError:
            return None
        summary = found.get("storage", {}).get("summary", {})
        processors = found.get("metricd", {}).get("processors")
        return Backlog(
            metrics=summary.get("metrics", 0),
            measures=summary.get("measures", 0),
            processors=None if processors is None else len(processors),
        )

    def interval_s(self) -> tuple[float, str]:
        """The polling interval, and where it is known from."""
        if self._given_interval_s is not None:
            return self._given_interval_s, "polling_interval_s of the environment"
        for resource in self._recent_instances():
            if (metric_id := resource.metrics.get("memory.usage")) is not None:
                inferred = infer_interval(self.points(metric_id))
                if inferred is not None:
                    return inferred, f"the distances of the samples of server {resource.id}"
        return DEFAULT_INTERVAL_S, "Ceilometer's default"

    def _recent_instances(self) -> tuple[Metered, ...]:
        found = self._get("/resource/instance", what="metered servers", sort="started_at:desc", limit="10")
        return tuple(map(_metered, found or ()))

    def _get(self, path: str, *, what: str, **query: str) -> Any:
        return self._ask("GET", path, what, params=query)

    def _ask(self, method: str, path: str, what: str, **request: Any) -> Any:
        """The JSON answer; None for "no such thing", and where Gnocchi is busy with it."""
        from openstack.exceptions import raise_from_response

        with asking(what):
            response = self._api.request(path, method, raise_exc=False, **request)
            if response.status_code in {_NOT_FOUND, _UNAVAILABLE}:
                return None
            raise_from_response(response)
            return response.json()


def finest(measures: Iterable[Sequence[Any]]) -> tuple[Point, ...]:
    """Gnocchi's ``[time, granularity, value]`` rows as points: the finest granularity's, oldest first."""
    points = [
        Point(time=datetime.fromisoformat(time).astimezone(UTC), span_s=_seconds(span), value=float(value))
        for time, span, value in measures
    ]
    smallest = min((point.span_s for point in points), default=0.0)
    return tuple(
        sorted((point for point in points if point.span_s == smallest), key=lambda point: point.time)
    )


def infer_interval(points: Sequence[Point]) -> float | None:
    """The usual distance of points, in seconds; None where there are too few to tell."""
    distances = [(later.time - one.time).total_seconds() for one, later in pairwise(points)]
    return median(distances) if len(distances) >= 2 else None  # noqa: PLR2004 - one distance may be a gap


def is_alive(meter: str, values: Collection[float]) -> bool:
    """Whether values show that a meter works.

    The first cpu sample of a server is 0.0, taken before the guest ran: only growth counts.
    """
    if meter == "cpu":
        return len(set(values)) > 1
    return any(value > 0 for value in values)


def _seconds(span: Any) -> float:
    """Gnocchi writes a granularity as seconds, or as ``H:MM:SS``."""
    if isinstance(span, int | float):
        return float(span)
    hours, minutes, seconds = str(span).rpartition(" ")[2].split(":")
    days = int(str(span).split(" ", 1)[0]) if "day" in str(span) else 0
    return days * 86400 + int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _metered(resource: Mapping[str, Any]) -> Metered:
    return Metered(id=resource["id"], attributes=resource, metrics=resource.get("metrics") or {})
