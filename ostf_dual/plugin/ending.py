"""The end of a run: its result judged, written and told."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ostf_dual.errors import InputError
from ostf_dual.plugin.holdings import Holdings
from ostf_dual.plugin.options import Request
from ostf_dual.plugin.terminal import write_summary
from ostf_dual.redaction import redact
from ostf_dual.reports.archive import keep
from ostf_dual.reports.elsewhere import write_elsewhere
from ostf_dual.reports.events import Remark, RunEnded
from ostf_dual.reports.files import SUMMARY, clear, write_files
from ostf_dual.reports.view import View
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.result import Problem, Result, RunResult, ZoneState
from ostf_dual.runs.verdict import verdict

if TYPE_CHECKING:
    from ostf_dual.cloud.zone import Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What became of a run's checks, and how it came to its end."""

    results: tuple[Result, ...]
    started_at: datetime
    wall_s: float
    problem: Problem | None
    interrupted: bool


def tell(ended: Ended, request: Request, holdings: Holdings, view: View) -> ExitCode:
    """Write the reports, remember the run, and show it; returns its exit code.

    A run that was refused leaves the folder of reports alone. Whoever reads one afterwards goes by the exit code 4;
    what was asked for by name (metrics, Markdown, ``--json``) tells of this run all the same.
    """
    run = redact(_result(ended, request, holdings))
    judged = verdict(run)
    reports = None if _is_refused(run) else request.reports
    if reports is not None:
        try:
            clear(reports)
            write_files(run, reports)
        except (OSError, InputError) as error:
            view.tell(Remark(text=f"the reports cannot be written: {error}"))
    elif (request.reports / SUMMARY).exists():
        stay = f"nothing was asked: the reports in {request.reports} are of an earlier run, and stay"
        view.tell(Remark(text=stay))
    try:  # by itself: metrics are to tell of a run whose reports could not be written
        write_elsewhere(run, markdown_file=request.markdown, metrics_file=request.prometheus)
    except OSError as error:
        view.tell(Remark(text=f"metrics or the Markdown summary cannot be written: {error}"))
    try:
        keep(run)
    except OSError as error:
        view.tell(Remark(text=f"the run cannot be remembered: {error}"))
    view.tell(RunEnded(run=run, verdict=judged, reports=reports))
    if request.as_json:
        write_summary(run)
    return judged.code


def _is_refused(run: RunResult) -> bool:
    """Whether it ended at its input before anything was asked: the reports of a run that did ask are worth more."""
    return run.problem is not None and run.problem.code is ExitCode.USAGE and not run.results


def _result(ended: Ended, request: Request, holdings: Holdings) -> RunResult:
    expect, zones = _expected(request), holdings.zones
    present = {name for zone in zones for name in (zone.name, zone.label)}
    return RunResult(
        run_id=holdings.run_id,
        cloud=request.access.cloud,
        started_at=ended.started_at,
        wall_s=ended.wall_s,
        zones=tuple(_state(zone, expect) for zone in zones),
        unverified=holdings.unverified,
        missing=() if ended.problem else tuple(name for name in expect or () if name not in present),
        results=ended.results,
        removed=holdings.removed,
        leftovers=holdings.leftovers,
        problem=ended.problem,
        interrupted=ended.interrupted,
        openstack_only=request.openstack_only,
        of_scenarios=request.definition is not None,
        facts=holdings.cloud.portrait if zones else (),
        asked=request.asked,
    )


def _expected(request: Request) -> tuple[str, ...] | None:
    """The zones that the verdict depends on; None: every zone that there is."""
    if request.again:
        return tuple(dict.fromkeys(fault.zone for fault in request.again.to_ask_again if fault.zone))
    return request.access.expect or None


def _state(zone: "Zone", expect: tuple[str, ...] | None) -> ZoneState:
    return ZoneState(
        label=zone.label,
        name=zone.name,
        hypervisor=zone.hypervisor,
        expected=expect is None or zone.name in expect or zone.label in expect,
        witness_missing=zone.witness_missing,
        facts=zone.portrait,
    )
