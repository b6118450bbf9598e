"""A server that stays while a scenario changes the cloud around it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ostf_dual.cloud.residents import Resident, Trace, changes
from ostf_dual.cloud.workbench import Workbench
from ostf_dual.plugin.stage import connected

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.environment.model import Access
    from ostf_dual.journal import Journal
    from ostf_dual.plugin.typing import Evidence, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """The server, and what was known of it before anything was changed."""

    cloud: "Cloud"
    resident: Resident
    untouched: Trace

    def changes(self) -> tuple[str, ...]:
        """What is otherwise now, a line each."""
        return changes(self.untouched, self.resident.trace())


@contextmanager
def stay(access: "Access", journal: "Journal", step: "Step", evidence: "Evidence") -> Iterator[Stay]:
    """Boot it in the one zone of a cloud; it is removed at the end.

    Raises:
        AssertionError: Something of it is left then.
    """
    with connected(access) as cloud:
        workbench = Workbench(cloud, cloud.zones(), journal)
        try:
            with step("boot a server with a volume, to stay"):
                (zone,) = cloud.zones()
                resident = Resident(workbench, zone)
                untouched = resident.trace()
                evidence("the server before", str(untouched))
            yield Stay(cloud=cloud, resident=resident, untouched=untouched)
        finally:
            leftovers = workbench.close()
    assert not leftovers, leftovers  # noqa: S101 - the cloud's word, as in a scenario
