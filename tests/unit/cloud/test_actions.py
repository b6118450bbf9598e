"""What failed of what Nova did with a server is told as it was said."""

from types import SimpleNamespace
from typing import Any

from ostf_dual.cloud.actions import failed_events

TRACEBACK = 'Traceback (most recent call last):\n  File "vmops.py", line 1\nnova.exception.Boom: no room\n'


class Compute:
    def __init__(self, events: list[dict[str, str]]) -> None:
        self.events = events

    def server_actions(self, _server: str) -> list[Any]:
        return [SimpleNamespace(request_id="req-1")]

    def get_server_action(self, request: str, _server: str) -> Any:
        return SimpleNamespace(request_id=request, action="create", message="Error", events=self.events)


def test_an_event_that_failed_is_told_by_the_last_line_of_its_traceback_or_by_nova() -> None:
    well = {"event": "compute_prep", "result": "Success"}
    told = {"event": "compute_build", "result": "Error", "host": "esx-1", "traceback": TRACEBACK}
    hidden = {"event": "compute_build", "result": "Error"}
    compute = Compute([well, told, hidden])
    cloud: Any = SimpleNamespace(admin=SimpleNamespace(compute=compute))

    found = failed_events(cloud, "s")

    assert [event.reason for event in found] == ["nova.exception.Boom: no room", "Error"]
    assert str(found[0]) == "create: compute_build on esx-1: nova.exception.Boom: no room (req-1)"
    assert found[0].traceback.startswith("Traceback")
