"""One run under pytest: connect, choose, prepare, ask, clean up, tell."""

import contextlib
import time
import traceback
from collections import Counter
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ostf_dual.environment.definition import Environment
from ostf_dual.errors import InputError
from ostf_dual.plugin.choice import Choice
from ostf_dual.plugin.ending import Ended, tell
from ostf_dual.plugin.holdings import Holdings
from ostf_dual.plugin.options import Request
from ostf_dual.plugin.plan import plan_of
from ostf_dual.plugin.problem import problem_of
from ostf_dual.plugin.record import Record
from ostf_dual.reports.activity import Tasks
from ostf_dual.reports.events import (
    CheckEnded,
    ChecksChosen,
    CleaningUp,
    Remark,
    RunBegan,
    ZonesFound,
)
from ostf_dual.reports.files import clear
from ostf_dual.reports.plan import show_plan
from ostf_dual.reports.view import View
from ostf_dual.runs.ends import heed_ends
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.result import Problem, Result

if TYPE_CHECKING:
    from rich.console import Console

RUN: pytest.StashKey["Run"] = pytest.StashKey()
OpenView = Callable[[pytest.Config, Tasks], View]


class Run:
    """The hooks of a run, and what its fixtures share."""

    def __init__(self, config: pytest.Config, request: Request, open_view: OpenView) -> None:
        self.holdings = Holdings(config, request)
        self.causes: dict[tuple[str, str], pytest.Item] = {}
        """By zone and kind: who was told first why the thing that a zone shares cannot be had."""
        self._config, self._request = config, request
        self._view = open_view(config, self.holdings.under_way)
        config.pluginmanager.register(Choice(request, self.holdings, self._refuse), "ostf_dual.choice")
        self._results: list[Result] = []
        self._problem: Problem | None = None
        self._interrupted = False
        self._plan_code = ExitCode.OK
        self._started_at, self._begin = datetime.now(UTC), time.monotonic()

    @property
    def definition(self) -> Environment:
        """What system scenarios are given."""
        if self._request.definition is None:
            raise RuntimeError("no scenario may run without a definition")
        return self._request.definition

    @property
    def reports(self) -> Path:
        """Where the reports go."""
        return self._request.reports

    @property
    def console(self) -> "Console":
        """The terminal, whatever pytest captures."""
        return self._view.console

    # Before the checks

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> bool | None:
        """Ask the cloud for its zones before tests are collected, since they are what tests are made for."""
        heed_ends()
        try:
            self._connect()
        except KeyboardInterrupt:
            self._interrupted = True
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told, and the reports are written
            self._problem = problem_of(error)
        else:
            return None
        return True  # nothing is collected

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Start what the collected checks need, then let them run."""
        if not (self._problem or self._interrupted or session.config.option.collectonly):
            try:
                if self._request.is_plan:
                    self._plan(session.items)
                else:
                    with contextlib.suppress(OSError):
                        clear(self._request.reports)
                    self._prepare(session.items)
            except Exception as error:  # noqa: BLE001 - likewise
                self._problem = problem_of(error)
        if self._problem or self._request.is_plan:
            session.items.clear()
        try:
            return (yield)
        except KeyboardInterrupt:
            # pytest also says so of scenarios that could not be loaded: that is a problem, noted already.
            self._interrupted = self._problem is None
            return True

    @property
    def _only_looks(self) -> bool:
        """Whether no check is asked, so that there is no run to report and to remember."""
        return bool(self._request.is_plan or self._config.option.collectonly)

    def _refuse(self, error: InputError) -> None:
        self._problem = problem_of(error)

    def _connect(self) -> None:
        cloud = self._request.access.cloud
        self._view.tell(RunBegan(run_id=self.holdings.run_id, cloud=cloud, profile=self._request.profile))
        if self._request.definition is not None:
            return  # its scenarios make the cloud
        self.holdings.connect()
        self._view.tell(ZonesFound(zones={zone.label: zone.hypervisor for zone in self.holdings.zones}))

    def _plan(self, items: list[pytest.Item]) -> None:
        """Say what a run would take, in place of running it."""
        self._view.stop()
        plan = plan_of(self.holdings.cloud, self.holdings.zones, items, self._request.profile)
        self._plan_code = ExitCode.BROKEN if plan.unfit else ExitCode.OK
        show_plan(self.console, plan, as_json=self._request.as_json)

    def _prepare(self, items: list[pytest.Item]) -> None:
        needs = self.holdings.prepare(items)
        places = Counter(record.place for item in items if (record := Record.of(item)))
        self._view.tell(ChecksChosen(counts=places, needs=needs, ground=self.holdings.ground))

    # Each check

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Say what is being asked; a scenario tells its steps itself."""
        if (record := Record.of(item)) and self._request.definition is None:
            self._view.tell(record.began(self._request.access.budgets))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Turn what happened into a result of ours."""
        report = yield
        if record := Record.of(item):
            record.add(call, report)
            self._examine(record)
            if report.when == "teardown":
                result = record.result()
                self._results.append(result)
                self._view.tell(CheckEnded(result=result))
        return report

    def _examine(self, record: Record) -> None:
        """Find out why it failed, while what it failed on is still there."""
        diagnostician = self.holdings.diagnostician
        if not record.is_to_examine or diagnostician is None:
            return
        try:
            record.examine(diagnostician)
        except Exception as error:  # noqa: BLE001 - a diagnosis that fails must not cost the result
            record.recorder.attach("diagnosis failed", "".join(traceback.format_exception(error)))

    def pytest_report_teststatus(self) -> tuple[str, str, str] | None:
        """The view says it; no letters besides, unless asked for by -vv."""
        return ("", "", "") if self._config.option.verbose < 0 else None

    # After the checks

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A scenario that cannot be imported is a fault of ours, or of whoever wrote it."""
        if report.failed:
            message = f"{report.nodeid} cannot be loaded:\n{report.longreprtext}"
            self._problem = Problem(code=ExitCode.INTERNAL_ERROR, message=message)

    def clean(self) -> tuple[str, ...]:
        """Remove what the run made; returns what could not be removed."""
        self._view.tell(CleaningUp())
        return self.holdings.clean()

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None, None, None]:
        """Clean up, judge and tell, also after an interrupt or a crash."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - a failing clean-up of a fixture must not cost the results
            self._problem = problem_of(error)
        except KeyboardInterrupt:
            self._interrupted = True
        if self._only_looks:
            session.exitstatus = self._looked(exitstatus)
            return
        if exitstatus == pytest.ExitCode.INTERRUPTED:
            self._interrupted = self._problem is None
        if exitstatus == pytest.ExitCode.INTERNAL_ERROR:
            self._problem = Problem(code=ExitCode.INTERNAL_ERROR, message="internal error, shown above")
        try:
            self.clean()
        except KeyboardInterrupt:
            self._interrupted = True
        except Exception as error:  # noqa: BLE001 - likewise
            self._problem = problem_of(error)
        session.exitstatus = self._tell()
        self.holdings.close()

    def _looked(self, exitstatus: int) -> int:
        """Say what kept it from looking; returns the exit code."""
        if self._problem:
            self._view.tell(Remark(text=self._problem.message))
        self._view.stop()
        self.holdings.close()
        if self._problem:
            return self._problem.code
        if self._interrupted:
            return ExitCode.INTERRUPTED
        ended_early = exitstatus in {pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR}
        return self._plan_code if self._request.is_plan and not ended_early else exitstatus

    def _tell(self) -> ExitCode:
        ended = Ended(
            results=tuple(self._results),
            started_at=self._started_at,
            wall_s=time.monotonic() - self._begin,
            problem=self._problem,
            interrupted=self._interrupted,
        )
        return tell(ended, self._request, self.holdings, self._view)
