"""What Nova and Cinder say of a thing that went wrong, where a status alone does not tell why."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ostf_dual.cloud.asking import asking

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud

_MESSAGES = "3.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedEvent:
    """A part of a server's action that failed.

    Attributes:
        request: Its request's id, by which every service's log can be searched.
        reason: The last line of the traceback, which is the driver's own word; else what Nova says.
        traceback: To admins only; empty otherwise.
    """

    server_id: str
    action: str
    request: str
    event: str
    host: str
    reason: str
    traceback: str = ""

    def __str__(self) -> str:
        return f"{self.action}: {self.event} on {self.host or 'a host'}: {self.reason} ({self.request})"


def failed_events(cloud: "Cloud", server_id: str) -> tuple[FailedEvent, ...]:
    """What failed in the course of a server's actions, the newest action first."""
    compute: Any = (cloud.admin or cloud.project).compute
    with asking(f"the actions of server {server_id}"):
        actions = [
            compute.get_server_action(each.request_id, server_id)
            for each in compute.server_actions(server_id)
        ]
    return tuple(event for action in actions for event in _failed(server_id, action))


def _failed(server_id: str, action: Any) -> Iterator[FailedEvent]:
    for event in action.events or ():
        if event.get("result") == "Error":
            traceback = (event.get("traceback") or "").strip()
            last = traceback.splitlines()[-1].strip() if traceback else ""
            yield FailedEvent(
                server_id=server_id,
                action=action.action,
                request=action.request_id,
                event=event["event"],
                host=event.get("host") or "",
                reason=last or event.get("details") or action.message or "no reason given",
                traceback=traceback,
            )


def volume_messages(storage: Any, volume_id: str) -> tuple[str, ...]:
    """Cinder's user messages about a volume: the only place where it tells a user why."""
    with asking(f"the messages about volume {volume_id}"):
        answer = storage.get("/messages", params={"resource_uuid": volume_id}, microversion=_MESSAGES)
    return tuple(each["user_message"] for each in answer.json().get("messages", ())) if answer.ok else ()
