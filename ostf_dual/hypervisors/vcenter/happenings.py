"""What went on in a vCenter lately: its tasks and events."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyVmomi import vim

from ostf_dual.hypervisors.vcenter.client import VCenter

_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFacts:
    """A task that vCenter still remembers.

    Attributes:
        error: Why it failed; empty: it did not.
    """

    name: str
    entity: str
    state: str
    error: str
    queued_at: datetime

    def __str__(self) -> str:
        why = f": {self.error}" if self.error else ""
        return f"{self.queued_at:%H:%M:%S} {self.name} of {self.entity or 'something'}: {self.state}{why}"


def recent_tasks(vcenter: VCenter) -> tuple[TaskFacts, ...]:
    """What vCenter remembers of its tasks, newest first: about ten minutes."""
    tasks = vcenter.ask("for its recent tasks", lambda content: list(content.taskManager.recentTask))
    infos = (record["info"] for record in vcenter.read(tasks, "info").values() if "info" in record)
    return tuple(sorted(map(_task, infos), key=lambda task: task.queued_at, reverse=True))


def recent_events(vcenter: VCenter, moref: str) -> tuple[str, ...]:
    """The latest events of a cluster and of what is in it, newest first, a line each."""
    cluster = vcenter.managed(vim.ClusterComputeResource, moref)
    everything = vim.event.EventFilterSpec(
        entity=vim.event.EventFilterSpec.ByEntity(
            entity=cluster, recursion=vim.event.EventFilterSpec.RecursionOption.all
        ),
        maxCount=_MOST,
    )
    events = vcenter.ask(
        f"for the events of {moref}", lambda content: content.eventManager.QueryEvents(everything)
    )
    newest = sorted(events, key=lambda event: event.createdTime, reverse=True)[:_MOST]
    return tuple(f"{event.createdTime:%H:%M:%S} {_told(event)}" for event in newest)


def _task(info: Any) -> TaskFacts:
    error = info.error
    words = (
        getattr(error, "localizedMessage", "") or getattr(error, "msg", "") or getattr(error, "reason", "")
    )
    name = info.descriptionId or getattr(info.name, "info", None) or "a task"
    kind = type(error).__name__.rpartition(".")[2]
    return TaskFacts(
        name=str(name),
        entity=info.entityName or "",
        state=str(info.state),
        error=f"{kind}: {words}".rstrip(": ") if error is not None else "",
        queued_at=info.queueTime,
    )


def _told(event: Any) -> str:
    kind = type(event).__name__.rpartition(".")[2]
    return f"{kind}: {(event.fullFormattedMessage or '').strip()}".rstrip(": ")
