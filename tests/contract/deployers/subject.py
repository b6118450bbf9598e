"""What the contract is tried on: a deployer, and definitions that it can and cannot carry."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console

from ostf_dual.deployers.base import Deployer
from ostf_dual.deployers.progress import Progress
from ostf_dual.environment.definition import Environment


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A deployer with a place to deploy to, where nothing of the definition is deployed yet.

    Attributes:
        more: As `environment`, with one node more.
        beyond: What it refuses, by a message that holds `why`.
        seen: What there is, by another way than the deployer's.
        secret: The value of a secret in `environment`; empty: it has none.
        changes_nothing: It adopts what is there; nothing is to be deployed, and nothing ever changes.
    """

    deployer: Deployer
    environment: Environment
    more: Environment
    beyond: Environment
    why: str
    seen: Callable[[], object]
    secret: str = ""
    changes_nothing: bool = False
    output: io.StringIO = field(default_factory=io.StringIO)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Progress whose lines are kept in `output`."""
        progress = Progress(Console(file=self.output, width=200))
        try:
            yield progress
        finally:
            progress.close()
