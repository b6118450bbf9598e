"""What Nova and Cinder say of what went wrong is read as it was said."""

from types import SimpleNamespace
from typing import Any

from ostf_dual.cloud.complaints import failed_events, volume_messages

TRACEBACK = 'Traceback (most recent call last):\n  File "vmops.py", line 1\nnova.exception.Boom: no room\n'


class Compute:
    def __init__(self, events: list[dict[str, str]]) -> None:
        self.events = events

    def server_actions(self, _server: str) -> list[Any]:
        return [SimpleNamespace(request_id="req-1")]

    def get_server_action(self, request: str, _server: str) -> Any:
        return SimpleNamespace(request_id=request, action="create", message="Error", events=self.events)


class Cinder:
    def __init__(self, *, ok: bool) -> None:
        self.ok = ok

    def get(self, path: str, *, params: dict[str, str], microversion: str) -> Any:
        assert (path, params, microversion) == ("/messages", {"resource_uuid": "v-1"}, "3.5")
        return SimpleNamespace(ok=self.ok, json=lambda: {"messages": [{"user_message": "no pool has room"}]})


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


def test_cinders_messages_are_read_where_it_has_them() -> None:
    assert volume_messages(Cinder(ok=True), "v-1") == ("no pool has room",)
    assert volume_messages(Cinder(ok=False), "v-1") == ()
