"""What a test says of itself by ``@pytest.mark.check``; which tests run, in which zones and which order."""

import inspect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from ostf_dual.reports.kept import Key
from ostf_dual.runs.profiles import PROFILES, holds

if TYPE_CHECKING:
    from ostf_dual.cloud.zone import Zone

MARKER = (
    "check(id, *, profile, layer, needs=(), makes=(), hypervisors=(), budgets=()): a check of the catalogue. "
    "profile: quick, smoke, full, or one that is only run when named. "
    "needs: what the run prepares for it (server, volume, network). "
    "makes: what it makes for itself besides (server, volume). "
    "hypervisors: libvirt or vcenter, where the question is put to zones of one kind only. "
    "budgets: which of the environment's budgets bound its waiting (boot_s, volume_s ...)."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What the catalogue says of a test."""

    id: str
    profile: str
    layer: str
    needs: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    hypervisors: tuple[str, ...] = ()
    budgets: tuple[str, ...] = ()


def check_of(node: pytest.Item | pytest.Function) -> Check | None:
    """The check that a test is; None for an ordinary test.

    Raises:
        pytest.UsageError: The marker is not as declared.
    """
    mark = node.get_closest_marker("check")
    if mark is None:
        return None
    try:
        (check_id,) = mark.args
        return Check(id=check_id, **mark.kwargs)
    except (TypeError, ValueError) as error:
        raise pytest.UsageError(f"{node.nodeid}: @pytest.mark.check is not as declared: {error}") from None


def zones_for(check: Check | None, zones: Iterable["Zone"]) -> list["Zone"]:
    """The zones that the question is put to."""
    if check is None or not check.hypervisors:
        return list(zones)
    return [zone for zone in zones if _kind(zone) in check.hypervisors]


def is_selected(check: Check, profile: str) -> bool:
    """Whether a profile holds the check."""
    return holds(profile, check.profile)


def in_order(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Quick checks first; metering last, since samples lag; what looks for leftovers after everything.

    The zones of one check stay next to each other, whatever pytest's grouping by fixtures made of them.
    """
    first_seen: dict[str, int] = {}
    for index, item in enumerate(items):
        first_seen.setdefault(_place(item), index)
    return sorted(items, key=lambda item: (_rank(item), first_seen[_place(item)]))


def title_of(item: pytest.Function) -> tuple[str, str]:
    """The first line of a test's docstring, without the full stop, and the rest of it."""
    first, _, rest = (inspect.getdoc(item.function) or item.originalname).partition("\n")
    return first.removesuffix("."), rest.strip()


def zone_of(item: pytest.Item) -> "Zone | None":
    """The zone that the test is put to; None where it asks about the whole cloud."""
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("zone") if callspec else None


def case_of(item: pytest.Item) -> str:
    """What parametrisation other than the zone's calls this case."""
    callspec = getattr(item, "callspec", None)
    zone = zone_of(item)
    case = f"-{callspec.id}-" if callspec else ""
    return (case.replace(f"-{_in_an_id(zone.label)}-", "-", 1) if zone else case).strip("-")


def scenario_of(item: pytest.Item) -> str:
    """What a person calls a system scenario."""
    return scenario_named(getattr(item, "originalname", item.name))


def scenario_named(function: str) -> str:
    """By the name of its test function: ``test_add_vcenter`` is ``add-vcenter``."""
    return function.removeprefix("test_").replace("_", "-")


def key_of(item: pytest.Item) -> Key | None:
    """The question in its place, by which runs know it; None for a test that is no check."""
    check, zone = check_of(item), zone_of(item)
    return (check.id, case_of(item), zone.label if zone else None) if check else None


def fixtures_of(item: pytest.Item) -> Sequence[str]:
    """Names of the fixtures that the test asks for, directly or not."""
    return getattr(item, "fixturenames", ())


def _kind(zone: "Zone") -> str:
    return "libvirt" if zone.hypervisor.is_libvirt else zone.hypervisor.value


def _in_an_id(label: str) -> str:
    """As pytest writes it in the id of a test, which is ASCII."""
    return label.encode("unicode_escape").decode("ascii")


def _place(item: pytest.Item) -> str:
    return f"{item.path}::{getattr(item, 'originalname', item.name)}::{case_of(item)}"


def _rank(item: pytest.Item) -> int:
    check = check_of(item)
    if "leftovers" in fixtures_of(item):
        return len(PROFILES) + 2
    if check is None:
        return len(PROFILES)
    if check.layer == "metering":
        return len(PROFILES) + 1
    return PROFILES.index(check.profile) if check.profile in PROFILES else len(PROFILES)
