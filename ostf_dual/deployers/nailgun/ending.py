"""Stops what a cluster is doing, and removes it."""

from ostf_dual.deployers.nailgun import tasks
from ostf_dual.deployers.nailgun.answers import RefusedError
from ostf_dual.deployers.nailgun.master import Master
from ostf_dual.deployers.nailgun.tasks import Patience, Task
from ostf_dual.deployers.progress import Progress
from ostf_dual.redaction import redacted
from ostf_dual.waiting import wait_until

_STOPPABLE = frozenset({"deploy", "provision", "deployment"})


def settle(master: Master, cluster: int, patience: Patience, progress: Progress) -> None:
    """Wait for the end of what goes on in a cluster; how it ends is seen afterwards."""
    for task in tasks.tasks_of(master, cluster):
        with progress.step(f"Wait for the master's task {task.name} to end"):
            tasks.follow(master, task, patience, progress)


def stop(master: Master, cluster: int, patience: Patience, progress: Progress) -> bool:
    """Stop a deployment that is going on; False: there is none.

    Raises:
        RefusedError: The master would not.
        OstfError: It could not be asked.
    """
    if not any(each.name in _STOPPABLE for each in tasks.tasks_of(master, cluster)):
        return False
    with progress.step("Stop the deployment"):
        answer = master.put(f"clusters/{cluster}/stop_deployment", {})
        tasks.followed(master, answer, patience, progress)
    return True


def remove(master: Master, cluster: int, patience: Patience, progress: Progress) -> None:
    """Delete a cluster, and see that it is gone; its nodes are discovered anew, under other ids.

    Raises:
        RefusedError: The master would not.
        WaitTimeoutError: It is still there.
        OstfError: It could not be asked.
    """
    stop(master, cluster, patience, progress)
    settle(master, cluster, patience, progress)
    with progress.step(f"Delete the cluster {cluster}"):
        answer = master.delete(f"clusters/{cluster}")
        if answer is None:
            return
        # Before 9.2 the answer is empty: accepted, and nothing but the cluster itself tells how it ends.
        task = Task.of(answer) if "id" in answer else None

        def is_gone() -> bool:
            if master.find(f"clusters/{cluster}") is None:
                return True
            if task is None:
                return False
            # The task is deleted with the cluster: while it is there it may say why the cluster stays.
            found = master.find(f"tasks/{task.number}")
            if found is not None and found["status"] == "error":
                raise RefusedError(f"the cluster was not deleted: {redacted(found.get('message') or '')}")
            return False

        wait_until(
            is_gone,
            bool,
            what=f"the cluster {cluster} to be gone",
            timeout_s=patience.timeout_s,
            describe=lambda _: "it is there",
            first_pause_s=min(1.0, patience.poll_s),
            longest_pause_s=patience.poll_s,
        )
