"""What some deployers can do beside deploying: take a part of their cloud away for a while."""

from contextlib import AbstractContextManager
from typing import Protocol, runtime_checkable

from ostf_dual.deployers.progress import Progress
from ostf_dual.environment.definition import Environment


@runtime_checkable
class Outages(Protocol):
    """A deployer that can take a part of a cloud away that it deployed. At the end of an outage the part is back."""

    def node_lost(
        self, environment: Environment, node: str, progress: Progress
    ) -> AbstractContextManager[None]:
        """Nothing runs any more on a node of the definition.

        Raises:
            OstfError: There is no such node, or it did not come back.
        """

    def service_lost(
        self, environment: Environment, service: str, progress: Progress
    ) -> AbstractContextManager[None]:
        """A service does not run any more, wherever it did; it is called as its program: ``glance-api``.

        Raises:
            OstfError: There is no such service, or it did not come back.
        """
