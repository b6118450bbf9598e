"""A run as lines: where there is no terminal, in the logs of CI servers above all."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from ostf_dual.reports.activity import Activity
from ostf_dual.reports.arrangement import CLOUD
from ostf_dual.reports.events import (
    CheckEnded,
    ChecksChosen,
    Event,
    Remark,
    RunBegan,
    RunEnded,
    ZonesFound,
)
from ostf_dual.reports.heartbeat import INTERVAL_S, Heartbeat
from ostf_dual.reports.table import print_run, words
from ostf_dual.reports.view import Detail
from ostf_dual.runs.profiles import SYSTEM
from ostf_dual.runs.result import Result


class Lines:
    """A line for each check, a sign of life in the silence, then the table."""

    def __init__(
        self, console: Console, activity: Activity, detail: Detail, *, heartbeat_s: float = INTERVAL_S
    ) -> None:
        self.console = console
        self._activity, self._detail = activity, detail
        self._heartbeat = (
            None if detail is Detail.QUIET else Heartbeat(self._say_alive, interval_s=heartbeat_s)
        )

    def tell(self, event: Event) -> None:
        """Tell what is to be told of an event."""
        self._activity.take(event)
        if isinstance(event, RunEnded):
            self.stop()
            print_run(self.console, event.run, event.verdict, brief=self._detail is Detail.QUIET)
            if event.reports and self._detail is not Detail.QUIET:
                self.console.print(f"reports: {event.reports}", markup=False, soft_wrap=True)
            return
        for line in lines_of(event, self._activity, self._detail):
            self.console.print(line, markup=False, soft_wrap=True)
            if self._heartbeat:
                self._heartbeat.said()

    def stop(self) -> None:
        """Leave the terminal to whoever writes next."""
        if self._heartbeat:
            self._heartbeat.stop()

    def _say_alive(self) -> None:
        if told := state_of(self._activity):
            self.console.print(f"… {told}", markup=False, soft_wrap=True)


def lines_of(event: Event, activity: Activity, detail: Detail) -> Iterator[str | Text]:
    """The lines that stay of an event; none where only its end is of interest."""
    match event:
        case Remark():
            yield event.text
        case _ if detail is Detail.QUIET:  # its faults are told at the end
            return
        case CheckEnded():
            yield from _of_result(event.result, activity, detail)
        case RunBegan():
            yield f"run {event.run_id}"
            if event.profile != SYSTEM:  # whose scenarios make the cloud first
                yield f"asking {event.cloud} what it has"
        case ZonesFound():
            zones = ", ".join(f"{label} ({kind.value})" for label, kind in event.zones.items())
            yield f"zones of {activity.cloud}: {zones or 'none'}"
        case ChecksChosen():
            if event.needs:
                yield f"{activity.whole.total} checks; preparing what they need: {', '.join(event.needs)}"
            if event.ground:
                yield f"working {event.ground}"
        case _:
            return


def state_of(activity: Activity) -> str:
    """All that is going on, in a line; empty where nothing is."""
    doing = [
        f"{f'{place}: ' if place else ''}{each.what} ({each.time})"
        for place, under_way in activity.doing().items()
        for each in under_way
    ]
    if not doing:
        return ""
    whole = activity.whole
    if whole.total:
        doing.append(f"{whole.ended} of {whole.total} done")
    if whole.faults:
        doing.append(f"{whole.faults} not well")
    return "; ".join(doing)


def _of_result(result: Result, activity: Activity, detail: Detail) -> Iterator[Text]:
    whole = activity.whole
    line = Text().append(f"[{whole.ended:>{len(str(whole.total))}}/{whole.total}] ", style="dim")
    line.append(f"{result.subject:<10} {result.zone or CLOUD:<10} ")
    line.append_text(words(result.outcome)).append(f"  {result.duration_s:.1f} s", style="dim")
    if result.outcome.is_fault and result.message:
        line.append(f"  {result.message.splitlines()[0]}")
    yield line
    if detail is Detail.VERBOSE:
        for step in result.steps:
            mark, style = ("·", "dim") if step.passed else ("✗", "bold red")
            told = f"      {mark} {step.number}: {step.title}"
            yield Text(told, style=style).append(f"  {step.duration_s:.1f} s", style="dim")
