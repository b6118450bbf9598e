"""Which checks are asked, and in which zones."""

from collections.abc import Callable

import pytest

from ostf_dual.errors import InputError
from ostf_dual.plugin.checks import check_of, in_order, is_selected, key_of, scenario_of, zone_of, zones_for
from ostf_dual.plugin.holdings import Holdings
from ostf_dual.plugin.options import Request


class Choice:
    """The hooks of pytest's collection."""

    def __init__(self, request: Request, holdings: Holdings, refuse: Callable[[InputError], None]) -> None:
        """Choose nothing yet.

        Args:
            request: What the run is asked for.
            holdings: They know the zones once the cloud is connected.
            refuse: Told where what is asked for is not there.
        """
        self._request, self._holdings, self._refuse = request, holdings, refuse

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test for each zone that its question is put to."""
        if "zone" in metafunc.fixturenames:
            zones = zones_for(check_of(metafunc.definition), self._holdings.zones)
            metafunc.parametrize("zone", zones, ids=[zone.label for zone in zones])

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Let ``-k "BOOT-01 and Zürich"`` choose a check by its id, and its zone however it is written."""
        if check := check_of(item):
            item.extra_keyword_matches.add(check.id)
            found = zone_of(item)
            item.extra_keyword_matches.update(zone.label for zone in self._holdings.zones if zone is found)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the checks of the profile, in their order."""
        left_out = []
        for item in items:
            # A question for a hypervisor that this cloud does not have is no result.
            somewhere = zone_of(item) in {None, *self._holdings.zones}
            check = check_of(item)
            if check and not (
                somewhere and is_selected(check, self._request.profile) and self._is_wanted(item)
            ):
                left_out.append(item)
        left_out += self._other_scenarios([item for item in items if item not in left_out])
        config.hook.pytest_deselected(items=left_out)
        items[:] = in_order([item for item in items if item not in left_out])

    def _other_scenarios(self, items: list[pytest.Item]) -> list[pytest.Item]:
        """All but the one that was asked for by name."""
        wanted = self._request.scenario
        if wanted is None:
            return []
        others = [item for item in items if not _is_called(item, wanted)]
        if len(others) == len(items):
            known = ", ".join(sorted(map(scenario_of, items))) or "none"
            self._refuse(InputError(f"there is no scenario {wanted!r}; there are: {known}"))
        return others

    def _is_wanted(self, item: pytest.Item) -> bool:
        """Whether it is asked, or was at fault in the run whose faults are asked about again."""
        again = self._request.again
        return again is None or key_of(item) in {fault.key for fault in again.to_ask_again}


def _is_called(item: pytest.Item, name: str) -> bool:
    """Whether a scenario has this name or id."""
    check = check_of(item)
    return scenario_of(item) == name or (check is not None and check.id == name.upper())
