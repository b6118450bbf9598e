"""Whether a run may begin to make things, and where it makes them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ostf_dual.cloud.amounts import Amounts, shortfalls
from ostf_dual.cloud.isolation import isolate, obstacle
from ostf_dual.errors import OstfError
from ostf_dual.journal import Journal

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.zone import Zone


class WouldNotFitError(OstfError):
    """The run would need more than its project may have; nothing of it was made but, at most, that project."""

    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__("the run would not fit, and was not begun: " + "; ".join(lines))


def unfit(cloud: "Cloud", zones: "Iterable[Zone]", wanted: Amounts) -> tuple[str, ...]:
    """Why a run would not fit, a line with figures each; empty: it would. Makes nothing."""
    return shortfalls(cloud, wanted, own_project=obstacle(cloud, zones) is None)


def admit(cloud: "Cloud", zones: "Iterable[Zone]", wanted: Amounts, journal: Journal) -> str:
    """Look at the quotas, then give the run a project of its own where that can be had.

    Returns:
        Where the run works, in words.

    Raises:
        WouldNotFitError: A quota is too small; says which, with figures.
    """
    every = tuple(zones)
    if lines := unfit(cloud, every, wanted):
        raise WouldNotFitError(lines)
    told = isolate(cloud, every, journal)
    if not cloud.is_isolated and (lines := shortfalls(cloud, wanted, own_project=False)):
        raise WouldNotFitError(lines)
    return told
