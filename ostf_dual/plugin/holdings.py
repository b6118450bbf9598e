"""What a run holds while it lasts: the cloud, its journal, its workbench."""

import contextlib
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

import pytest

from ostf_dual.errors import OstfError
from ostf_dual.plugin.checks import fixtures_of
from ostf_dual.plugin.options import Request
from ostf_dual.plugin.plan import acting_zones, needs_of
from ostf_dual.runs.journal import FileJournal, read_journal
from ostf_dual.runs.state import new_run_id, runs_folder

if TYPE_CHECKING:
    from ostf_dual.cloud.cloud import Cloud
    from ostf_dual.cloud.underway import Task
    from ostf_dual.cloud.workbench import Workbench
    from ostf_dual.cloud.zone import Zone
    from ostf_dual.diagnosis.diagnostician import Diagnostician
    from ostf_dual.journal import Entry

T = TypeVar("T")


class Holdings:
    """Taken one after the other, given back at once."""

    def __init__(self, config: pytest.Config, request: Request) -> None:
        self.run_id = new_run_id()
        self.zones: tuple[Zone, ...] = ()
        self.ground = ""
        """In which project the run works, and why there."""
        self.unverified: tuple[str, ...] = ()
        """Whose certificates are not verified."""
        self._hook, self._request = config.hook, request
        self._cloud: Cloud | None = None
        self._journal: FileJournal | None = None
        self._workbench: Workbench | None = None
        self._leftovers: tuple[str, ...] | None = None
        self._diagnostician: Diagnostician | None = None

    @property
    def cloud(self) -> "Cloud":
        """The cloud, connected."""
        return _held(self._cloud, "the cloud")

    @property
    def journal(self) -> FileJournal:
        """The journal of this run."""
        return _held(self._journal, "the journal")

    @property
    def workbench(self) -> "Workbench":
        """What the run prepared for its checks."""
        return _held(self._workbench, "the workbench")

    @property
    def diagnostician(self) -> "Diagnostician | None":
        """Who finds out why checks fail; None: there is no cloud to ask."""
        if self._diagnostician is None and self._cloud is not None:
            hook = self._hook.pytest_ostf_diagnostician
            self._diagnostician = hook(cloud=self._cloud, run_id=self.run_id)
        return self._diagnostician

    def connect(self) -> None:
        """Log in to the cloud and ask it for its zones."""
        self._cloud = self._hook.pytest_ostf_connect(access=self._request.access)
        self.unverified = tuple(self.cloud.unverified())
        self.zones = tuple(self.cloud.zones())

    def prepare(self, items: Sequence[pytest.Item]) -> tuple[str, ...]:
        """Open the journal, and begin to make what the checks need, where they need it; returns the needs."""
        access = self._request.access
        try:
            self._journal = FileJournal.begin(
                runs_folder(), self.run_id, access.cloud, self._request.environment
            )
        except OSError as error:
            raise OstfError(f"the journal cannot be written: {error}") from None
        if not any("workbench" in fixtures_of(item) for item in items):
            return ()
        needs = needs_of(items)
        self.ground = self._hook.pytest_ostf_admit(
            cloud=self.cloud, zones=self.zones, items=items, journal=self._journal
        )
        self._set_workbench()
        self.workbench.start(needs, acting_zones(items, self.zones))
        return tuple(sorted(needs))

    def under_way(self) -> "tuple[Task, ...]":
        """What is made in the background right now."""
        return self._workbench.under_way.tasks() if self._workbench else ()

    def clean(self) -> tuple[str, ...]:
        """Remove what the run made, once; returns what could not be removed, each time."""
        if self._leftovers is None:
            leftovers: tuple[str, ...] = ()
            if self._journal:
                # Admission came to no end; where there is no cloud, a scenario made one, and cleans up in it itself.
                if self._workbench is None and self._cloud is not None and self._journal.was_used:
                    self._set_workbench()
                leftovers = self._workbench.close() if self._workbench else ()
                self._journal.cleaned(leftovers)
            self._leftovers = leftovers
        return self._leftovers

    @property
    def leftovers(self) -> tuple[str, ...]:
        """What clean-up could not remove; what may be left, where it did not come to its end."""
        if self._leftovers is not None:
            return self._leftovers
        return tuple(f"{entry.kind} {entry.name}" for entry in reversed(self._entries) if not entry.gone)

    @property
    def removed(self) -> tuple[str, ...]:
        """How many of each kind were seen to be gone."""
        gone = Counter(entry.kind for entry in self._entries if entry.gone)
        return tuple(f"{count} {kind}{'s' * (count > 1)}" for kind, count in sorted(gone.items()))

    def close(self) -> None:
        """Log out."""
        if self._journal:
            self._journal.close()
        if self._cloud:
            with contextlib.suppress(Exception):  # nothing hangs on a good-bye
                self._cloud.close()

    def _set_workbench(self) -> None:
        self._workbench = self._hook.pytest_ostf_workbench(
            cloud=self.cloud, zones=self.zones, journal=self.journal
        )

    @property
    def _entries(self) -> "tuple[Entry, ...]":
        return read_journal(self._journal.path).entries if self._journal else ()


def _held(thing: T | None, name: str) -> T:
    if thing is None:
        raise RuntimeError(f"no check may ask for {name} before the run has it")
    return thing
