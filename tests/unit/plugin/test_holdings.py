"""What a run holds, and gives back."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ostf_dual.environment.model import Access
from ostf_dual.plugin.holdings import Holdings


def test_a_scenario_that_made_things_in_a_cloud_of_its_own_has_nothing_to_clean_up_in_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    config: Any = SimpleNamespace(hook=None)
    request: Any = SimpleNamespace(access=Access(cloud="c"), environment=None)
    holdings = Holdings(config, request)
    holdings.prepare([])
    entry = holdings.journal.intend("server", "s")
    holdings.journal.made(entry, "id-1")
    holdings.journal.gone("server", "id-1")

    assert holdings.clean() == ()
    assert holdings.removed == ("1 server",)
