"""A run as JSON, an object on each line: for programs that follow it."""

import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from ostf_dual.reports.activity import Activity
from ostf_dual.reports.events import (
    CheckBegan,
    CheckEnded,
    ChecksChosen,
    CleaningUp,
    Event,
    Remark,
    RunBegan,
    RunEnded,
    ZonesFound,
)
from ostf_dual.reports.heartbeat import INTERVAL_S, Heartbeat
from ostf_dual.reports.summary import check_as_values
from ostf_dual.reports.view import Detail


class EventLog:
    """Every event is a line as soon as it happens; none is broken, none is coloured."""

    def __init__(
        self, console: Console, activity: Activity, detail: Detail, *, heartbeat_s: float = INTERVAL_S
    ) -> None:
        self.console = console
        self._activity, self._detail = activity, detail
        self._lock = threading.Lock()
        self._heartbeat = Heartbeat(self._say_alive, interval_s=heartbeat_s)

    def tell(self, event: Event) -> None:
        """Write the event; with ``-q`` only what is at fault, and the end."""
        self._activity.take(event)
        if isinstance(event, RunEnded):
            self.stop()
        if self._detail is not Detail.QUIET or _is_told_quietly(event):
            self._write(_NAMES[type(event)], _values(event))

    def stop(self) -> None:
        """No sign of life from now on."""
        self._heartbeat.stop()

    def _say_alive(self) -> None:
        doing = [
            {"place": place, "what": each.what, "elapsed_s": round(each.elapsed_s), "budget_s": each.budget_s}
            for place, under_way in self._activity.doing().items()
            for each in under_way
        ]
        if doing and self._detail is not Detail.QUIET:
            whole = self._activity.whole
            self._write("heartbeat", {"doing": doing, "ended": whole.ended, "total": whole.total})

    def _write(self, name: str, values: Mapping[str, Any]) -> None:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"at": at, "event": name, "run_id": self._activity.run_id, **values})
        with self._lock:
            self.console.file.write(f"{line}\n")
            self.console.file.flush()
        self._heartbeat.said()


def _is_told_quietly(event: Event) -> bool:
    match event:
        case CheckEnded():
            return event.result.outcome.is_fault
        case Remark() | RunEnded():
            return True
        case _:
            return False


_NAMES = {
    RunBegan: "run_began",
    ZonesFound: "zones_found",
    ChecksChosen: "checks_chosen",
    CheckBegan: "check_began",
    CheckEnded: "check_ended",
    CleaningUp: "cleaning_up",
    Remark: "remark",
    RunEnded: "run_ended",
}


def _values(event: Event) -> Mapping[str, Any]:
    values: Mapping[str, Any] = {}
    match event:
        case RunBegan():
            values = {"cloud": event.cloud, "profile": event.profile}
        case ZonesFound():
            values = {"zones": {label: kind.value for label, kind in event.zones.items()}}
        case ChecksChosen():
            values = {"counts": dict(event.counts), "preparing": list(event.needs), "ground": event.ground}
        case CheckBegan():
            values = {"check": event.subject, "zone": event.zone, "budget_s": event.budget_s}
        case CheckEnded():
            values = check_as_values(event.result)
        case Remark():
            values = {"text": event.text}
        case RunEnded():
            values = _end(event)
        case CleaningUp():
            pass
    return values


def _end(event: RunEnded) -> Mapping[str, Any]:
    return {
        "exit_code": int(event.verdict.code),
        "meaning": event.verdict.code.meaning,
        "reasons": list(event.verdict.reasons),
        "wall_s": round(event.run.wall_s, 3),
        "removed": list(event.run.removed),
        "leftovers": list(event.run.leftovers),
        "reports": event.reports and str(event.reports),
    }
