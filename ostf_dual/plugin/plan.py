"""From the collected checks to what the run will take."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from statistics import median
from typing import TYPE_CHECKING

import pytest

from ostf_dual.plugin.checks import check_of, fixtures_of, key_of, zone_of
from ostf_dual.reports.archive import kept_runs
from ostf_dual.reports.arrangement import CLOUD
from ostf_dual.reports.kept import KeptRun, Key

if TYPE_CHECKING:
    from ostf_dual.cloud.amounts import Amounts
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.zone import Zone
    from ostf_dual.environment.model import Budgets
    from ostf_dual.reports.plan import Part, Plan

_REMEMBERED = 20
"""The latest runs of the cloud: what it was like last year tells nothing."""


def needs_of(items: Iterable[pytest.Item]) -> frozenset[str]:
    """What the run prepares for these checks."""
    return frozenset(need for item in items if (check := check_of(item)) for need in check.needs)


def acting_zones(items: Iterable[pytest.Item], zones: "Sequence[Zone]") -> "list[Zone]":
    """The zones in which things are prepared: what has needs and no zone, has them in every zone."""
    places = {zone_of(item) for item in items if (check := check_of(item)) and check.needs} or {None}
    return [zone for zone in zones if not places.isdisjoint({zone, None})]


def amounts_of(cloud: "Cloud", zones: "Sequence[Zone]", items: Sequence[pytest.Item]) -> "dict[str, Amounts]":
    """What each zone's part of the run takes, by label; under ``cloud`` what belongs to none."""
    from ostf_dual.cloud.amounts import of_network, of_zone

    needs, acting = needs_of(items), acting_zones(items, zones)
    found = {CLOUD: of_network(cloud, len(zones), needs)}
    for zone in zones:
        makes = [_made_by(item) for item in items if zone_of(item) in {zone, None}]
        found[zone.label] = of_zone(zone, needs if zone in acting else frozenset(), makes)
    return found


def wanted_by(cloud: "Cloud", zones: "Sequence[Zone]", items: Sequence[pytest.Item]) -> "Amounts":
    """What a run of these checks takes in all."""
    from ostf_dual.cloud.amounts import Amounts

    return sum(amounts_of(cloud, zones, items).values(), Amounts())


def plan_of(cloud: "Cloud", zones: "Sequence[Zone]", items: Sequence[pytest.Item], profile: str) -> "Plan":
    """The run that these checks would be. Makes nothing.

    Raises:
        OstfError: The quotas could not be asked for.
    """
    from ostf_dual.cloud.admission import unfit
    from ostf_dual.cloud.isolation import obstacle
    from ostf_dual.reports.plan import Plan

    by_place: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        zone = zone_of(item)
        by_place[zone.label if zone else CLOUD].append(item)
    runs = kept_runs(cloud=cloud.access.cloud)[-_REMEMBERED:]
    took, amounts = _durations(runs), amounts_of(cloud, zones, items)
    budgets = cloud.access.budgets
    acts = any("workbench" in fixtures_of(item) for item in items)
    return Plan(
        cloud=cloud.access.cloud,
        profile=profile,
        parts=tuple(_part(name, amounts[name], by_place[name], took, budgets) for name in sorted(amounts)),
        ground=obstacle(cloud, zones) if acts else "it only reads",
        unfit=unfit(cloud, zones, wanted_by(cloud, zones, items)) if acts else (),
        past=len(runs),
    )


def _part(
    name: str,
    amounts: "Amounts",
    items: Sequence[pytest.Item],
    took: dict[Key, float],
    budgets: "Budgets",
) -> "Part":
    from ostf_dual.reports.plan import Part

    allowed = asdict(budgets)
    keys = [key for item in items if (key := key_of(item))]
    checks = [check for item in items if (check := check_of(item))]
    return Part(
        name=name,
        checks=len(keys),
        amounts=amounts,
        expected_s=round(sum(took.get(key, 0.0) for key in keys), 1),
        unknown=sum(key not in took for key in keys),
        bound_s=sum(allowed[budget] for check in checks for budget in check.budgets),
    )


def _durations(runs: Iterable[KeptRun]) -> dict[Key, float]:
    """How long each check took, in seconds: the middle of what the runs say."""
    told: dict[Key, list[float]] = defaultdict(list)
    for run in runs:
        for check in run.checks:
            if check.outcome.is_answer:
                told[check.key].append(check.duration_s)
    return {key: median(each) for key, each in told.items()}


def _made_by(item: pytest.Item) -> tuple[str, ...]:
    check = check_of(item)
    fresh = ("server",) if "fresh_vm" in fixtures_of(item) else ()
    return (*(check.makes if check else ()), *fresh)
