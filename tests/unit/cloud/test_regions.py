"""Which region a cloud's services are taken from is settled before anything is asked of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import yaml

from ostf_dual.cloud.cloud import Cloud
from ostf_dual.cloud.regions import RegionError
from ostf_dual.environment.model import Access
from tests.unit.cloud.keystone import keystone

AUTH = {"username": "u", "password": "correct-horse", "project_name": "p", "user_domain_name": "Default"}
BOTH = ("RegionOne", "RegionTwo")


def regions_open(
    folder: Path, regions: Mapping[str, Sequence[str]], admin: str = "one", **settings: str
) -> tuple[str, ...]:
    """Among which a login to such a cloud finds no choice; none where it succeeds."""
    with keystone(regions) as server:
        file = folder / "clouds.yaml"
        cloud = {"auth": {"auth_url": server.url, **AUTH, "project_domain_name": "Default"}}
        file.write_text(yaml.safe_dump({"clouds": {"one": {**cloud, **settings}, "root": cloud}}))
        try:
            Cloud.connect(Access(cloud="one", clouds_file=file, admin_cloud=admin)).close()
        except RegionError as error:
            return error.regions
    return ()


@pytest.mark.parametrize(
    "catalogue",
    [
        {"identity": BOTH, "compute": BOTH, "image": tuple(reversed(BOTH))},
        {"identity": ("RegionOne",), "compute": BOTH, "image": ("RegionOne",)},
    ],
    ids=["every service", "one service"],
)
def test_several_regions_of_which_none_is_chosen_are_wrong_input_that_names_them(
    tmp_path: Path, catalogue: Mapping[str, Sequence[str]]
) -> None:
    assert regions_open(tmp_path, catalogue) == BOTH


def test_a_region_that_is_chosen_is_taken(tmp_path: Path) -> None:
    assert regions_open(tmp_path, {"identity": BOTH, "compute": BOTH}, region_name="RegionTwo") == ()


def test_the_admins_region_is_chosen_by_itself(tmp_path: Path) -> None:
    assert regions_open(tmp_path, {"compute": BOTH}, admin="root", region_name="RegionTwo") == BOTH


def test_a_region_that_is_chosen_for_the_service_alone_is_taken(tmp_path: Path) -> None:
    assert regions_open(tmp_path, {"compute": BOTH}, compute_region_name="RegionTwo") == ()


@pytest.mark.parametrize(
    "catalogue",
    [
        {"identity": ("RegionOne",), "compute": ("RegionOne",)},
        {"identity": ("Global",), "compute": ("RegionOne",), "image": ("RegionOne",)},
        {"identity": BOTH, "compute": ("RegionOne",)},
    ],
    ids=["one region", "a Keystone apart", "a Keystone that both share"],
)
def test_where_each_service_has_one_region_there_is_nothing_to_choose(
    tmp_path: Path, catalogue: Mapping[str, Sequence[str]]
) -> None:
    assert regions_open(tmp_path, catalogue) == ()
