"""Our lines in place of pytest's, unless -v asks for pytest's."""

import os
import sys
import warnings

import pytest

from ostf_dual.reports.console import open_console
from ostf_dual.reports.progress import Progress


def quieten(config: pytest.Config) -> None:
    """Short tracebacks; and silence from pytest's reporter, since the run tells its own story."""
    if config.option.tbstyle == "auto":
        config.option.tbstyle = "short"
    # The run's threads work outside of tests, where pytest does not gather warnings.
    warnings.filterwarnings("ignore", module=r"openstack\.")
    if config.option.verbose <= 0:
        config.option.verbose = -2
        config.option.no_header = config.option.no_summary = True


def open_progress(*, aside: bool = False) -> Progress:
    """Progress on a copy of standard output: while a test runs, pytest has the original captured.

    Args:
        aside: On standard error, since standard output is for a program.
    """
    stream = sys.__stderr__ if aside else sys.__stdout__
    copied = os.fdopen(os.dup(stream.fileno()), "w", encoding="utf-8") if stream else None
    return Progress(open_console(copied))
