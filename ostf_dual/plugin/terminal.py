"""Our view of the run in place of pytest's, unless -vv asks for both."""

import json
import sys
import warnings
from contextlib import closing

import pytest

from ostf_dual.plugin.options import JSON
from ostf_dual.reports.activity import Activity, Tasks
from ostf_dual.reports.console import open_console
from ostf_dual.reports.eventlog import EventLog
from ostf_dual.reports.lines import Lines
from ostf_dual.reports.live import LiveView
from ostf_dual.reports.reader import outliving, outliving_copy
from ostf_dual.reports.summary import summary
from ostf_dual.reports.view import Detail, View
from ostf_dual.runs.profiles import SYSTEM
from ostf_dual.runs.result import RunResult

_DETAIL = pytest.StashKey[Detail]()


def quieten(config: pytest.Config) -> None:
    """Short tracebacks; and silence from pytest's reporter, since the run tells its own story."""
    # The reporter's, which is made after this, and which ends with an empty line whatever it has to say.
    sys.stdout = outliving(sys.stderr if _is_for_programs(config) else sys.stdout)
    if config.option.tbstyle == "auto":
        config.option.tbstyle = "short"
    # The run's threads work outside of tests, where pytest does not gather warnings.
    warnings.filterwarnings("ignore", module=r"openstack\.")
    asked: int = config.option.verbose
    config.stash[_DETAIL] = Detail.VERBOSE if asked > 0 else Detail.QUIET if asked < 0 else Detail.NORMAL
    if asked <= 1:
        config.option.verbose = -2
        config.option.no_header = config.option.no_summary = True


def open_view(config: pytest.Config, tasks: Tasks) -> View:
    """A view on a copy of the standard stream: while a test runs, pytest has the original captured.

    Args:
        config: Its options say how much is told, and to whom.
        tasks: What is made in the background.
    """
    # Where standard output is for the summary, people read the other one.
    stream = sys.__stderr__ if config.option.ostf_json else sys.__stdout__
    console, activity, detail = open_console(outliving_copy(stream)), Activity(tasks), detail_of(config)
    if config.option.ostf_log_format == JSON:
        return EventLog(console, activity, detail)
    # A scenario tells the steps of its deployments, line by line; a dumb terminal cannot take a line back.
    is_still = detail is Detail.QUIET or console.is_dumb_terminal or config.option.profile == SYSTEM
    if console.is_terminal and not is_still:
        return LiveView(console, activity, detail)
    return Lines(console, activity, detail)


def _is_for_programs(config: pytest.Config) -> bool:
    return bool(config.option.ostf_json or config.option.ostf_log_format == JSON)


def detail_of(config: pytest.Config) -> Detail:
    """How much is told: pytest's own -q and -v say it."""
    asked: Detail = config.stash[_DETAIL]
    return asked


def write_summary(run: RunResult) -> None:
    """The summary on standard output, for a program that reads it there."""
    with closing(outliving_copy(sys.__stdout__)) as stream:
        stream.write(json.dumps(summary(run), indent=2) + "\n")
