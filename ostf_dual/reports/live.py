"""A run on a terminal: place by place what is being done, elapsed of budget; what is at fault stays above."""

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from ostf_dual.reports.activity import Activity, Count, Doing
from ostf_dual.reports.events import CheckEnded, Event, Remark, RunEnded
from ostf_dual.reports.lines import lines_of
from ostf_dual.reports.table import print_run
from ostf_dual.reports.view import Detail

_PER_SECOND = 4
_IDLE = (Text("·", style="dim"), Text(""))


class LiveView:
    """A small table that lives, then the run's table in its place."""

    def __init__(self, console: Console, activity: Activity, detail: Detail) -> None:
        self.console = console
        self._activity, self._detail = activity, detail
        self._spinner = Spinner("dots")
        self._live = Live(
            console=console, get_renderable=self._now, refresh_per_second=_PER_SECOND, transient=True
        )
        self._live.start()

    def tell(self, event: Event) -> None:
        """Tell what is to be told of an event."""
        self._activity.take(event)
        if isinstance(event, RunEnded):
            self.stop()
            print_run(self.console, event.run, event.verdict)
            if event.reports:
                self.console.print(f"reports: {event.reports}", markup=False, soft_wrap=True)
        elif self._stays(event):
            for line in lines_of(event, self._activity, self._detail):
                self.console.print(line, markup=False, soft_wrap=True)

    def stop(self) -> None:
        """Leave the terminal to whoever writes next."""
        self._live.stop()

    def _stays(self, event: Event) -> bool:
        match event:
            case Remark():
                return True
            case CheckEnded():
                return event.result.outcome.is_fault or self._detail is Detail.VERBOSE
            case _:
                return False

    def _now(self) -> Group:
        doing = self._activity.doing()
        whole = [f"{each.what} ({each.time})" for each in doing.get(None, [])]
        head = [f"{self._activity.cloud}, run {self._activity.run_id}", *whole]
        told = Text(" · ".join(head), no_wrap=True, overflow="ellipsis")
        if self._activity.whole.total:
            told.append(" · ").append_text(_far(self._activity.whole))
        self._spinner.update(text=told)
        if not self._activity.counts:
            return Group(self._spinner)
        return Group(self._spinner, self._places(doing))

    def _places(self, doing: dict[str | None, list[Doing]]) -> Table:
        table = Table.grid(padding=(0, 2), expand=True)
        table.add_column(no_wrap=True)
        table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
        table.add_column(justify="right", no_wrap=True)
        table.add_column(no_wrap=True)
        for place, count in self._activity.counts.copy().items():
            rows = [_cells(each) for each in doing.get(place, [])] or [_IDLE]
            heading = Text(f"  {self._activity.headings[place]}", style="bold")
            table.add_row(heading, *rows[0], _far(count))
            for row in rows[1:]:
                table.add_row("", *row, "")
        return table


def _cells(doing: Doing) -> tuple[Text, Text]:
    late = doing.budget_s is not None and doing.elapsed_s > doing.budget_s / 2
    return Text(doing.what), Text(doing.time, style="yellow" if late else "dim")


def _far(count: Count) -> Text:
    told = Text(f"{count.ended} of {count.total} done" if count.total else "", style="dim")
    return told.append(f", {count.faults} not well", style="bold red") if count.faults else told
