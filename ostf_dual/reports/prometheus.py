"""The run as Prometheus metrics, for node_exporter's textfile collector."""

from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, write_to_textfile
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ostf_dual.reports.summary import totals
from ostf_dual.runs.result import Result, RunResult
from ostf_dual.runs.verdict import verdict

_CHECK = ("cloud", "zone", "hypervisor", "check", "case")


def write_metrics(run: RunResult, path: Path) -> None:
    """Write the metrics of a run in place of an earlier run's, whole or not at all.

    Labels are bounded: no run id, no message. What has no zone has an empty ``zone``.

    Raises:
        OSError: The file cannot be written.
    """
    registry = CollectorRegistry()
    registry.register(_Metrics(run))
    write_to_textfile(str(path), registry)


class _Metrics(Collector):
    def __init__(self, run: RunResult) -> None:
        self._run = run

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from _of_the_run(self._run)
        yield _totals(self._run)
        yield from _of_checks(self._run)


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
