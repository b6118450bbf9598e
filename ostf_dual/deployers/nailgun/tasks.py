"""The master's tasks: what it does goes on after its answer, and only the task tells how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ostf_dual.deployers.nailgun.answers import RefusedError
from ostf_dual.deployers.nailgun.master import Master
from ostf_dual.deployers.progress import Progress
from ostf_dual.redaction import redacted
from ostf_dual.waiting import wait_until

_STEP_PERCENT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task as it is at a moment.

    Attributes:
        progress: In percent; 100 does not mean that it has ended.
    """

    number: int
    name: str
    status: str
    progress: int
    message: str
    is_part: bool

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "Task":
        """From the master's JSON."""
        return cls(
            number=found["id"],
            name=found["name"],
            status=found["status"],
            progress=int(found.get("progress") or 0),
            message=found.get("message") or "",
            is_part=found.get("parent_id") is not None,
        )

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.status in {"ready", "error"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long, and how often, a task is asked for."""

    timeout_s: float
    poll_s: float


def tasks_of(master: Master, cluster: int) -> tuple[Task, ...]:
    """What goes on in a cluster, without the parts of it."""
    found = map(Task.of, master.read("tasks", cluster_id=cluster))
    return tuple(each for each in found if not (each.is_over or each.is_part))


def follow(master: Master, task: Task, patience: Patience, progress: Progress) -> Task | None:
    """See a task to its end, and say how far it is.

    Returns:
        The task as it ended; None: it is gone, as a stopped deployment and a deleted cluster's tasks are.

    Raises:
        WaitTimeoutError: It has not ended in time.
        OstfError: The master could not be asked.
    """
    told = -_STEP_PERCENT

    def read() -> Task | None:
        nonlocal told
        found = master.find(f"tasks/{task.number}")
        now = None if found is None else Task.of(found)
        if now and not now.is_over and now.progress >= told + _STEP_PERCENT:
            told = now.progress
            progress.say(f"    {now.name} {now.progress} %")
        return now

    if task.is_over:
        return task
    return wait_until(
        read,
        lambda now: now is None or now.is_over,
        what=f"the master's task {task.name} ({task.number}) to end",
        timeout_s=patience.timeout_s,
        describe=lambda now: f"{now.status}, {now.progress} %" if now else "gone",
        first_pause_s=min(1.0, patience.poll_s),
        longest_pause_s=patience.poll_s,
    )


def followed(master: Master, answer: Any, patience: Patience, progress: Progress) -> Task | None:
    """As ``follow``, of the task that a request was answered with; HTTP 200 and 202 say nothing of how it ended.

    Raises:
        RefusedError: It ended in error; says the master's reason.
    """
    task = follow(master, Task.of(answer), patience, progress)
    if task is not None and task.status == "error":
        raise RefusedError(f"the master's task {task.name} ended in error: {redacted(task.message)}")
    return task
