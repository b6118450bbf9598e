"""One run under pytest: connect, choose, prepare, ask, clean up, tell."""

import contextlib
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import pytest

from ostf_dual.environment.definition import Environment
from ostf_dual.errors import InputError, OstfError
from ostf_dual.plugin.checks import check_of, in_order, is_selected, key_of, scenario_of, zone_of, zones_for
from ostf_dual.plugin.holdings import Holdings
from ostf_dual.plugin.options import Request
from ostf_dual.plugin.plan import plan_of
from ostf_dual.plugin.record import Record
from ostf_dual.plugin.terminal import write_summary
from ostf_dual.redaction import redact
from ostf_dual.reports.activity import Tasks
from ostf_dual.reports.archive import keep
from ostf_dual.reports.elsewhere import write_elsewhere
from ostf_dual.reports.events import (
    CheckEnded,
    ChecksChosen,
    CleaningUp,
    Remark,
    RunBegan,
    RunEnded,
    ZonesFound,
)
from ostf_dual.reports.files import clear, write_files
from ostf_dual.reports.plan import show_plan
from ostf_dual.reports.view import View
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.result import Problem, Result, RunResult, ZoneState
from ostf_dual.runs.verdict import verdict

if TYPE_CHECKING:
    from rich.console import Console

    from ostf_dual.cloud.zone import Zone

RUN: pytest.StashKey["Run"] = pytest.StashKey()
OpenView = Callable[[pytest.Config, Tasks], View]
_FRAMES = -4
"""The innermost frames of a traceback."""


class Run:
    """The hooks of a run, and what its fixtures share."""

    def __init__(self, config: pytest.Config, request: Request, open_view: OpenView) -> None:
        self.holdings = Holdings(config, request)
        self.causes: dict[tuple[str, str], pytest.Item] = {}
        """By zone and kind: who was told first why the thing that a zone shares cannot be had."""
        self._config, self._request = config, request
        self._view = open_view(config, self.holdings.under_way)
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
        signal.signal(signal.SIGTERM, _interrupt)
        with contextlib.suppress(OSError):
            if not self._request.is_plan:
                clear(self._request.reports)
        try:
            self._connect()
        except KeyboardInterrupt:
            self._interrupted = True
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told, and the reports are written
            self._problem = _problem(error)
        else:
            return None
        return True  # nothing is collected

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test for each zone that its question is put to."""
        if "zone" in metafunc.fixturenames:
            zones = zones_for(check_of(metafunc.definition), self.holdings.zones)
            metafunc.parametrize("zone", zones, ids=[zone.label for zone in zones])

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Let ``-k BOOT-01`` choose a check by its id."""
        if check := check_of(item):
            item.extra_keyword_matches.add(check.id)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the checks of the profile, in their order."""
        left_out = []
        for item in items:
            # A question for a hypervisor that this cloud does not have is no result.
            somewhere = zone_of(item) in {None, *self.holdings.zones}
            check = check_of(item)
            if check and not (
                somewhere and is_selected(check, self._request.profile) and self._is_wanted(item)
            ):
                left_out.append(item)
        left_out += self._other_scenarios([item for item in items if item not in left_out])
        config.hook.pytest_deselected(items=left_out)
        items[:] = in_order([item for item in items if item not in left_out])

    def _other_scenarios(self, items: list[pytest.Item]) -> list[pytest.Item]:
        """All but the one that was asked for by name."""
        wanted = self._request.scenario
        if wanted is None:
            return []
        others = [item for item in items if not _is_called(item, wanted)]
        if len(others) == len(items):
            known = ", ".join(sorted(map(scenario_of, items))) or "none"
            self._problem = _problem(InputError(f"there is no scenario {wanted!r}; there are: {known}"))
        return others

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Start what the collected checks need, then let them run."""
        if not (self._problem or self._interrupted or session.config.option.collectonly):
            try:
                if self._request.is_plan:
                    self._plan(session.items)
                else:
                    self._prepare(session.items)
            except Exception as error:  # noqa: BLE001 - likewise
                self._problem = _problem(error)
        if self._problem or self._request.is_plan:
            session.items.clear()
        try:
            return (yield)
        except KeyboardInterrupt:
            # pytest also says so of scenarios that could not be loaded: that is a problem, noted already.
            self._interrupted = self._problem is None
            return True

    def _is_wanted(self, item: pytest.Item) -> bool:
        """Whether it is asked, or was at fault in the run whose faults are asked about again."""
        again = self._request.again
        return again is None or key_of(item) in {fault.key for fault in again.faults}

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
            self._problem = _problem(error)
        if session.config.option.collectonly and not self._problem:
            self._view.stop()
            return
        if self._request.is_plan and not self._problem:
            session.exitstatus = self._plan_code
            self.holdings.close()
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
            self._problem = _problem(error)
        session.exitstatus = self._tell()
        self.holdings.close()

    def _tell(self) -> ExitCode:
        run = redact(self._result())
        judged = verdict(run)
        try:
            write_files(run, self._request.reports)
            write_elsewhere(run, markdown_file=self._request.markdown, metrics_file=self._request.prometheus)
        except OSError as error:
            self._view.tell(Remark(text=f"the reports cannot be written: {error}"))
        try:
            keep(run)
        except OSError as error:
            self._view.tell(Remark(text=f"the run cannot be remembered: {error}"))
        self._view.tell(RunEnded(run=run, verdict=judged, reports=self._request.reports))
        if self._request.as_json:
            write_summary(run)
        return judged.code

    def _result(self) -> RunResult:
        expect, zones = self._expected(), self.holdings.zones
        present = {name for zone in zones for name in (zone.name, zone.label)}
        return RunResult(
            run_id=self.holdings.run_id,
            cloud=self._request.access.cloud,
            started_at=self._started_at,
            wall_s=time.monotonic() - self._begin,
            zones=tuple(_state(zone, expect) for zone in zones),
            unverified=self.holdings.unverified,
            missing=() if self._problem else tuple(name for name in expect or () if name not in present),
            results=tuple(self._results),
            removed=self.holdings.removed,
            leftovers=self.holdings.leftovers,
            problem=self._problem,
            interrupted=self._interrupted,
            openstack_only=self._request.openstack_only,
            of_scenarios=self._request.definition is not None,
            facts=self.holdings.cloud.portrait if zones else (),
            asked=self._request.asked,
        )

    def _expected(self) -> tuple[str, ...] | None:
        """The zones that the verdict depends on; None: every zone that there is."""
        if self._request.again:
            return tuple(dict.fromkeys(fault.zone for fault in self._request.again.faults if fault.zone))
        return self._request.access.expect or None


def _is_called(item: pytest.Item, name: str) -> bool:
    """Whether a scenario has this name or id."""
    check = check_of(item)
    return scenario_of(item) == name or (check is not None and check.id == name.upper())


def _state(zone: "Zone", expect: tuple[str, ...] | None) -> ZoneState:
    return ZoneState(
        label=zone.label,
        name=zone.name,
        hypervisor=zone.hypervisor,
        expected=expect is None or zone.name in expect or zone.label in expect,
        witness_missing=zone.witness_missing,
        facts=zone.portrait,
    )


def _problem(error: Exception) -> Problem:
    match error:
        case InputError():
            return Problem(code=ExitCode.USAGE, message=str(error))
        case OstfError():
            return Problem(code=ExitCode.BROKEN, message=str(error))
        case _:  # a fault of ours: where it is, but not pytest's own 40 lines
            told = "".join(traceback.format_exception(error, limit=_FRAMES)).strip()
            return Problem(code=ExitCode.INTERNAL_ERROR, message=told)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """An end by SIGTERM is an interrupt: clean-up is done."""
    raise KeyboardInterrupt
