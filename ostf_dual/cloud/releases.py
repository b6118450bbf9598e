"""Which OpenStack release a cloud runs, as far as its APIs tell.

No API names the release. Nova's highest microversion bounds it (source: Nova's REST API version history), and
the other services of a cloud are taken to be of the same release. So is Ceilometer, which has no API at all.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ostf_dual.cloud.asking import asking

if TYPE_CHECKING:
    from openstack.connection import Connection

# Highest microversion -> the releases that have it. 2.100: openstacksdk and Nova's release notes of 2025.1.
NOVA_RELEASES: tuple[tuple[tuple[int, int], tuple[str, ...]], ...] = (
    ((2, 53), ("2017.2",)),
    ((2, 60), ("2018.1",)),
    ((2, 65), ("2018.2",)),
    ((2, 72), ("2019.1",)),
    ((2, 79), ("2019.2",)),
    ((2, 87), ("2020.1", "2020.2")),
    ((2, 88), ("2021.1",)),
    ((2, 90), ("2021.2", "2022.1")),
    ((2, 93), ("2022.2",)),
    ((2, 95), ("2023.1", "2023.2")),
    ((2, 96), ("2024.1", "2024.2")),
    ((2, 100), ("2025.1",)),
)
NEWER = ("2025.2",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """The releases that an API's versions allow, oldest first; "2025.2" stands for all newer ones too."""

    service: str
    microversion: str
    candidates: tuple[str, ...]

    def __str__(self) -> str:
        return " or ".join(self.candidates) or "unknown"


def release_of_nova(microversion: str) -> tuple[str, ...]:
    """The releases whose Nova ends at this microversion.

    One that lies between two releases (a development version) is counted to the later of them.
    """
    asked = _number(microversion)
    return next((releases for highest, releases in NOVA_RELEASES if asked <= highest), NEWER)


def _number(microversion: str) -> tuple[int, int]:
    major, _, minor = microversion.partition(".")
    return int(major), int(minor or 0)


def nova_release(project: "Connection") -> Release:
    """The release by Nova's word."""
    with asking("the compute API's versions"):
        data = project.compute.get_endpoint_data()
    highest = data.max_microversion if data is not None else None
    if not highest:
        return Release(service="nova", microversion="none", candidates=())
    text = ".".join(map(str, highest))
    return Release(service="nova", microversion=text, candidates=release_of_nova(text))
