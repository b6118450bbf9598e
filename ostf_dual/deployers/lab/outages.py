"""Takes what runs in a lab away for a while, and brings it back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.lab.supervision import Supervisor
from ostf_dual.deployers.progress import Progress
from ostf_dual.errors import OstfError
from ostf_dual.waiting import wait_until

_RUNS_S = 60.0


@contextmanager
def lost(lab: Lab, services: Sequence[str], what: str, progress: Progress) -> Iterator[None]:
    """These services are stopped, in this order, and started again at the end, in the other one.

    Args:
        lab: A lab that is up.
        services: By the supervisor's names.
        what: What a person calls all of them.
        progress: Told of both.
    """
    supervisor = lab.supervisor
    try:
        with progress.step(f"Take away {what}: {', '.join(services)}"):
            for each in services:
                supervisor.stop(each)
        yield
    finally:
        with progress.step(f"Bring back {what}"):
            for each in reversed(services):
                start(supervisor, each)


def services_of(lab: Lab, node: str) -> tuple[str, ...]:
    """What runs on a node, what was started last first.

    Raises:
        OstfError: Nothing does.
    """
    groups = {part.group for part in lab.shape.of_node(node)}
    found = [each.name for each in lab.supervisor.states() if each.node in groups]
    if not found:
        raise OstfError(
            f"the lab {lab.layout.name!r} has no node {node!r}; it has: {', '.join(lab.shape.nodes)}"
        )
    return tuple(reversed(found))


def start(supervisor: Supervisor, service: str) -> None:
    """Start a service, and wait until it runs."""
    supervisor.start(service)
    wait_until(lambda: supervisor.state(service).state, lambda state: state == "RUNNING",
               what=f"{service} to run again", timeout_s=_RUNS_S)  # fmt: skip
