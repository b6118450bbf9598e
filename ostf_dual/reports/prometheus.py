"""The run as Prometheus metrics, for node_exporter's textfile collector."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry, write_to_textfile
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ostf_dual.reports.summary import totals
from ostf_dual.runs.exit_code import ExitCode
from ostf_dual.runs.result import Result, RunResult
from ostf_dual.runs.verdict import verdict

_CHECK = ("cloud", "zone", "hypervisor", "check", "case")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """How a watch stands after its latest run.

    Attributes:
        code: Of that run, or of what is at fault since an earlier one.
        runs: How many have ended since the watch began.
        left_out: How many starts were left out, since the run before took too long.
        newly_worse: How much of what that run tells is worse than before.
    """

    cloud: str
    code: ExitCode
    runs: int
    left_out: int
    newly_worse: int


def write_metrics(run: RunResult | None, path: Path, watched: Watched | None = None) -> None:
    """Write the metrics of a run, and of the watch that it is of, in place of earlier ones, whole or not at all.

    No run: none of the watch's has told anything so far.

    Labels are bounded: no run id, no message. What has no zone has an empty ``zone``.

    Raises:
        OSError: The file cannot be written.
    """
    registry = CollectorRegistry()
    registry.register(_Metrics(run, watched))
    write_to_textfile(str(path), registry)


class _Metrics(Collector):
    def __init__(self, run: RunResult | None, watched: Watched | None) -> None:
        self._run, self._watched = run, watched

    def collect(self) -> Iterator[Metric]:
        if self._run:
            yield from _of_the_run(self._run)
            yield _totals(self._run)
            yield from _of_checks(self._run)
        if self._watched:
            yield from _of_the_watch(self._watched)


def _of_the_run(run: RunResult) -> Iterator[GaugeMetricFamily]:
    ended_at = run.started_at.timestamp() + run.wall_s
    for name, told, value in (
        ("ostf_run_exit_code", "How the latest run ended; 0 is well.", verdict(run).code),
        ("ostf_run_end_timestamp_seconds", "When the latest run ended, in seconds since 1970.", ended_at),
        ("ostf_run_duration_seconds", "How long the latest run took, with its clean-up.", run.wall_s),
        ("ostf_run_leftovers", "What the latest run could not remove.", len(run.leftovers)),
    ):
        family = GaugeMetricFamily(name, told, labels=("cloud", "profile"))
        family.add_metric((run.cloud, run.asked.profile), value)
        yield family


def _of_the_watch(watched: Watched) -> Iterator[Metric]:
    for kind, name, told, value in (
        (GaugeMetricFamily, "ostf_watch_exit_code", "The latest run's, or of what is at fault since an earlier one.",
         watched.code),
        (GaugeMetricFamily, "ostf_watch_newly_worse", "How much the latest run found worse than before.",
         watched.newly_worse),
        (CounterMetricFamily, "ostf_watch_runs", "Runs that have ended since the watch began.", watched.runs),
        (CounterMetricFamily, "ostf_watch_left_out", "Starts left out, since the run before took too long.",
         watched.left_out),
    ):  # fmt: skip
        family = kind(name, told, labels=("cloud",))
        family.add_metric((watched.cloud,), value)
        yield family


def _totals(run: RunResult) -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "ostf_run_results",
        "Results of the latest run, by zone and outcome.",
        labels=("cloud", "zone", "hypervisor", "outcome"),
    )
    places = [(zone.label, zone.hypervisor.value) for zone in run.zones]
    for zone, hypervisor in (*places, (None, "")):
        for outcome, count in totals(run, zone).items():
            family.add_metric((run.cloud, zone or "", hypervisor, outcome), count)
    return family


def _of_checks(run: RunResult) -> Iterator[GaugeMetricFamily]:
    outcomes = GaugeMetricFamily(
        "ostf_check_outcome", "1 for the outcome that the check had.", labels=(*_CHECK, "outcome")
    )
    durations = GaugeMetricFamily(
        "ostf_check_duration_seconds", "How long the check took, waiting included.", labels=_CHECK
    )
    # By labels, since one series told twice costs the exporter the whole file.
    for labels in dict.fromkeys((*_labels(run, result), result.outcome.value) for result in run.results):
        outcomes.add_metric(labels, 1)
    for labels, took_s in {_labels(run, result): result.duration_s for result in run.results}.items():
        durations.add_metric(labels, took_s)
    yield outcomes
    yield durations


def _labels(run: RunResult, result: Result) -> tuple[str, ...]:
    hypervisor = result.hypervisor.value if result.hypervisor else ""
    return run.cloud, result.zone or "", hypervisor, result.check, result.case
